import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterEach, beforeAll, beforeEach} from 'vitest';
import {runFolder} from './run-folder.ts';
import {openScreen, type Screen} from './terminal.ts';

/** `alpha` runs nbtop; `beta` is the other end of its tunnel. */
export type Guest = 'alpha' | 'beta';

/** Settings of `lab up` that differ from its own; `lab help` lists them. */
export type LabSettings = Readonly<Record<`LAB_${string}`, string>>;

export interface Result {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number;
}

export interface RunOptions {
	readonly on?: Guest;
	/** Seconds, 60 by default. */
	readonly timeout?: number;
}

/** A command that runs in alpha while the case does other things. */
export interface Background {
	/** The lines of its standard output so far. */
	readonly lines: readonly string[];
	/** The next line that has not been taken yet, once it is there. */
	next(seconds?: number): Promise<string>;
	/** Ends it by a signal (TERM by default) and gives what it wrote. */
	stop(signal?: string): Promise<Result>;
	readonly done: Promise<Result>;
}

export interface Lab {
	/** Runs a program; a status other than 0 is a result like any other. */
	run(command: readonly string[], options?: RunOptions): Promise<Result>;
	/** Runs one line of bash and gives its standard output; a status other than 0 throws. */
	sh(line: string, options?: RunOptions): Promise<string>;
	/** Starts one line of bash in alpha, in the background of the case; it is stopped when the case ends. */
	start(line: string): Background;
	/** Logs in to alpha over ssh, in a terminal of that size, up to the shell's prompt. */
	login(columns?: number, rows?: number, way?: Way): Promise<Screen>;
	/** Runs one line of bash in alpha over an ssh connection of its own through the tunnel; status 124: not done in that time. */
	shOverTunnel(line: string, seconds?: number): Promise<Result>;
	/** Shuts alpha down and starts it again (with `LAB_DISK`: 'keep'). */
	reboot(): Promise<void>;
	readonly settings: LabSettings;
}

/** How ssh gets to alpha: beside what is tuned, or from beta through the tunnel. */
export type Way = 'eth0' | 'tunnel';

const entry = join(import.meta.dirname, 'lab');
export const prompt = /root@alpha:\S*\$ ?$/m;

/**
Brings the lab up for the cases of this file, with these settings, and gives it. `prepare` makes of it what they need,
at first and whenever the guest is started anew.
Before each case the guest's network, tunnel, CPUs, sysctls and firewall are put back to their start state; after each, what the
case has started is ended. A guest that answers no more, as emulated ones at times do, is started anew, and said to be.
Of a case that fails, the guest's logs and the terminals are kept.
*/
export function needLab(settings: LabSettings = {}, prepare?: (lab: Lab) => Promise<void>): Lab {
	const screens: Screen[] = [];
	const backgrounds: Background[] = [];
	const lab = createLab(settings, screens, backgrounds);
	let fresh = false;
	beforeAll(async () => {
		fresh = await bringUp(settings);
		await prepare?.(lab);
	}, 900_000);
	beforeEach(async () => {
		if (!(await answers(lab))) {
			console.log(`alpha answers no more, and is started anew. Its console said last:\n${lastWords()}`);
			await call(['down'], settings, 60);
			fresh = await bringUp(settings);
			await prepare?.(lab);
		}
		if (!fresh) {
			await lab.sh(`${import.meta.dirname}/guest/network && ping -q -c 1 -w 20 100.64.0.2`);
		}
		fresh = false;
	}, 900_000);
	afterEach(async ({task}) => {
		if (task.result?.state === 'fail') {
			await keepLogs(lab, task.name, screens);
		}
		await Promise.all(backgrounds.splice(0).map(async each => each.stop('KILL')));
		await Promise.all(screens.splice(0).map(async each => each.close()));
	}, 120_000);
	return lab;
}

function createLab(settings: LabSettings, screens: Screen[], backgrounds: Background[]): Lab {
	const run: Lab['run'] = async (command, {on = 'alpha', timeout = 60} = {}) =>
		call(['run', on, '--', ...command], settings, timeout);
	const sh: Lab['sh'] = async (line, options) => {
		const {stdout, stderr, exitCode} = await run(['bash', '-c', line], options);
		if (exitCode !== 0) {
			throw new Error(`${line}\ngave status ${exitCode}\n${stdout}\n${stderr}`);
		}
		return stdout;
	};
	return {
		settings,
		run,
		sh,
		start(line) {
			const background = startInBackground(line, sh);
			backgrounds.push(background);
			return background;
		},
		shOverTunnel: async (line, seconds = 30) =>
			run(['timeout', '-k', '1', String(seconds), ...tunnelSsh, line], {on: 'beta', timeout: seconds + 30}),
		async reboot() {
			const {exitCode, stderr} = await call(['reboot', 'alpha'], settings, 400);
			if (exitCode !== 0) {
				throw new Error(`alpha does not start again: ${stderr}`);
			}
		},
		async login(columns = 120, rows = 40, way = 'eth0') {
			const words = way === 'eth0' ? ['ssh', 'alpha'] : ['ssh', 'beta', ...tunnelSsh, '-tt'];
			const screen = openScreen([entry, ...words], columns, rows);
			screens.push(screen);
			await screen.waitFor(prompt, 60_000);
			return screen;
		},
	};
}

/** The host's own keys are known by the address that they were made for. */
const tunnelSsh = [
	...['ssh', '-F', 'none', '-i', join(runFolder, 'id'), '-o', `UserKnownHostsFile=${join(runFolder, 'known_hosts')}`],
	...['HostKeyAlias=10.77.0.1', 'StrictHostKeyChecking=yes', 'LogLevel=ERROR', 'ConnectTimeout=10'].flatMap(each => [
		'-o',
		each,
	]),
	'root@100.64.0.1',
];

async function call(words: readonly string[], settings: LabSettings, timeout: number): Promise<Result> {
	const {stdout, stderr, exitCode, timedOut} = await execa(entry, words, {
		env: settings,
		reject: false,
		timeout: timeout * 1000,
		stdin: 'ignore',
	});
	if (timedOut) {
		throw new Error(`lab ${words.join(' ')}: not done after ${timeout} s\n${stdout}\n${stderr}`);
	}
	return {stdout, stderr, exitCode: exitCode ?? 255};
}

const answers = async (lab: Lab): Promise<boolean> =>
	lab.run(['true']).then(
		({exitCode}) => exitCode === 0,
		() => false,
	);

const lastWords = (): string => readFileSync(join(runFolder, 'alpha.log'), 'utf8').split('\n').slice(-20).join('\n');

/** True when it has just been started. Two tries: a boot under emulation on a busy machine may fail for reasons of its own. */
async function bringUp(settings: LabSettings): Promise<boolean> {
	for (let attempt = 1; ; attempt++) {
		const {stdout, stderr, exitCode} = await call(['up'], settings, 400);
		console.log(`lab ${Object.entries(settings).join(' ')}: ${stdout} ${stderr}`);
		if (exitCode === 0) {
			return !stdout.includes('already');
		}
		if (attempt === 2) {
			throw new Error(`The lab does not come up: ${stderr}`);
		}
	}
}

let started = 0;

/** A process group of its own, whose id is kept in the guest, so that it can be ended there: ssh hands no signals on. */
function startInBackground(line: string, sh: Lab['sh']): Background {
	const pidFile = `/run/lab-background.${process.pid}.${++started}`;
	const words = ['run', 'alpha', '--', 'setsid', '--wait', 'bash', '-c', `echo $$ >${pidFile}; exec ${line}`];
	const child = execa(entry, words, {reject: false, stdin: 'ignore', timeout: 600_000});
	const lines: string[] = [];
	let taken = 0;
	let over = false;
	const reading = (async () => {
		for await (const text of child) {
			lines.push(String(text));
		}
	})();
	const done = (async () => {
		const {stderr, exitCode} = await child;
		await reading.catch(() => {});
		over = true;
		return {stdout: lines.join('\n'), stderr: String(stderr), exitCode: exitCode ?? 255};
	})();
	return {
		lines,
		done,
		async next(seconds = 60) {
			const end = Date.now() + seconds * 1000;
			while (taken >= lines.length) {
				if (over || Date.now() > end) {
					throw new Error(`No line from: ${line}\n${over ? (await done).stderr : `after ${seconds} s`}`);
				}
				await new Promise(resolve => setTimeout(resolve, 50));
			}
			return lines[taken++] ?? '';
		},
		async stop(signal = 'TERM') {
			if (!over) {
				await sh(`kill -${signal} -- -$(cat ${pidFile}) || true`);
			}
			return done;
		},
	};
}

async function keepLogs(lab: Lab, title: string, screens: readonly Screen[]): Promise<void> {
	const folder = join(runFolder, 'failed', title.replaceAll(/\W+/g, '-').slice(0, 60));
	mkdirSync(folder, {recursive: true});
	for (const [index, screen] of screens.entries()) {
		writeFileSync(join(folder, `terminal-${index}.txt`), screen.text());
		writeFileSync(join(folder, `terminal-${index}.raw`), screen.written(), 'latin1');
	}
	const ask = 'dmesg | tail -n 200; ps -eo pid,ppid,stat,etimes,args; ip -s link; cat /run/lab-setup.log';
	const guest = await lab.run(['bash', '-c', ask]).catch(error => ({stdout: String(error), stderr: ''}));
	writeFileSync(join(folder, 'alpha.txt'), `${guest.stdout}\n${guest.stderr}`);
	await execa('cp', ['-f', join(runFolder, 'alpha.log'), join(runFolder, 'beta.log'), folder], {reject: false});
	console.log(`Logs of the guest and of ${screens.length} terminals: ${folder}`);
}
