import {isTunnelProgram} from '../derive/tunnel-programs.ts';
import type {Host} from '../host.ts';
import type {ThreadTimes} from '../model/counters.ts';
import type {Reading} from '../model/snapshot.ts';
import {type ProcessStat, parseProcessStat} from '../parse/process-stat.ts';
import {tryRead, tryTarget} from './reading.ts';

/** Who works on the path: kernel workers, NAPI and softirq threads, userspace tunnels, and who makes the load. */
const interesting = /^(?:kworker\/\d|napi\/|ksoftirqd\/|wg-crypt|iperf3|wireguard-go|boringtun|netbird|irqbalance)/;

/** Looking through all processes costs a small file each, so it is done seldom; kworkers come and go in between. */
const searchEvery = 10;

/** Reads the CPU times of the threads of interest; programs that are the tunnel of another network namespace are none. */
export function createThreadReader() {
	let known: string[] = [];
	let searched: number | undefined;

	return (host: Host): Reading<ThreadTimes[]> => {
		const now = host.now().monotonic;
		if (searched === undefined || now - searched >= searchEvery || now < searched) {
			searched = now;
			known = host.list('/proc').filter(name => /^\d+$/.test(name));
		}
		// Its time is that of the threads of interest: a capture has the others from another moment.
		let at = now;
		const threads = known.flatMap(pid => {
			const thread = readThread(host, pid);
			at = thread === undefined ? at : host.now().monotonic;
			return thread ?? [];
		});
		known = threads.map(({pid}) => String(pid));
		return {at, value: threads};
	};
}

function readThread(host: Host, pid: string): ThreadTimes | undefined {
	const stat = tryRead(() => parseIfInteresting(host.readText(`/proc/${pid}/stat`)));
	return stat === undefined || isElsewhere(host, stat)
		? undefined
		: {
				pid: stat.pid,
				name: stat.name,
				cpu: stat.cpu,
				user: stat.user,
				system: stat.system,
				startTime: stat.startTime,
				threads: stat.threads,
			};
}

/** By its name alone: hundreds of processes are looked at for a dozen. */
function parseIfInteresting(text: string): ProcessStat | undefined {
	const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
	return interesting.test(name) ? parseProcessStat(text) : undefined;
}

/** Where it cannot be told (not root), it is taken for one of here. */
function isElsewhere(host: Host, {pid, name}: {readonly pid: number; readonly name: string}): boolean {
	if (!isTunnelProgram(name)) {
		return false;
	}
	const its = tryTarget(host, `/proc/${pid}/ns/net`);
	const own = tryTarget(host, '/proc/self/ns/net');
	return its !== undefined && own !== undefined && its !== own;
}
