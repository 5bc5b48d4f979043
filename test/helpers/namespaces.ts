import {type ChildProcess, execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {TestContext} from 'vitest';
import {vi} from 'vitest';

/** Why tests that need two real network namespaces with iperf3 cannot run here; absent where they can. */
export const missing: string | undefined = findMissing();

function findMissing(): string | undefined {
	if (process.geteuid?.() !== 0) {
		return 'needs root';
	}
	const programs = ['iperf3', 'ip', 'tc', 'unshare', 'nsenter'];
	const absent = programs.filter(program => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
	return absent.length === 0 ? undefined : `needs ${absent.join(', ')}`;
}

/** The same of an ssh server. */
export const missingSsh: string | undefined =
	missing ?? (existsSync('/usr/sbin/sshd') && existsSync('/etc/ssh/ssh_config') ? undefined : 'needs openssh-server');

const program = path.join(import.meta.dirname, '../../dist/nbtop.cjs');

export interface Ended {
	readonly stdout: string;
	readonly stderr: string;
	readonly status: number | null;
}

export interface Started {
	readonly child: ChildProcess;
	readonly ended: Promise<Ended>;
}

/** Two machines of one kernel, tied by a link of 50 Mbit/s each way: 10.99.0.1 and 10.99.0.2 on `v0`. */
export interface Namespaces {
	/** Starts a program in one of them; it is killed when the test ends. */
	start(where: 'here' | 'there', words: readonly string[], stdin?: 'ignore' | 'pipe'): Started;
	/** Starts the program that was built (`npm run build`), as a user here would. */
	nbtop(...words: string[]): Started;
	/** Starts an iperf3 server there, and waits until it listens. */
	serve(port?: number): Promise<Started>;
	/**
	Starts an ssh server there that lets this user in, for whoever runs `ssh` here; `folder` is for its keys.
	*/
	listenForSsh(folder: string): Promise<void>;
	/** The processes in them whose command line holds a text: other tests have theirs at the same time. */
	find(text: string): number[];
}

/** Where no kernel has WireGuard the link stands for the tunnel: its kind is what sysfs says. */
const passForWireGuard = `
	kind=$(mktemp)
	printf 'DEVTYPE=wireguard\\nINTERFACE=v0\\n' > "$kind"
	mount --bind "$kind" /sys/class/net/v0/uevent
	rm "$kind"
`;

/** Makes them for one test. They, and all that was started in them, go with it. */
export async function makeNamespaces({onTestFinished}: Pick<TestContext, 'onTestFinished'>): Promise<Namespaces> {
	const children: ChildProcess[] = [];
	// A mount namespace of its own shows the network's /sys.
	const hold = () =>
		spawn('unshare', ['--net', '--mount', 'sh', '-c', 'mount -t sysfs none /sys && echo up && exec sleep 600'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
	const holders = {here: hold(), there: hold()};
	onTestFinished(() => {
		for (const child of [...children, ...Object.values(holders)]) {
			child.kill('SIGKILL');
		}
	});
	await Promise.all(Object.values(holders).map(holder => once(holder.stdout, 'data')));
	const inside = (where: 'here' | 'there', words: readonly string[]): string[] => [
		...['--net', '--mount', `--target=${holders[where].pid}`, '--'],
		...words,
	];
	execFileSync('ip', [
		...['link', 'add', 'v0', 'netns', `${holders.here.pid}`, 'type', 'veth'],
		...['peer', 'name', 'v0', 'netns', `${holders.there.pid}`],
	]);
	for (const [where, address] of [
		['here', '10.99.0.1/24'],
		['there', '10.99.0.2/24'],
	] as const) {
		const lines = `ip link set lo up; ip addr add ${address} dev v0; ip link set v0 up; tc qdisc add dev v0 root tbf rate 50mbit burst 64k latency 50ms`;
		execFileSync('nsenter', inside(where, ['sh', '-ec', lines]));
		execFileSync('nsenter', inside(where, ['sh', '-ec', passForWireGuard]));
	}

	const start: Namespaces['start'] = (where, words, stdin = 'ignore') => {
		const child = spawn('nsenter', inside(where, words), {stdio: [stdin, 'pipe', 'pipe']});
		children.push(child);
		const texts = {stdout: '', stderr: ''};
		child.stdout?.on('data', data => {
			texts.stdout += data;
		});
		child.stderr?.on('data', data => {
			texts.stderr += data;
		});
		return {child, ended: once(child, 'close').then(([status]) => ({...texts, status: status as number | null}))};
	};
	const waitForListener = (port: number): Promise<void> =>
		vi.waitFor(
			() => {
				const listening = execFileSync('nsenter', inside('there', ['ss', '-ltnH', `sport = :${port}`]));
				if (listening.length === 0) {
					throw new Error(`nobody listens on port ${port}`);
				}
			},
			{timeout: 5000},
		);
	return {
		start,
		nbtop: (...words) => start('here', [process.execPath, program, ...words]),
		async serve(port = 5201) {
			const server = start('there', ['iperf3', '-s', '-p', `${port}`]);
			await waitForListener(port);
			return server;
		},
		async listenForSsh(folder) {
			for (const key of ['host', 'user']) {
				execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/${key}`]);
			}
			const config = `IdentityFile ${folder}/user\nUserKnownHostsFile ${folder}/known\nStrictHostKeyChecking accept-new\n`;
			writeFileSync(`${folder}/config`, config);
			execFileSync('nsenter', inside('here', ['mount', '--bind', `${folder}/config`, '/etc/ssh/ssh_config']));
			execFileSync('nsenter', inside('there', ['sh', '-ec', 'mount -t tmpfs none /run; mkdir /run/sshd']));
			const settings = ['UsePAM=no', 'StrictModes=no', 'PidFile=none', `AuthorizedKeysFile=${folder}/user.pub`];
			const words = settings.flatMap(setting => ['-o', setting]);
			start('there', ['/usr/sbin/sshd', '-D', '-f', '/dev/null', '-h', `${folder}/host`, ...words]);
			await waitForListener(22);
		},
		find(text) {
			// The brackets keep those out that look for it.
			const {stdout} = spawnSync('pgrep', ['-f', '--', `[${text.slice(0, 1)}]${text.slice(1)}`], {encoding: 'utf8'});
			const ours = Object.values(holders).map(holder => readNamespace(holder.pid));
			return stdout
				.split('\n')
				.filter(Boolean)
				.map(Number)
				.filter(pid => ours.includes(readNamespace(pid)));
		},
	};
}

/** The network namespace of a process, empty where it is no more. */
function readNamespace(pid: number | undefined): string {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`);
	} catch {
		return '';
	}
}
