import type {FindingEvent, LinkEvent, PeerEvent, ProblemEvent, TimelineEvent} from '../model/events.ts';
import type {LinkFacts} from '../model/facts.ts';
import type {Finding} from '../model/findings.ts';
import type {PeerRates} from '../model/rates.ts';
import type {Problem} from '../model/snapshot.ts';
import {peerKey, type State} from './state.ts';

/**
What a sample has changed beside the figures: findings and problems that came or went, interfaces of the path that are
others now, peers that are reached another way. `before` and `after` are the states around one sample.
*/
export function noticeChanges(before: State, after: State): TimelineEvent[] {
	const at = after.snapshot?.at;
	if (at === undefined) {
		return [];
	}
	const changes = [
		...noticeLinks(before, after),
		...noticePeers(before.rates.peers ?? [], after.rates.peers ?? []),
		...noticeProblems(before.snapshot?.problems ?? [], after.snapshot?.problems ?? []),
		...noticeFindings(before.findings, after.findings),
	];
	return changes.map(change => ({...change, at}));
}

type WithoutTime<Event> = Omit<Event, 'at'>;

function noticeFindings(before: readonly Finding[], after: readonly Finding[]): WithoutTime<FindingEvent>[] {
	const {came, went} = compareLists(before, after, ({id}) => id);
	return [
		...went.map(finding => ({type: 'finding' as const, change: 'cleared' as const, finding})),
		...came.map(finding => ({type: 'finding' as const, change: 'raised' as const, finding})),
	];
}

/** By source: the words of a problem may hold a figure that is another one at every reading. */
function noticeProblems(before: readonly Problem[], after: readonly Problem[]): WithoutTime<ProblemEvent>[] {
	const {came, went} = compareLists(before, after, ({source}) => source);
	return [
		...went.map(problem => ({type: 'problem' as const, change: 'cleared' as const, problem})),
		...came.map(problem => ({type: 'problem' as const, change: 'raised' as const, problem})),
	];
}

function compareLists<T>(before: readonly T[], after: readonly T[], key: (each: T) => string) {
	const was = new Set(before.map(key));
	const is = new Set(after.map(key));
	return {came: after.filter(each => !was.has(key(each))), went: before.filter(each => !is.has(key(each)))};
}

function noticeLinks(before: State, after: State): WithoutTime<LinkEvent>[] {
	const old = before.snapshot?.readings.links?.value;
	const now = after.snapshot?.readings.links?.value;
	if (old === undefined || now === undefined || old === now) {
		return [];
	}
	const names = new Set([...before.topology.pathDevices, ...after.topology.pathDevices]);
	return [...names].flatMap(name =>
		compareLink(
			name,
			old.find(link => link.name === name),
			now.find(link => link.name === name),
		),
	);
}

const watched = [
	['index', link => link.ifindex],
	['operstate', link => link.operstate],
	['mtu', link => link.mtu],
	['carrier changes', link => link.carrierChanges],
] as const satisfies readonly (readonly [LinkEvent['what'], (link: LinkFacts) => string | number | undefined])[];

function compareLink(name: string, old: LinkFacts | undefined, now: LinkFacts | undefined): WithoutTime<LinkEvent>[] {
	// Of one that came or went, that alone is told.
	const questions = old === undefined || now === undefined ? watched.slice(0, 1) : watched;
	return questions.flatMap(([what, ask]) =>
		describeChange(
			{type: 'link' as const, interface: name, what},
			old === undefined ? undefined : ask(old),
			now === undefined ? undefined : ask(now),
		),
	);
}

function noticePeers(before: readonly PeerRates[], after: readonly PeerRates[]): WithoutTime<PeerEvent>[] {
	const known = new Map(before.map(peer => [peerKey(peer), peer]));
	return after.flatMap(peer => {
		const old = known.get(peerKey(peer));
		const {interface: device, publicKey, name} = peer;
		const event = {type: 'peer' as const, interface: device, publicKey, ...(name !== undefined && {name})};
		return old === undefined
			? []
			: [
					...describeChange({...event, what: 'connection' as const}, old.connection, peer.connection),
					...describeChange({...event, what: 'endpoint' as const}, old.endpoint, peer.endpoint),
				];
	});
}

function describeChange<Event extends object>(
	event: Event,
	from: string | number | undefined,
	to: string | number | undefined,
): (Event & {from?: string; to?: string})[] {
	return from === to
		? []
		: [{...event, ...(from !== undefined && {from: String(from)}), ...(to !== undefined && {to: String(to)})}];
}
