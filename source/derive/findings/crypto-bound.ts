import {sumWorkersByCpu} from './cores.ts';
import {findRoom} from './mtu-below-path.ts';
import type {Rule} from './rule.ts';
import {fact, percent} from './words.ts';

/** Every core is full, and encryption is what fills them: there is nothing to distribute. */
export const cryptoBound: Rule = {
	id: 'crypto-bound',
	severity: 'limit',
	needs: ['threads', 'cores', 'tunnel'],
	during: 'load',
	rises: 2,
	falls: 5,
	refutedBy: 'a core is less than 80 % busy under the same load',
	steps: ['mtu'],
	guide:
		'The guide hopes for AES. WireGuard has ChaCha20-Poly1305 alone: wider vector units (AVX2, AVX-512) make it faster, more cores too.',
	judge(scene, held) {
		const {path, rates} = scene;
		const cores = rates.cpus ?? [];
		const workers = [...sumWorkersByCpu(rates, path).values()].reduce((sum, each) => sum + each, 0);
		const least = Math.min(...cores.map(({busy}) => busy));
		const mean = rates.all?.busy ?? 0;
		const part = workers / Math.max(1, cores.length);
		if (
			path === undefined ||
			least < (held ? 70 : 80) ||
			mean < (held ? 80 : 88) ||
			part < (held ? 18 : 25) * (scene.counted?.share ?? 1)
		) {
			return undefined;
		}

		const busy = fact('all cores busy', percent(mean));
		const lowest = fact('the least busy core', percent(least));
		const crypto = fact(`wg-crypt-${path.tunnel.interface}: of all cores`, percent(part));
		return {
			text: `${cores.length === 1 ? 'the only core is' : `all ${cores.length} cores are`} ${busy.value} busy, none below ${lowest.value}: ${crypto.value} of them is ${path.tunnel.interface}'s encryption and decryption; fewer packets for the same bytes, or more and faster cores`,
			evidence: [busy, lowest, crypto, fact('cores', cores.length)],
			steps: findRoom(scene) === undefined ? [] : ['mtu'],
		};
	},
};
