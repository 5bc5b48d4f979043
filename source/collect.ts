import {isOtherLink, type LinkSigns, readLinkSigns} from './collect/link-signs.ts';
import {chooseNics} from './collect/nics.ts';
import {type Context, describeFailure} from './collect/reading.ts';
import {listSources, type Source} from './collect/sources.ts';
import {createTrafficWatch} from './collect/traffic.ts';
import {deriveTopology, isShapedAlike, type TopologyOptions} from './derive/topology.ts';
import {createWake} from './host/sleep.ts';
import {type Host, HostError} from './host.ts';
import type {SampleEvent} from './model/events.ts';
import type {Problem, Reading, Readings, SourceName} from './model/snapshot.ts';
import type {Topology} from './model/topology.ts';

export interface Collector {
	/**
	Reads what is due. Files are read at once; programs run beside, and what they have given when `patience` seconds are
	over is in this sample, the rest in a later one.
	*/
	collect(patience: number): Promise<SampleEvent>;
	/** Reads everything at the next tick, whatever is due: something has been changed. */
	refresh(): void;
	/** The periods of the sources in seconds, to tell an old reading from a stale one. */
	readonly periods: Readonly<Partial<Record<SourceName, number>>>;
}

interface Progress {
	due: number;
	running?: Promise<void> | undefined;
	failures: number;
	/** The period after it was stretched because reading costs too much. */
	every: number;
	/** At least so long while nothing flows. */
	readonly whenCalm: number;
	problems: Problem[];
}

/**
A source may use this share of the time, else it is read less often: the monitor must not be the load. A large machine has longer
tables, and CPUs to spare.
*/
function allowShare(cpus: number): number {
	return Math.min(0.25, Math.max(0.05, cpus / 1000));
}

const longestEvery = 10;
/** After a failure a source is asked again soon, whatever its period, and then less and less often. */
const shortestPause = 1;
const longestPause = 60;

export interface CollectorOptions extends TopologyOptions {
	/** Reads what changes quickly at every call, whatever its period: for single samples with a long interval. */
	readonly eager?: boolean;
}

/** Seconds between two looks at the interfaces while nothing flows. */
const calmLinkPeriod = 2;

/** Periods up to this many seconds are those of counters, longer ones those of facts. */
const quickPeriod = 2;

/** Collects samples from a Host. `options` overrule which tunnel and NIC are looked at. */
export function createCollector(host: Host, options: CollectorOptions = {}): Collector {
	const sources = listSources();
	const progress = new Map<SourceName, Progress>(
		sources.map(({name, every, whenCalm}) => [
			name,
			{due: Number.NEGATIVE_INFINITY, failures: 0, every, whenCalm, problems: []},
		]),
	);
	let known: Readings = {};
	let topology: Topology = deriveTopology({}, options);
	/** What it was derived from. */
	let shapedBy: Readings = {};
	let fresh: Record<string, Reading<unknown>> = {};
	let gone = new Set<SourceName>();
	let linkSigns: LinkSigns | undefined;
	let linksSeen = Number.NEGATIVE_INFINITY;
	const traffic = createTrafficWatch();

	const find = (name: SourceName): Progress => {
		const found = progress.get(name);
		if (found === undefined) {
			throw new Error(`no source ${name}`);
		}
		return found;
	};

	const askAgain = (isMeant: (name: SourceName) => boolean): void => {
		for (const {name} of sources.filter(each => isMeant(each.name))) {
			find(name).due = Number.NEGATIVE_INFINITY;
		}
	};

	const accept = (name: SourceName, reading: Reading<unknown> | undefined): void => {
		find(name).failures = 0;
		if (reading === undefined) {
			if (known[name] !== undefined) {
				gone.add(name);
				const {[name]: _, ...rest} = known;
				known = rest;
			}
			return;
		}
		// A capture gives what it gave before when a source was not read again: no interval, no rate, and time does not go back.
		const period = sources.find(each => each.name === name)?.every ?? 0;
		if (period > quickPeriod || reading.at > (known[name]?.at ?? Number.NEGATIVE_INFINITY)) {
			known = {...known, [name]: reading};
			fresh[name] = reading;
			gone.delete(name);
		}
		takeAlong(name);
	};

	/** What follows from a reading for the others. */
	const takeAlong = (name: SourceName): void => {
		if (name === 'addresses') {
			askAgain(each => each === 'links');
		}
		if (name === 'linkStatistics' && known.linkStatistics !== undefined) {
			noticeTraffic(known.linkStatistics);
		}
		if (shapesPath.has(name) && !isShapedAlike(shapedBy, known)) {
			shapedBy = known;
			const before = topology;
			topology = deriveTopology(known, options);
			if (topology.pathDevices.join() !== before.pathDevices.join()) {
				askAgain(name => name === 'irqs');
			}
			const links = known.links?.value ?? [];
			if (chooseNics(topology, links).join() !== chooseNics(before, links).join()) {
				askAgain(name => name === 'nics' || name === 'nicStatistics');
			}
		}
	};

	/** What was read seldom in a calm is due by its own period as soon as something flows. */
	const noticeTraffic = (statistics: NonNullable<Readings['linkStatistics']>): void => {
		const wasCalm = traffic.isCalm(statistics.at);
		if (traffic.take(statistics, topology) === 'busy' && wasCalm) {
			askAgain(name => find(name).whenCalm !== find(name).every);
		}
	};

	/** A device that vanished while it was read takes its source along; anything else leaves the last value, which grows old. */
	const fail = (name: SourceName, error: unknown, started: number): void => {
		const state = find(name);
		state.failures += 1;
		const pause = Math.min(Math.max(shortestPause, state.every), quickPeriod);
		state.due = started + Math.min(longestPause, pause * 2 ** state.failures);
		state.problems.push(describeFailure(name, error));
		if (error instanceof HostError && error.code === 'ENOENT') {
			state.failures = 0;
			accept(name, undefined);
		}
	};

	const start = (each: Source): void => {
		const state = find(each.name);
		const started = host.now().monotonic;
		// In a capture the clock goes from entry to entry, back and forth: what reading costs is real time.
		const began = host.realTime();
		const problems: Problem[] = [];
		const finish = (act: () => void): void => {
			// Until there is an outcome, what was wrong before stays on the screen.
			state.problems = problems;
			act();
		};
		state.due = started + (traffic.isCalm(started) ? Math.max(state.every, state.whenCalm) : state.every);
		const context: Context = {
			host,
			readings: known,
			topology,
			note: message => problems.push({source: each.name, message}),
		};
		try {
			const answer = each.read(context);
			const {now, later} = splitAnswer(answer);
			if (later === undefined) {
				finish(() => accept(each.name, now));
			} else if (now !== undefined) {
				accept(each.name, now);
			}
			if (!(answer instanceof Promise)) {
				const cost = host.realTime() - began;
				problems.push(...stretch(each, state, cost, known.cpuTimes?.value.cpus.length ?? 1));
			}
			state.running = later
				?.then(reading => finish(() => (now !== undefined && reading === now ? undefined : accept(each.name, reading))))
				.catch((error: unknown) => finish(() => fail(each.name, error, started)))
				.finally(() => {
					state.running = undefined;
				});
		} catch (error) {
			finish(() => fail(each.name, error, started));
		}
	};

	const noticeLinkChange = (now: number): void => {
		if (traffic.isCalm(now) && now - linksSeen < calmLinkPeriod) {
			return;
		}
		linksSeen = now;
		const signs = readLinkSigns(host, known, topology);
		const before = linkSigns;
		linkSigns = signs;
		if (before === undefined || isOtherLink(before, signs)) {
			askAgain(name => afterLinkChange.has(name));
		}
	};

	return {
		refresh() {
			traffic.wake(host.now().monotonic);
			askAgain(() => true);
		},
		periods: Object.fromEntries(sources.map(({name, every}) => [name, every])),
		async collect(patience) {
			const at = host.now();
			noticeLinkChange(at.monotonic);
			for (const each of sources) {
				const state = find(each.name);
				// A tick comes a little early or late: what is due within the next tenth of a second is due now.
				const isDue = state.due <= at.monotonic + 0.1 || (options.eager && each.every <= quickPeriod);
				if (state.running === undefined && isDue) {
					start(each);
				}
			}
			await settle(
				host,
				[...progress.values()].flatMap(({running}) => running ?? []),
				patience,
			);
			const event: SampleEvent = {
				type: 'sample',
				at,
				readings: fresh as Readings,
				...(gone.size > 0 && {gone: [...gone]}),
				problems: [...progress.values()].flatMap(({problems}) => problems),
			};
			fresh = {};
			gone = new Set();
			return event;
		},
	};
}

type Given = Reading<unknown> | undefined;

/** What a source gives at once, and what it gives when a program has answered. */
function splitAnswer(answer: ReturnType<Source['read']>): {readonly now?: Given; readonly later?: Promise<Given>} {
	if (answer instanceof Promise) {
		return {later: answer};
	}
	return answer !== undefined && 'later' in answer ? answer : {now: answer};
}

/** Readings from which the topology follows. */
const shapesPath: ReadonlySet<SourceName> = new Set(['links', 'wireguard', 'routes', 'netbird', 'nics']);

/** Reads what costs too much less often, and says so. */
function stretch({name, every}: Source, state: Progress, cost: number, cpus: number): Problem[] {
	const wanted = Math.min(longestEvery, cost / allowShare(cpus));
	state.every = wanted > Math.max(every, 1) ? wanted : every;
	if (state.every === every) {
		return [];
	}
	state.due += state.every - every;
	return [{source: name, message: `takes ${Math.round(cost * 1000)} ms: read every ${state.every.toFixed(1)} s`}];
}

/** Read again as soon as an interface comes, goes or changes its queues, or a peer its endpoint. */
const afterLinkChange: ReadonlySet<SourceName> = new Set(['links', 'addresses', 'irqs', 'routes', 'nics']);

async function settle(host: Host, running: readonly Promise<void>[], patience: number): Promise<void> {
	if (running.length === 0 || patience <= 0) {
		return;
	}
	const all = Promise.all(running);
	if (!Number.isFinite(patience)) {
		await all;
		return;
	}
	const done = createWake();
	await Promise.race([all, host.sleep(patience, done)]);
	done.abort();
}
