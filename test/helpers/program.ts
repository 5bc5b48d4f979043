import {spawnSync} from 'node:child_process';
import path from 'node:path';

/** The built program. `npm test` builds first. */
export const program = path.join(import.meta.dirname, '../../dist/nbtop.cjs');

/** Runs it without a terminal, and waits for its end. */
export function runProgram(args: readonly string[], options: {readonly cwd?: string} = {}) {
	const {stdout, stderr, status} = spawnSync(process.execPath, [program, ...args], {
		encoding: 'utf8',
		timeout: 60_000,
		...options,
	});
	return {stdout, stderr, status};
}
