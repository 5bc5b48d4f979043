import type {Host} from '../host.ts';

/**
Tells at each call whether a file may hold something else than at the call before; true at the first. Asked at every tick, of
files that change seldom and are mostly not there: asking costs a tenth of trying to read them.
*/
export function watchFile(host: Pick<Host, 'fingerprint'>, file: string): () => boolean {
	let known: string | undefined | symbol = Symbol('never asked');
	return () => {
		const before = known;
		known = tryFingerprint(host, file);
		return known !== before;
	};
}

/** Nothing where there is no such file, or it cannot be asked about. */
export function tryFingerprint(host: Pick<Host, 'fingerprint'>, file: string): string | undefined {
	try {
		return host.fingerprint(file);
	} catch {
		return undefined;
	}
}
