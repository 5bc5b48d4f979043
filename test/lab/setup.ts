import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {runFolder} from './run-folder.ts';

/** Once for the whole suite: one suite at a time in a run folder, and no lab left behind. */
export default async function setUp(): Promise<() => Promise<void>> {
	const lock = join(runFolder, 'suite.pid');
	mkdirSync(runFolder, {recursive: true});
	rmSync(join(runFolder, 'failed'), {recursive: true, force: true});
	await takeLock(lock);
	// For every "lab" command of the suite. However this process ends, the lab goes down after it.
	process.env.LAB_RUN = runFolder;
	process.env.LAB_OWNER = String(process.pid);
	return async () => {
		await execa(join(import.meta.dirname, 'lab'), ['down'], {reject: false});
		rmSync(lock, {force: true});
	};
}

async function takeLock(path: string): Promise<void> {
	for (let told = false; ; ) {
		try {
			writeFileSync(path, String(process.pid), {flag: 'wx'});
			return;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}
		}
		const holder = Number(readFileSync(path, 'utf8'));
		if (!isAlive(holder)) {
			rmSync(path, {force: true});
			continue;
		}
		if (!told) {
			console.log(`Waiting for the lab suite of process ${holder}; LAB_RUN=FOLDER gives a lab of its own.`);
			told = true;
		}
		await new Promise(resolve => setTimeout(resolve, 1000));
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
