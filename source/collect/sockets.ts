import type {TcpSocket} from '../model/counters.ts';
import type {Reading} from '../model/snapshot.ts';
import {parseSockets} from '../parse/sockets.ts';
import type {Context} from './reading.ts';

/** Packets a second over the tunnels from which on their connections are worth a look. */
const worthwhile = 200;

/** So many addresses fit into one question. */
const addressLimit = 8;

/**
Reads the TCP connections that end at the tunnels' addresses, with `ss`; the kernel leaves the others out. While nothing flows
nothing is asked.
*/
export function createSocketReader() {
	let before: {readonly at: number; readonly packets: number} | undefined;
	let isFlowing = false;

	return async ({host, readings, topology, note}: Context): Promise<Reading<TcpSocket[]> | undefined> => {
		const names = topology.tunnels.map(tunnel => tunnel.interface);
		const statistics = readings.linkStatistics;
		const packets = names.reduce((sum, name) => {
			const {rx_packets = 0, tx_packets = 0} = statistics?.value[name] ?? {};
			return sum + rx_packets + tx_packets;
		}, 0);
		// Where the counters are read less often than the connections, what they told last still holds.
		if (statistics?.at !== before?.at) {
			isFlowing =
				before !== undefined &&
				statistics !== undefined &&
				packets - before.packets > worthwhile * (statistics.at - before.at);
			before = statistics && {at: statistics.at, packets};
		}
		const addresses = names.flatMap(name => readings.addresses?.value[name] ?? []);
		const filter = addresses.filter(isGlobal).slice(0, addressLimit).flatMap(formatFilter).slice(1);
		if (filter.length === 0 || !isFlowing) {
			return undefined;
		}

		const output = await host.run('ss', ['-tinmH', ...filter], 2);
		if (output.status === 127) {
			note('ss is not installed: what limits TCP is not known (apt install iproute2)');
			return undefined;
		}
		if (output.timedOut || output.status !== 0) {
			throw new Error(`ss -tinmH: ${output.stderr.trim()}`);
		}
		return {at: output.at, value: parseSockets(output.stdout)};
	};
}

function isGlobal(address: string): boolean {
	return !/^(?:fe[89ab]|127\.|::1)/i.test(address);
}

/** `or src 100.64.0.1`, IPv6 in brackets. */
function formatFilter(address: string): string[] {
	const [bare = ''] = address.split('/');
	return ['or', 'src', bare.includes(':') ? `[${bare}]` : bare];
}
