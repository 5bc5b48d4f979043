import type {Writer} from '../host/writer.ts';
import {type Host, HostError} from '../host.ts';

/** `$XDG_STATE_HOME/nbtop/sessions`, else `~/.local/state/nbtop/sessions` (XDG Base Directory Specification). */
export function findSessionFolder(host: Pick<Host, 'environment'>): string {
	const state = host.environment('XDG_STATE_HOME');
	const base = state?.startsWith('/') ? state : `${host.environment('HOME') ?? ''}/.local/state`;
	return `${base}/nbtop/sessions`;
}

/**
Opens the first name in the folder of sessions that is not taken yet: `HOST-2026-11-22T141825.jsonl` in the user's own
time. Throws a `HostError` when the folder cannot be made or written.
*/
export function openInFolder(
	host: Host,
	machine: string | undefined,
	suffix: string,
	open: (file: string) => Writer,
): {readonly file: string; readonly writer: Writer} {
	const folder = findSessionFolder(host);
	host.makeFolder(folder, 0o700);
	const name = nameSession(host, machine, suffix);
	for (let count = 1; ; count++) {
		const file = `${folder}/${name}${count === 1 ? '' : `-${count}`}.jsonl`;
		try {
			return {file, writer: open(file)};
		} catch (error) {
			if (!(error instanceof HostError && error.code === 'EEXIST') || count > 100) {
				throw error;
			}
		}
	}
}

function nameSession(host: Host, machine: string | undefined, suffix: string): string {
	const date = new Date(host.now().wall);
	const two = (number: number): string => String(number).padStart(2, '0');
	const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
	const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('');
	const name = machine ?? tryHostName(host) ?? 'session';
	return `${name.replaceAll(/[^\w.-]/g, '_')}-${day}T${time}${suffix}`;
}

function tryHostName(host: Host): string | undefined {
	try {
		return host.readText('/proc/sys/kernel/hostname').trim();
	} catch {
		return undefined;
	}
}
