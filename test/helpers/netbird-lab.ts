import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import type {TestContext} from 'vitest';
import {foldJournal, parseJournal, type Transaction} from '../../source/tuning/journal.ts';

const run = promisify(execFile);
const dist = path.join(import.meta.dirname, '../../dist');

/**
NetBird as far as its MTU goes: keeps it in its profile, makes its interface anew, and does nothing while it is up. `slow` has the
seconds that going down takes; `going` is there meanwhile.
*/
const netbird = `#!/bin/sh
cd /var/lib/netbird || exit 1
is_up() { ip link show wt0 >/dev/null 2>&1; }
case $1 in
status)
	is_up && word=Connected || word=Idle
	echo "{\\"daemonStatus\\":\\"$word\\",\\"publicKey\\":\\"own\\"}";;
down)
	ip link del wt0 2>/dev/null
	touch going; [ -e slow ] && sleep "$(cat slow)"; rm going
	echo Disconnected;;
up)
	is_up && { echo Already connected; exit; }
	echo "{\\"MTU\\": $3}" >default.json
	ip link add wt0 mtu "$3" type veth peer name wt0-peer
	echo Connected;;
esac
`;
const wg = '#!/bin/sh\nip link show wt0 >/dev/null 2>&1 && printf "wt0\\town\\n"\n';

/** A machine of its own as far as the network, `/var/lib` and what is mounted go. */
export interface NetbirdLab {
	/** Runs a line of shell in it, and gives what it prints. */
	sh(line: string): Promise<string>;
	/** The program that was built; rejects where it ends with another status than 0. */
	nbtop(...words: string[]): Promise<string>;
	/** The same as a job of a shell, which is the one that Ctrl-Z stops. Gives its number. */
	startJob(...words: string[]): Promise<{readonly pid: number; readonly ended: Promise<unknown>}>;
	/** Applies an MTU as the step `mtu` does, `within` seconds under guard. */
	apply(mtu: number, within?: number): Promise<Record<string, unknown>>;
	/** Another boot as far as its id goes, which these guards have not lived to see. */
	restart(guards: readonly number[]): Promise<void>;
	/** What the profile says, and what the interface has: `down` while there is none. */
	state(): Promise<string>;
	transaction(): Promise<Transaction | undefined>;
}

/** Made for one test; what was started in it goes with it. */
export async function makeNetbirdLab({onTestFinished}: Pick<TestContext, 'onTestFinished'>): Promise<NetbirdLab> {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-netbird-'));
	const program = `${folder}/program/nbtop.cjs`;
	await cp(dist, path.dirname(program), {recursive: true});
	for (const [name, text] of Object.entries({netbird, wg})) {
		await writeFile(`${folder}/${name}`, text, {mode: 0o755});
	}
	const begin = `mount -t tmpfs none /var/lib && mkdir /var/lib/netbird && mount -t sysfs none /sys && netbird up --mtu 1280 && exec sleep 600`;
	const env = {...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder};
	const holder = spawn('unshare', ['--net', '--mount', 'sh', '-c', begin], {env, stdio: ['ignore', 'pipe', 'inherit']});
	const jobs: ChildProcess[] = [];
	onTestFinished(async () => {
		for (const {process: guard} of (await transaction().catch(() => undefined))?.guards ?? []) {
			kill(guard.pid);
		}
		for (const child of [...jobs, holder]) {
			child.kill('SIGKILL');
		}
		await rm(folder, {recursive: true, force: true, maxRetries: 3});
	});
	await once(holder.stdout, 'data');
	const inside = (...words: string[]): string[] => ['--net', '--mount', `--target=${holder.pid}`, '--', ...words];
	const start = async (...words: string[]): Promise<string> => (await run('nsenter', inside(...words), {env})).stdout;
	const sh = (line: string): Promise<string> => start('sh', '-c', line);
	const transaction = async (): Promise<Transaction | undefined> => {
		const events = parseJournal(await sh('cat /var/lib/nbtop/journal.jsonl 2>/dev/null || true'));
		const opened = events.find(event => event.type === 'opened');
		return opened && foldJournal(events, opened.bootId).transactions[0];
	};
	return {
		sh,
		transaction,
		nbtop: (...words) => start(process.execPath, program, ...words),
		async startJob(...words) {
			// "wait" would return when the job stops, and a job without its shell is continued by the kernel.
			const script = 'set -m; "$@" >/dev/null & set +m; echo $!; while [ -e /proc/$! ]; do sleep 0.2; done';
			const child = spawn('bash', ['-c', script, 'bash', 'nsenter', ...inside(process.execPath, program, ...words)], {
				env,
				stdio: ['ignore', 'pipe', 'ignore'],
			});
			jobs.push(child);
			const ended = once(child, 'exit');
			const [line] = await once(child.stdout, 'data');
			return {pid: Number(line), ended};
		},
		async apply(mtu, within) {
			const driver = path.join(import.meta.dirname, 'apply-netbird-mtu.ts');
			const words = [program, String(mtu), ...(within === undefined ? [] : [String(within)])];
			return JSON.parse(await start(process.execPath, driver, ...words));
		},
		async restart(guards) {
			// Stopped first, for two watch each other.
			for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
				for (const pid of guards) {
					kill(pid, signal);
				}
			}
			await writeFile(`${folder}/boot_id`, 'd5f0a3f4-0c7f-4f2e-9d29-0f7d6a0b1c2d\n');
			await sh(`mount --bind ${folder}/boot_id /proc/sys/kernel/random/boot_id`);
		},
		async state() {
			const line =
				'grep -oE "[0-9]+" /var/lib/netbird/default.json; cat /sys/class/net/wt0/mtu 2>/dev/null || echo down';
			return (await sh(line)).trim().replace('\n', ' ');
		},
	};
}

/** Kills one process by its number; one that has gone is gone. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has gone already.
	}
}

export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
