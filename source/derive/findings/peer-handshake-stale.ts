import type {Severity} from '../../model/findings.ts';
import type {PeerRates} from '../../model/rates.ts';
import {namePeer} from './relayed-peer.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, rate} from './words.ts';

/** WireGuard throws a session away at this age (`messages.h: REJECT_AFTER_TIME`), in seconds. */
const rejectAfter = 180;

/**
Ticks without an answer. Where a session has ended, what is sent is a new handshake, every 5 seconds (`REKEY_TIMEOUT`), and an
answer to that is owed in one round trip. So few that what `diagnose` watches by itself is enough.
*/
const silentTicks = 6;

/** After so many seconds a peer that is away is taken for one that was switched off. */
const recently = 900;

/** This host sends to a peer, and nothing has come back since its session ended. Silence both ways is an idle peer. */
export const peerHandshakeStale: Rule = {
	id: 'peer-handshake-stale',
	severity: 'fault',
	needs: ['peers'],
	during: 'always',
	rises: 2,
	falls: 5,
	refutedBy: '`wg show` tells of a handshake less than 180 s ago, or of bytes received',
	steps: [],
	judge(scene) {
		const dead = (scene.rates.peers ?? []).filter(peer => isDead(scene, peer));
		const peer = dead.find(each => isMissed(scene, each)) ?? dead[0];
		if (peer === undefined) {
			return undefined;
		}

		const name = namePeer(peer);
		const age = fact(
			`${name}: last handshake`,
			peer.handshakeAge === undefined ? 'never' : `${peer.handshakeAge.toFixed(0)} s ago`,
		);
		const sent = fact(`${name}: sent, mean of the last ticks`, rate(mean(scene, peer, 'tx'), 'bytes'));
		const received = fact(`${name}: received, mean of the last ticks`, rate(mean(scene, peer, 'rx'), 'bytes'));
		const severity: Severity = isMissed(scene, peer) ? 'fault' : 'hint';
		return {
			text: `${name} does not answer: last handshake ${age.value}, ${sent.value} go out, ${received.value} come back; see whether it is up, and whether UDP reaches it`,
			evidence: [
				age,
				sent,
				received,
				...(peer.endpoint === undefined ? [] : [fact(`${name}: endpoint`, peer.endpoint)]),
				...(peer.status === undefined ? [] : [fact(`${name}: NetBird status`, peer.status)]),
			],
			severity,
		};
	},
};

function isDead(scene: Scene, peer: PeerRates): boolean {
	const isOld = peer.handshakeAge === undefined ? hadNone(scene, peer) : peer.handshakeAge > rejectAfter;
	return (
		isOld &&
		lastTicks(scene, peer, 'tx').length >= silentTicks &&
		mean(scene, peer, 'tx') > 0 &&
		mean(scene, peer, 'rx') === 0
	);
}

/** A handshake in the future has no age either: then the clock was set back. */
function hadNone({readings}: Scene, peer: PeerRates): boolean {
	const tunnel = readings.wireguard?.value.find(each => each.interface === peer.interface);
	const known = tunnel?.peers.find(each => each.publicKey === peer.publicKey);
	return known !== undefined && known.latestHandshake === undefined;
}

/** The only peer of its tunnel, or one that was here a little while ago. In a mesh there is always somebody switched off. */
function isMissed({rates}: Scene, peer: PeerRates): boolean {
	const isOnly = (rates.peers ?? []).filter(each => each.interface === peer.interface).length === 1;
	const isKnownAway = peer.status !== undefined && peer.status !== 'Connected';
	return isOnly || (!isKnownAway && (peer.handshakeAge ?? Number.POSITIVE_INFINITY) < recently);
}

function lastTicks({peerTraces}: Scene, peer: PeerRates, way: 'rx' | 'tx'): number[] {
	const trace = peerTraces[`${peer.interface} ${peer.publicKey}`]?.[way] ?? [];
	return trace.slice(-silentTicks).filter(value => value !== undefined);
}

function mean(scene: Scene, peer: PeerRates, way: 'rx' | 'tx'): number {
	const ticks = lastTicks(scene, peer, way);
	return ticks.reduce((sum, value) => sum + value, 0) / Math.max(1, ticks.length);
}
