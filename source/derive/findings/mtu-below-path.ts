import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, share} from './words.ts';

/** What WireGuard and UDP over IPv6 put around a packet, in bytes; over IPv4 it is 20 less. */
const headers = 80;

/** The tunnel's packets are smaller than what carries them takes. */
export const mtuBelowPath: Rule = {
	id: 'mtu-below-path',
	severity: 'hint',
	needs: ['underlay', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 5,
	refutedBy: 'a probe with DF set (nbtop tune mtu) gets no larger packet through to the peer',
	steps: ['mtu'],
	guide:
		'The guide calls this the largest gain. It is as large as the packets become fewer, needs both ends, and first a probe of the whole way: Azure may cut UDP above 1400 bytes.',
	judge(scene) {
		const room = findRoom(scene);
		if (room === undefined) {
			return undefined;
		}

		const {tunnel, underlay} = room;
		const now = fact(`${tunnel.name}: MTU`, tunnel.mtu);
		const below = fact(`${underlay.name}: MTU`, underlay.mtu);
		const possible = fact(`${underlay.name}: MTU without headers`, underlay.mtu - headers);
		const fewer = fact('packets less for the same bytes', share(1 - tunnel.mtu / (underlay.mtu - headers)));
		return {
			text: `${tunnel.name}'s MTU is ${now.value}, where ${underlay.name} with ${below.value} has room for ${possible.value}: up to ${fewer.value} fewer packets for the same bytes, if the whole way carries them`,
			evidence: [now, below, possible, fewer],
		};
	},
};

/** The two MTUs where the tunnel's could be larger by a twentieth at least. */
export function findRoom({path, readings}: Scene) {
	const {tunnel, underlay} = path ?? {};
	const endpoints = new Set(path?.peers.map(({endpoint}) => endpoint));
	const cached = (readings.routes?.value ?? []).flatMap(({endpoint, mtu}) =>
		endpoints.has(endpoint) ? (mtu ?? []) : [],
	);
	const mtu = underlay?.mtu === undefined ? undefined : Math.min(underlay.mtu, ...cached);
	return tunnel?.mtu === undefined || underlay === undefined || mtu === undefined || tunnel.mtu * 1.05 > mtu - headers
		? undefined
		: {tunnel: {name: tunnel.interface, mtu: tunnel.mtu}, underlay: {name: underlay.interface, mtu}};
}
