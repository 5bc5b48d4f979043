import {type Host, HostError} from '../../host.ts';
import {mark, type PersistFile, persistPaths, unitPath, unitPattern} from './files.ts';

/** The paths of the files that lie here and carry our mark: one of the same name that somebody else has made is not ours to remove. */
export function listInstalled(host: Host): string[] {
	return persistPaths.filter(path => isOurs(path, host));
}

/** A file that is to be written. */
export interface FileChange extends PersistFile {
	/** What lies there; absent: nothing. */
	readonly before?: string;
}

/**
Writes all of these files or, where the machine refuses one, none: those before it are as they were. Throws the `HostError`
of the one that was refused.
*/
export function writeFiles(changes: readonly FileChange[], host: Host): void {
	for (const [index, {path, text, mode}] of changes.entries()) {
		try {
			host.makeFolder(path.slice(0, path.lastIndexOf('/')));
			host.saveDurably(path, text, mode);
		} catch (error) {
			for (const written of changes.slice(0, index)) {
				takeBack(written, host);
			}
			throw error;
		}
	}
}

/** One that cannot be taken back holds up no other: it carries our mark, by which --remove finds it. */
function takeBack({path, before, mode}: FileChange, host: Host): void {
	try {
		if (before === undefined) {
			host.remove(path);
		} else {
			host.saveDurably(path, before, mode);
		}
	} catch (error) {
		if (!(error instanceof HostError)) {
			throw error;
		}
	}
}

function isOurs(path: string, host: Host): boolean {
	try {
		return host.readText(path).includes(mark);
	} catch {
		return false;
	}
}

/** Removes these files, and the folders that held nothing else. Throws a `HostError` when the machine refuses. */
export async function removeInstalled(paths: readonly string[], host: Host): Promise<void> {
	await forgetUnits(paths, host);
	paths.forEach(host.remove);
	tryRemovingFolders(host);
}

/** systemd goes on listing the units of devices that are there, without a file, until somebody ends them. They have nothing to undo. */
async function forgetUnits(paths: readonly string[], host: Host): Promise<void> {
	if (paths.includes(unitPath)) {
		for (const verb of ['stop', 'reset-failed']) {
			await host.run('systemctl', [verb, unitPattern], 30);
		}
	}
}

function tryRemovingFolders(host: Host): void {
	for (const path of persistPaths.filter(each => each.endsWith('.d'))) {
		try {
			host.remove(path);
		} catch {
			// Somebody else has something in it.
		}
	}
}

/** Has systemd and udev read their files anew, and gives what they say against it. A machine without them has nothing to be told. */
export async function reload(host: Host): Promise<string[]> {
	const problems: string[] = [];
	for (const words of [
		['systemctl', 'daemon-reload'],
		['udevadm', 'control', '--reload'],
	]) {
		const [program = '', ...args] = words;
		const {status, stderr} = await host.run(program, args, 30);
		const isAbsent = status === 127 || /not been booted with systemd|Failed to connect|No such file/.test(stderr);
		if (status !== 0 && !isAbsent) {
			problems.push(`${words.join(' ')}: ${stderr.trim()}`);
		}
	}
	return problems;
}
