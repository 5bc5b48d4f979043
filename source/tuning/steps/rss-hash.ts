import {describeRssTable, isRssEven} from '../../derive/rss-table.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {TuningStep, Wish} from '../../model/tuning.ts';
import {countRxQueues, isSynthetic, type Leaf, listLeaves, noUnderlay, type Part, toPlan} from './common.ts';
import {seesMoreQueues} from './effects.ts';

/** Source and destination address, source and destination port: one peer is told from another by its port too. */
const fields = 'sdfn';

export const rssHash: TuningStep = {
	id: 'rss-hash',
	key: '4',
	title: 'Hash UDP ports in the NIC',
	why: 'Peers behind one address are one flow to a NIC that hashes addresses alone, and share one queue.',
	answers: ['softirq-pinned'],
	risk: 'may cut the connection',
	guide:
		'The guide sets sdfn and an even table blindly. Most cloud NICs have both by default; where the NIC refuses, ethtool still ends with 0; and as many shares as CPUs are refused by a NIC with fewer rings. One peer stays one flow whatever is hashed.',
	effect: {counter: 'packets arrive on more queues than before', seen: seesMoreQueues},
	plan(situation) {
		return toPlan(
			listLeaves(situation).map(leaf => planDevice(leaf, situation.readings)),
			noUnderlay,
		);
	},
};

function planDevice(leaf: Leaf, readings: Readings): Part {
	const reason = findObstacle(leaf, readings);
	if (reason !== undefined) {
		return {reason};
	}
	const device = leaf.link.name;
	const hashes = planHash(leaf);
	const table = planTable(leaf);
	const wishes = [...hashes, ...(table.wishes ?? [])];
	return wishes.length > 0
		? {wishes, notes: [...(table.notes ?? []), ...listNotes(readings)]}
		: {
				reason: table.reason ?? `${device} hashes addresses and ports of UDP already, and its table is even`,
				holds: table.reason === undefined,
			};
}

function findObstacle(leaf: Leaf, {wireguard}: Readings): string | undefined {
	const {link, nic} = leaf;
	const device = link.name;
	if (nic === undefined) {
		return `ethtool tells nothing about ${device}`;
	}
	if (isSynthetic(link)) {
		return `${device} has no VF now: its hash is the hypervisor’s`;
	}
	if (!nic.udp4Hash || nic.rss?.table === undefined) {
		return `${device} hashes nothing: no RSS in this NIC`;
	}
	if (countRxQueues(leaf) < 2) {
		return `${device} receives on one queue: there is nothing to choose between`;
	}
	const peers = wireguard?.value.reduce((sum, each) => sum + each.peers.length, 0) ?? 0;
	return peers === 1 ? 'there is one peer, which is one flow whatever the NIC hashes' : undefined;
}

/** Letters that are hashed already stay. */
function planHash({link, nic}: Leaf): Wish[] {
	const flows = [
		['udp4', nic?.udp4Hash],
		['udp6', nic?.udp6Hash],
	] as const;
	return flows.flatMap(([flow, now]): Wish[] =>
		!now || [...fields].every(letter => now.includes(letter))
			? []
			: [{setting: {kind: 'rx-flow-hash', device: link.name, flow}, to: [...new Set(now + fields)].join('')}],
	);
}

function planTable({link, nic}: Leaf): Part {
	const now = describeRssTable(nic?.rss);
	if (nic?.rss === undefined || now === undefined || isRssEven(nic.rss)) {
		return {};
	}
	if (now.startsWith('custom')) {
		const reason = `the RSS table of ${link.name} is uneven, but was set in a way that ethtool cannot give back`;
		return {reason, notes: [`${reason}: it is left as it is`]};
	}
	return {
		wishes: [{setting: {kind: 'rss-table', device: link.name}, to: 'default'}],
		notes: [`the RSS table of ${link.name} is uneven (${now})`],
	};
}

/** A fragment has no ports: it goes another way than the rest of its flow. */
function listNotes({protocols}: Readings): string[] {
	const counters = ['Ip.FragCreates', 'Ip.ReasmReqds', 'Ip6.FragCreates', 'Ip6.ReasmReqds'];
	const fragments = counters.some(name => (protocols?.value[name] ?? 0) > 0);
	return fragments
		? ['packets were fragmented since boot: fragments have no ports and arrive out of order, so step 9 comes first']
		: [];
}
