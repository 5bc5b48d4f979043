import type {ProgramOutput} from '../host.ts';
import type {LinkFacts, NicFacts} from '../model/facts.ts';
import type {NicReading, Reading} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {
	parseChannels,
	parseCoalesce,
	parseDriverInfo,
	parseFeatures,
	parseNicStatistics,
	parseRings,
	parseRss,
	parseRxFlowHash,
} from '../parse/ethtool.ts';
import {type Context, tryRead} from './reading.ts';

const seconds = 2;
const notInstalled = 127;
const missing =
	'ethtool is not installed: queues, rings and the driver’s own drop counters are not shown (apt install ethtool)';

/** The devices that ethtool is asked about: those under the tunnels, else every physical one. */
export function chooseNics(topology: Topology, links: readonly LinkFacts[]): readonly string[] {
	const path = new Set(topology.underlays.flatMap(underlay => [underlay.interface, ...underlay.leaves]));
	return links.filter(link => (path.size > 0 ? path.has(link.name) : link.driver !== undefined)).map(link => link.name);
}

/** `ethtool -S` of every device in question; a device that has no statistics (status 94) is left out. */
export async function readNicStatistics({
	host,
	readings,
	topology,
	note,
}: Context): Promise<Reading<Record<string, NicReading>> | undefined> {
	const devices = chooseNics(topology, readings.links?.value ?? []);
	const statistics: Record<string, NicReading> = {};
	let at: number | undefined;
	for (const device of devices) {
		const output = await host.run('ethtool', ['-S', device], seconds);
		if (output.status === notInstalled) {
			note(missing);
			return undefined;
		}
		if (output.timedOut) {
			throw new Error(`ethtool -S ${device}: ${output.stderr}`);
		}
		if (output.status === 0) {
			statistics[device] = {at: output.at, value: parseNicStatistics(output.stdout)};
			at ??= output.at;
		}
	}
	return at === undefined ? undefined : {at, value: statistics};
}

/**
What ethtool tells of each device that seldom changes. A command that the driver refuses leaves its part absent; of one that
gave no answer in time what was known before still stands.
*/
export async function readNics({host, readings, topology, note}: Context): Promise<Reading<NicFacts[]> | undefined> {
	const devices = chooseNics(topology, readings.links?.value ?? []);
	const nics: NicFacts[] = [];
	for (const device of devices) {
		const before = readings.nics?.value.find(nic => nic.device === device);
		const ask = (...args: string[]): Promise<ProgramOutput> => host.run('ethtool', args, seconds);
		const part = async <Name extends keyof NicFacts>(
			name: Name,
			args: readonly string[],
			parser: (text: string) => NicFacts[Name],
		): Promise<Partial<NicFacts>> => {
			const output = await ask(...args);
			const value = output.timedOut ? before?.[name] : parse(output, parser);
			return value === undefined ? {} : {[name]: value};
		};
		const info = await ask('-i', device);
		if (info.status === notInstalled) {
			note(missing);
			return undefined;
		}
		nics.push({
			device,
			...parse(info, parseDriverInfo),
			...(await part('channels', ['-l', device], parseChannels)),
			...(await part('rings', ['-g', device], parseRings)),
			...(await part('features', ['-k', device], parseFeatures)),
			...(await part('coalesce', ['-c', device], parseCoalesce)),
			...(await part('rss', ['-x', device], parseRss)),
			...(await part('udp4Hash', ['-n', device, 'rx-flow-hash', 'udp4'], parseRxFlowHash)),
			...(await part('udp6Hash', ['-n', device, 'rx-flow-hash', 'udp6'], parseRxFlowHash)),
		});
	}
	return devices.length === 0 ? undefined : {at: host.now().monotonic, value: nics};
}

/** The text decides, not the exit status, which ethtool gives freely in both directions. */
function parse<T>({stdout}: ProgramOutput, parser: (text: string) => T): T | undefined {
	return stdout === '' ? undefined : tryRead(() => parser(stdout));
}
