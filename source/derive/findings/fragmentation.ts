import type {Evidence} from '../../model/findings.ts';
import {findOuterSize, type OuterSize} from './outer-size.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, rate, share} from './words.ts';

/**
The outer packets are cut in pieces. WireGuard sends them without DF (`socket.c: send4`), so that an MTU that is too large does
not fail: every full packet becomes two.

The counters are of the whole host. Where the largest outer packet is known to go out whole, what is cut here is something else's.
*/
export const fragmentation: Rule = {
	id: 'fragmentation',
	severity: 'fault',
	needs: ['protocols', 'tunnel'],
	during: 'traffic',
	rises: 2,
	falls: 5,
	refutedBy: 'under load FragCreates and ReasmReqds of /proc/net/snmp stand still on both ends',
	steps: ['mtu'],
	guide:
		'The guide calls a larger MTU the largest gain. Above the path it is the largest loss: measure again only after this is gone.',
	judge(scene, held) {
		const size = findOuterSize(scene);
		const made = judgeWay(scene, 'out');
		const joined = judgeWay(scene, 'in');
		const isOthers = size?.isWhole ?? false;
		const worse = made.ratio >= joined.ratio && !isOthers ? made : joined;
		if (isMany(worse, held)) {
			return worse === made ? describeMade(scene, made, size) : describeJoined(scene, joined, size);
		}

		return isOthers && size !== undefined && isMany(made, held) ? describeOthers(scene, made, size) : undefined;
	},
};

/** Fragments of one way against the packets of the tunnel. */
interface Way {
	readonly fragments: number;
	readonly label: string;
	readonly ratio: number;
}

const counters = {out: ['Ip.FragCreates', 'Ip6.FragCreates'], in: ['Ip.ReasmReqds', 'Ip6.ReasmReqds']} as const;

function judgeWay({rates, path}: Scene, way: 'in' | 'out'): Way {
	const fragments = counters[way].reduce((sum, name) => sum + (rates.protocols?.[name] ?? 0), 0);
	const link = path && rates.links?.[path.tunnel.interface];
	const packets = (way === 'in' ? link?.rx_packets : link?.tx_packets) ?? 0;
	const label = counters[way].join(' and ');
	return {fragments, label, ratio: fragments / Math.max(packets, 1)};
}

function isMany({fragments, ratio}: Way, held: boolean): boolean {
	return fragments >= 20 && ratio >= (held ? 0.005 : 0.01);
}

const consequence = 'until the MTU fits, every other figure is of twice the packets';

function describeMade(scene: Scene, way: Way, size: OuterSize | undefined): Judgement {
	const {name, fragments, ratio, evidence} = describeWay(scene, way);
	return {
		text: `this host cuts the packets of ${name}: ${fragments.value}, ${ratio.value} of its packets${describeSize(scene, size)}; ${consequence}`,
		evidence: [...evidence, ...quoteCarried(size)],
	};
}

/** Who has cut them is not to be seen here; where the MTU of this end does not fit, that of the other one hardly does. */
function describeJoined(scene: Scene, way: Way, size: OuterSize | undefined): Judgement {
	const {name, fragments, ratio, evidence} = describeWay(scene, way);
	const start = `packets arrive here in pieces: ${fragments.value}, ${ratio.value} of what ${name} receives`;
	return {
		text:
			size?.isWhole === false
				? `${start}${describeSize(scene, size)}; ${consequence}`
				: `${start}; whose they are is not counted: where they are the tunnel's, the MTU of the other end is above the path, and every figure is of twice the packets`,
		evidence: [...evidence, ...quoteCarried(size)],
	};
}

function describeOthers(scene: Scene, way: Way, size: OuterSize): Judgement {
	const {name, fragments, ratio, evidence} = describeWay(scene, way);
	const largest = fact(`${name}: largest packet with its headers`, size.bytes);
	return {
		text: `this host cuts packets (${fragments.value}, ${ratio.value} of what ${name} sends), but not those of the tunnel: with their headers they have ${largest.value} bytes at most, and ${size.interface} takes ${size.carried} whole; a program sends datagrams, or packets are forwarded, that are larger than their way takes`,
		evidence: [...evidence, largest, ...quoteCarried(size)],
		severity: 'hint',
		steps: [],
	};
}

function describeWay({path}: Scene, {fragments, label, ratio}: Way) {
	const name = path?.tunnel.interface ?? '?';
	const made = fact(label, rate(fragments, 'fragments'));
	const part = fact(`${label}: fragments for each packet of ${name}`, share(ratio));
	return {name, fragments: made, ratio: part, evidence: [made, part, fact(`${name}: MTU`, path?.tunnel.mtu ?? '?')]};
}

function describeSize({path}: Scene, size: OuterSize | undefined): string {
	return size === undefined
		? ''
		: `; MTU ${path?.tunnel.mtu ?? '?'} and ${size.headers} bytes of headers, over ${size.interface} with ${size.carried}`;
}

function quoteCarried(size: OuterSize | undefined): Evidence[] {
	return size === undefined
		? []
		: [fact(`${size.interface}: MTU${size.isLearnt ? ' of the route to a peer' : ''}`, size.carried)];
}
