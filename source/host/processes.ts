import type {ChildProcess, StdioOptions} from 'node:child_process';
import {once} from 'node:events';

/** Held until `release`, or until this program ends, however it ends. */
export interface Lock {
	release(): Promise<void>;
}

/**
Locks a file with `flock(1)`, for Node knows no file locks. The kernel gives the lock up when the last process that holds
it has gone: the helper ends with its standard input, which closes when this program ends, killed or not.

`undefined`: somebody else holds it. Throws an error with `code` `ENOENT` without `flock`.
*/
export async function lockFile(flock: string | undefined, file: string): Promise<Lock | undefined> {
	if (flock === undefined) {
		throw Object.assign(new Error('flock is not installed (it is a part of util-linux)'), {code: 'ENOENT'});
	}
	const holder = await start([flock, '-n', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], 'pipe');
	const ended = once(holder, 'close');
	let complaint = '';
	holder.stderr?.on('data', chunk => {
		complaint += chunk;
	});
	const isHeld = await Promise.race([once(holder.stdout ?? holder, 'data').then(() => true), ended.then(() => false)]);
	if (!isHeld && complaint !== '') {
		throw Object.assign(new Error(complaint.trim()), {code: 'EIO'});
	}
	return isHeld
		? {
				async release() {
					holder.stdin?.end();
					await ended;
				},
			}
		: undefined;
}

/**
Starts a program in a session of its own, without terminal, from the root folder: it lives on when this program, its
terminal and its connection end. What it prints is lost, for a program that writes to a dead terminal dies of it.
*/
export async function startDetached(words: readonly string[]): Promise<void> {
	const child = await start(words, 'ignore');
	await once(child, 'spawn');
	child.unref();
}

async function start([program = '', ...args]: readonly string[], stdio: StdioOptions): Promise<ChildProcess> {
	const {spawn} = await import('node:child_process');
	return spawn(program, args, {stdio, cwd: '/', detached: true});
}
