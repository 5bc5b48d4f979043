import type {PeerRates} from '../../model/rates.ts';
import {namePeer} from './relayed-peer.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, fact} from './words.ts';

/**
The tunnel's outer packets are routed into the tunnel again: it sends far more than what carries it. Each outer packet is
larger than the inner one, so that otherwise it is the other way about.
*/
export const routingLoop: Rule = {
	id: 'routing-loop',
	severity: 'fault',
	needs: ['tunnel'],
	during: 'traffic',
	rises: 3,
	falls: 5,
	refutedBy:
		'`ip route get ENDPOINT mark FWMARK` names another interface than the tunnel for every peer, or the peers answer',
	steps: [],
	judge(scene, held) {
		const {path, rates} = scene;
		if (path === undefined || path.peers.some(({connection}) => connection === 'relayed')) {
			return undefined;
		}

		const {interface: name, underlays} = path.tunnel;
		const carriers = underlays.flatMap(each => rates.links?.[each]?.tx_bytes ?? []);
		const carried = carriers.reduce((sum, bytes) => sum + bytes, 0);
		const sent = rates.links?.[name]?.tx_bytes ?? 0;
		const looped = path.peers.filter(({endpoint}) => leadsInto(scene, name, endpoint));
		const lost = looped.find(peer => isUnanswered(scene, peer, held));
		const isKnown = carriers.length > 0 || lost !== undefined;
		if (!isKnown || sent * 8 < 10e6 || sent < (held ? 1.5 : 2) * carried) {
			return undefined;
		}

		const inner = fact(`${name} sent`, bits(sent));
		const outer = carriers.length === 0 ? undefined : fact('the interfaces under it sent', bits(carried));
		const endpoint = (lost ?? looped[0])?.endpoint;
		return {
			text: [
				`${name} sends ${inner.value}`,
				outer && `, the interfaces that carry it ${outer.value}`,
				endpoint && `; the route to ${endpoint} leads into ${name} itself`,
				lost && `, and ${namePeer(lost)} does not answer`,
				': its own packets are routed into it again',
			].join(''),
			evidence: [
				inner,
				...(outer ? [outer] : []),
				...(endpoint ? [fact(`route to ${endpoint}`, name)] : []),
				...(lost?.handshakeAge === undefined
					? []
					: [fact(`${namePeer(lost)}: last handshake`, `${lost.handshakeAge.toFixed(0)} s ago`)]),
			],
		};
	},
};

function leadsInto({readings}: Scene, tunnel: string, endpoint: string | undefined): boolean {
	return readings.routes?.value.some(route => route.device === tunnel && route.endpoint === endpoint) ?? false;
}

/**
Nothing of what is sent to this peer arrives there. The route alone does not tell: a tunnel that was made in another network
namespace sends from there, and a peer may be reached through another one.

Whoever gets packets says so within ten seconds, even when it has nothing to send (`messages.h: KEEPALIVE_TIMEOUT`), and a
handshake is renewed after 120 s (`REKEY_AFTER_TIME`); after 180 s without one nothing is sent any more.
*/
function isUnanswered({rates, peerTraces}: Scene, peer: PeerRates, held: boolean): boolean {
	const ticks = Math.ceil(silence / (rates.seconds ?? 1));
	const received = (peerTraces[`${peer.interface} ${peer.publicKey}`]?.rx ?? []).slice(-ticks);
	const bytes = received.reduce<number>((sum, each) => sum + (each ?? 0), 0);
	const isSilent = received[0] !== undefined && received.length === ticks && bytes <= (held ? ownWords * ticks : 0);
	return isSilent || (peer.handshakeAge ?? 0) > overdue;
}

/** Seconds: a keepalive is owed within ten, and peers are read every two. */
const silence = 15;
/** Bytes a second of keepalives and of attempts at a handshake (148 bytes every 5 s), which a peer sends by itself. */
const ownWords = 100;
/** Seconds: a handshake is owed after 120, by a peer that only gets packets with its next keepalive; some may be lost. */
const overdue = 150;
