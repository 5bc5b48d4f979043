import {maximumBy} from './cores.ts';
import {namePeer} from './relayed-peer.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact} from './words.ts';

/** The windows, in seconds, and how many handshakes in them are too many. Usual is one in 120 s. */
const windows = [
	{seconds: 60, rises: 3, holds: 2},
	{seconds: 300, rises: 5, holds: 4},
] as const;

/** Both ends may start one at the same time: handshakes so close together (seconds) count once. */
const together = 5;

/** Sessions that do not live: duplicate keys, an endpoint that flaps, a switch between relay and direct path. */
export const peerHandshakeChurn: Rule = {
	id: 'peer-handshake-churn',
	severity: 'fault',
	needs: ['peers'],
	during: 'always',
	rises: 1,
	falls: 5,
	refutedBy: 'the latest handshake of the peer changes only every two minutes',
	steps: [],
	judge(scene, held) {
		for (const {seconds, rises, holds} of windows) {
			const counted = (scene.rates.peers ?? []).map(peer => ({
				peer,
				handshakes: countHandshakes(scene, `${peer.interface} ${peer.publicKey}`, seconds),
			}));
			const worst = maximumBy(counted, ({handshakes}) => handshakes);
			if (worst !== undefined && worst.handshakes >= (held ? holds : rises)) {
				const name = namePeer(worst.peer);
				const number = fact(`${name}: new handshakes in the last ${seconds} s`, worst.handshakes);
				return {
					text: `${name} makes a new session too often: ${number.value} handshakes in the last ${seconds} s, where one in two minutes is usual; the same key on two machines, an endpoint that changes, or a path that comes and goes`,
					evidence: [
						number,
						...(worst.peer.endpoint === undefined ? [] : [fact(`${name}: endpoint`, worst.peer.endpoint)]),
					],
				};
			}
		}

		return undefined;
	},
};

function countHandshakes({handshakes, readings, at}: Scene, key: string, seconds: number): number {
	const now = readings.wireguard?.at ?? at.monotonic;
	const times = (handshakes[key] ?? []).filter(time => now - time < seconds);
	return times.filter((time, index) => time - (times[index - 1] ?? Number.NEGATIVE_INFINITY) > together).length;
}
