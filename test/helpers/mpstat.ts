import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** One row of mpstat: the name of the CPU (`all`, `0`) and its percentages, with two decimals. */
export type MpstatRow = Readonly<Record<string, number>> & {readonly cpu: string};

/**
In a mount namespace of its own, mpstat finds a pipe in the place of `/proc/stat`, and the folder `cpus` in the place of the
machine's list of CPUs. The pipe gives the first text to its first reading; the second text only goes in when mpstat has closed
the pipe after the first, so that each reading gets one text whole.
*/
const script = `
mkfifo stat && mount --bind stat /proc/stat && mount --bind cpus /sys/devices/system/cpu || exit 1
LC_ALL=C mpstat -P ALL -o JSON 1 1 > rows.json &
pid=$!
timeout 10 cp before /proc/self/fd/1 > stat || exit 1
while ls -l /proc/$pid/fd | grep -q /stat$; do sleep 0.01; done
timeout 10 cp after /proc/self/fd/1 > stat || exit 1
wait $pid
`;

/** What mpstat prints for two texts of `/proc/stat` on a machine with so many CPUs. */
export async function runMpstat(before: string, after: string, cpuCount: number): Promise<MpstatRow[]> {
	const cwd = await mkdtemp(join(tmpdir(), 'nbtop-mpstat-'));
	try {
		await writeFile(join(cwd, 'before'), before);
		await writeFile(join(cwd, 'after'), after);
		for (let cpu = 0; cpu < cpuCount; cpu++) {
			await mkdir(join(cwd, 'cpus', `cpu${cpu}`), {recursive: true});
		}

		await run('unshare', ['--map-root-user', '--mount', 'sh', '-c', script], {cwd, timeout: 30_000});
		const output = JSON.parse(await readFile(join(cwd, 'rows.json'), 'utf8'));
		return output.sysstat.hosts[0].statistics[0]['cpu-load'];
	} finally {
		await rm(cwd, {recursive: true});
	}
}

/** Why mpstat cannot be asked on this machine; undefined where it can. */
export async function explainMissingMpstat(): Promise<string | undefined> {
	try {
		await run('mpstat', ['-V']);
	} catch {
		return 'mpstat (package sysstat) is not installed here';
	}

	try {
		await run('unshare', ['--map-root-user', '--mount', 'mount', '--bind', '/proc/uptime', '/proc/stat']);
	} catch {
		return 'no right to a mount namespace here, in which mpstat would read prepared texts';
	}

	return undefined;
}
