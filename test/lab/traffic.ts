import type {Background, Lab} from './lab.ts';

export interface TrafficOptions {
	/** `in`: alpha receives, where its interrupts work hardest; `out`: alpha sends; `both` at the same time. */
	readonly direction: 'in' | 'out' | 'both';
	/** Parallel TCP streams, 4 by default. */
	readonly streams?: number;
	/** All streams together; 20 by default, about a fifth of what alpha can, so that it has time for other things. 0: all it can. */
	readonly megabits?: number;
	/** Seconds until it ends by itself, 60 by default. */
	readonly seconds?: number;
	/** More words for iperf3, `-u -b 0 -l 64`. */
	readonly extra?: string;
	/** The other end's address: the tunnel's by default, the underlay's is 10.77.0.2. */
	readonly to?: string;
}

/** The part of iperf3's JSON that cases look at. */
export interface Figures {
	readonly error?: string;
	readonly end?: {
		readonly sum_received?: {readonly bits_per_second: number};
		readonly sum_sent?: {readonly retransmits?: number};
		readonly sum?: {readonly bits_per_second: number; readonly lost_packets: number; readonly lost_percent: number};
	};
}

const directions = {in: '-R', out: '', both: '--bidir'};
const ports = ['5201', '5202'];
let runs = 0;

function iperf3(options: TrafficOptions & {readonly seconds: number}, format: string): string {
	const {direction, streams = 4, megabits = 20, seconds, extra = '', to = '100.64.0.2'} = options;
	const rate = megabits > 0 ? `-b ${Math.round((megabits * 1000) / streams)}K` : '';
	const port = ports[runs++ % ports.length];
	return `timeout ${seconds + 30} iperf3 ${format} -c ${to} -p ${port} -P ${streams} -t ${seconds} ${rate} ${directions[direction]} ${extra}`;
}

/** Starts iperf3 in alpha and waits until it flows: its interval reports show bytes. */
export async function startTraffic(lab: Lab, options: TrafficOptions): Promise<Background> {
	for (let attempt = 1; ; attempt++) {
		const line = iperf3({seconds: 60, ...options}, '--forceflush');
		const traffic = lab.start(line);
		try {
			await waitForFlow(traffic);
			return traffic;
		} catch (error) {
			await traffic.stop();
			// iperf3 serves one client at a time, and notices late that the one before has gone.
			if (attempt === 3) {
				throw error;
			}
		}
	}
}

async function waitForFlow(traffic: Background): Promise<void> {
	const flowing = /\b[1-9][\d.]* [KMG]bits\/sec/;
	for (;;) {
		if (flowing.test(await traffic.next(30))) {
			return;
		}
	}
}

/** Runs `work` while traffic flows, and ends the traffic after it. */
export async function underTraffic<T>(lab: Lab, options: TrafficOptions, work: () => Promise<T>): Promise<T> {
	const traffic = await startTraffic(lab, {seconds: 300, ...options});
	try {
		return await work();
	} finally {
		await traffic.stop();
	}
}

/** One run of iperf3 to its end, with its own figures. */
export async function measure(lab: Lab, options: TrafficOptions): Promise<Figures> {
	const {seconds = 5} = options;
	const line = iperf3({...options, seconds}, '-J');
	return JSON.parse(
		(await lab.run(['bash', '-c', line], {timeout: seconds + 40})).stdout || '{"error": "no answer"}',
	) as Figures;
}
