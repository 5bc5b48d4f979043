import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, rate, share} from './words.ts';

/**
The outer packets are cut in pieces. WireGuard sends them without DF (`socket.c: send4`), so that an MTU that is too large does
not fail: every full packet becomes two.
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
		const made = judgeWay(scene, 'out');
		const joined = judgeWay(scene, 'in');
		const worse = made.ratio >= joined.ratio ? made : joined;
		if (worse.fragments < 20 || worse.ratio < (held ? 0.005 : 0.01) || scene.path === undefined) {
			return undefined;
		}

		const {tunnel, underlay} = scene.path;
		const ratio = fact(`${worse.label}: fragments for each packet of ${tunnel.interface}`, share(worse.ratio));
		const fragments = fact(worse.label, rate(worse.fragments, 'fragments'));
		const mtu = fact(`${tunnel.interface}: MTU`, tunnel.mtu ?? '?');
		const cut = worse === made ? `this host cuts the packets of ${tunnel.interface}` : 'packets arrive here in pieces';
		const below =
			underlay?.mtu === undefined
				? ''
				: `; MTU ${mtu.value} and 60 to 80 bytes of headers, over ${underlay.interface} with ${underlay.mtu}`;
		return {
			text: `${cut}: ${fragments.value}, ${ratio.value} of its packets${below}; until the MTU fits, every other figure is of twice the packets`,
			evidence: [
				fragments,
				ratio,
				mtu,
				...(underlay?.mtu === undefined ? [] : [fact(`${underlay.interface}: MTU`, underlay.mtu)]),
			],
		};
	},
};

const counters = {out: ['Ip.FragCreates', 'Ip6.FragCreates'], in: ['Ip.ReasmReqds', 'Ip6.ReasmReqds']} as const;

/** Fragments against the packets of the tunnel the same way. */
function judgeWay({rates, path}: Scene, way: 'in' | 'out') {
	const fragments = counters[way].reduce((sum, name) => sum + (rates.protocols?.[name] ?? 0), 0);
	const link = path && rates.links?.[path.tunnel.interface];
	const packets = (way === 'in' ? link?.rx_packets : link?.tx_packets) ?? 0;
	const label = counters[way].join(' and ');
	return {fragments, label, ratio: fragments / Math.max(packets, 1)};
}
