import type {Lab} from './lab.ts';

/*
What the kernel and its tools say, read without a line of nbtop's code. Every counter has one flat name:
`cpu0.softirq` (ticks), `irq.29.cpu0`, `softirq.NET_RX.cpu0`, `softnet.dropped.cpu0`, `eth0.rx_bytes`, `Ip.FragCreates`,
`wg.PUBLICKEY.rx`, `ethtool.rx_queue_0_drops`, `qdisc.eth0.HANDLE-PARENT.drops`, `conntrack.drop`.
*/

export type Counters = Readonly<Record<string, number>>;

interface Text {
	readonly source: string;
	readonly from: number;
	readonly to: number;
	readonly text: string;
}

/** What `guest/watch` saw beside a program. Times are seconds of the guest's monotonic clock. */
export interface Watched {
	readonly readings: readonly Text[];
	readonly lines: readonly {readonly at: number; readonly text: string}[];
	readonly status: number;
	/** Adds up with the monotonic clock to seconds since 1970. */
	readonly wallOffset: number;
}

const watcher = `${import.meta.dirname}/guest/watch`;

/** All counters of the guest now. */
export async function readCounters(lab: Lab): Promise<Counters> {
	const watched = parseWatched((await lab.run([watcher, '0'])).stdout);
	return Object.assign({}, ...watched.readings.map(parseText));
}

/** Runs a program in the guest, and reads all counters every second beside it. */
export async function watchBeside(lab: Lab, command: readonly string[], timeout = 120): Promise<Watched> {
	const {stdout, stderr, exitCode} = await lab.run([watcher, '1', ...command], {timeout});
	if (exitCode !== 0) {
		throw new Error(`The witness failed with status ${exitCode}: ${stderr}`);
	}
	return parseWatched(stdout);
}

/**
The least and the most that a counter can have risen between two moments which are only known within `slack` seconds. Counters
only rise, so the readings just inside and just outside that stretch are certain bounds, however unsteady the load is. Where no
two readings lie inside, all that is certain is that it did not fall.
*/
export function boundRise(
	watched: Watched,
	name: string,
	start: number,
	end: number,
	slack: number,
): {least: number; most: number} {
	const points = watched.readings.flatMap(text => {
		const value = parseText(text)[name];
		return value === undefined ? [] : [{...text, value}];
	});
	const after = points.find(point => point.from >= start + slack);
	const before = points.findLast(point => point.to <= end - slack);
	const low = points.findLast(point => point.to <= start - slack);
	const high = points.find(point => point.from >= end + slack);
	if (!low || !high) {
		throw new Error(`The witness has no readings of ${name} around ${start} to ${end}`);
	}
	const least = after && before && before.from > after.from ? before.value - after.value : 0;
	return {least, most: high.value - low.value};
}

/** How much every counter rose; a counter that both have. */
export function risen(before: Counters, after: Counters): Counters {
	const common = Object.keys(after).filter(name => name in before);
	return Object.fromEntries(common.map(name => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
}

function parseWatched(stdout: string): Watched {
	return JSON.parse(stdout) as Watched;
}

const parsedTexts = new WeakMap<Text, Counters>();

function parseText(text: Text): Counters {
	const known = parsedTexts.get(text);
	if (known) {
		return known;
	}
	const parse = parsers[text.source];
	const counters = Object.fromEntries(parse?.(text.text) ?? []);
	parsedTexts.set(text, counters);
	return counters;
}

type Named = [name: string, value: number];

const parsers: Readonly<Record<string, (text: string) => Named[]>> = {
	'/proc/stat': text =>
		rowsOf(text)
			.filter(row => /^cpu\d/.test(row[0] ?? ''))
			.flatMap(([cpu, ...values]) => ticks.map((tick, index) => [`${cpu}.${tick}`, Number(values[index])])),
	'/proc/interrupts': text => perCpu(text, 'irq'),
	'/proc/softirqs': text => perCpu(text, 'softirq'),
	'/proc/net/softnet_stat': text =>
		rowsOf(text).flatMap(row => {
			const hex = row.map(value => Number.parseInt(value, 16));
			return Object.entries(softnetColumns).map(([name, column]) => [
				`softnet.${name}.cpu${hex[12] ?? 0}`,
				hex[column] ?? 0,
			]);
		}),
	'/proc/net/snmp': twoLines,
	'/proc/net/netstat': twoLines,
	links: text =>
		rowsOf(text).map(([path = '', value]) => [path.replace(/^.*net\/(.+)\/statistics\//, '$1.'), Number(value)]),
	'wg show all transfer': text =>
		rowsOf(text).flatMap(([, peer, rx, tx]) => [
			[`wg.${peer}.rx`, Number(rx)],
			[`wg.${peer}.tx`, Number(tx)],
		]),
	'ethtool -S eth0': text =>
		[...text.matchAll(/^\s+(\S+): (\d+)$/gm)].map(match => [`ethtool.${match[1]}`, Number(match[2])]),
	'tc -j -s qdisc': text =>
		(JSON.parse(text || '[]') as Qdisc[]).map(qdisc => [
			`qdisc.${qdisc.dev}.${qdisc.handle}-${qdisc.parent ?? 'root'}.drops`,
			qdisc.drops,
		]),
	'conntrack -S': text => {
		const sums: Record<string, number> = {};
		for (const [, name = '', value] of text.matchAll(/(\w+)=(\d+)/g)) {
			sums[`conntrack.${name}`] = (sums[`conntrack.${name}`] ?? 0) + Number(value);
		}
		return Object.entries(sums);
	},
};

interface Qdisc {
	readonly dev: string;
	readonly handle: string;
	readonly parent?: string;
	readonly drops: number;
}

const ticks = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guestNice'];
const softnetColumns = {processed: 0, dropped: 1, squeezed: 2, receivedRps: 9};

const rowsOf = (text: string): string[][] =>
	text
		.split('\n')
		.filter(line => line.trim() !== '')
		.map(line => line.trim().split(/\s+/));

/** `/proc/interrupts` and `/proc/softirqs`: a header of CPUs, and rows of one count for each. */
function perCpu(text: string, prefix: string): Named[] {
	const [cpus = [], ...rows] = rowsOf(text);
	return rows
		.filter(row => row.length > cpus.length)
		.flatMap(([label = '', ...counts]) =>
			cpus.map((cpu, index): Named => [`${prefix}.${label.slice(0, -1)}.${cpu.toLowerCase()}`, Number(counts[index])]),
		);
}

/** `/proc/net/snmp` and `netstat`: a line of names, and under it a line of values. */
function twoLines(text: string): Named[] {
	const rows = rowsOf(text);
	return rows.flatMap((names, index) =>
		index % 2 === 0
			? names
					.slice(1)
					.map((name, column): Named => [`${names[0]?.slice(0, -1)}.${name}`, Number(rows[index + 1]?.[column + 1])])
			: [],
	);
}
