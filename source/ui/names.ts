import type {QueueRole} from '../model/topology.ts';

/** A device's queue in a few letters: `rx-0`, `tx-3`, `q-2` for one that serves both ways, `control`. */
export function nameQueue(role: QueueRole | undefined, queue: number | undefined): string {
	if (role === 'control') {
		return 'control';
	}
	const kind = role === undefined || role === 'rxtx' ? 'q' : role;
	return queue === undefined ? (role ?? '') : `${kind}-${queue}`;
}

/** A thread's name without the number of the kworker it rides on: `kworker/1:0-wg-crypt-wt0` is `wg-crypt-wt0`. */
export function nameThread(name: string): string {
	return name.replace(/^kworker\/[^-]*[-+]/, '');
}

/** The first letters of a public key, as many tools show it: enough to tell peers apart. */
export function shortenKey(publicKey: string): string {
	return publicKey.slice(0, 8);
}
