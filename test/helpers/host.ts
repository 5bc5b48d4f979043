import {isKnob} from '../../source/host/knob.ts';
import {type Host, HostError, type ProgramOutput} from '../../source/host.ts';
import {type CpuSets, takeValue} from './kernel-knobs.ts';

export type FakeProgram = (args: readonly string[]) => Partial<ProgramOutput> | Promise<Partial<ProgramOutput>>;

export interface FakeMachineParts {
	readonly files?: Readonly<Record<string, string>>;
	/** Symbolic links; a path that leads through one is followed, as the kernel does. */
	readonly links?: Readonly<Record<string, string>>;
	/** By name, or by all words with single blanks (`ethtool -l eth0`). */
	readonly programs?: Readonly<Record<string, FakeProgram | string>>;
	/** What a program answers on its socket, and does. `undefined`: nobody listens. */
	readonly sockets?: Readonly<Record<string, (message: string) => string | undefined>>;
	/** Files that take every value and keep their own. */
	readonly stubborn?: readonly string[];
	/** Files that refuse to be written, with the name of errno. */
	readonly refuse?: Readonly<Record<string, string>>;
	readonly cpus?: Partial<CpuSets>;
	readonly environment?: Readonly<Record<string, string>>;
}

export interface FakeMachine {
	readonly host: Host;
	readonly files: Map<string, string>;
	readonly links: Map<string, string>;
	readonly programs: Map<string, FakeProgram | string>;
	readonly sockets: Map<string, (message: string) => string | undefined>;
	readonly stubborn: Set<string>;
	readonly refuse: Map<string, string>;
	/** Everything that acted on it, in order: `write PATH VALUE`, `run WORDS`, `send MESSAGE`, `append PATH`, `save PATH`. */
	readonly acts: string[];
	/** Seconds on its clock; sleeping moves it at once. */
	time: number;
	/** Called before each write, run and durable line: throws or changes the machine to tell what happens in between. */
	beforeAct?: ((act: string) => void) | undefined;
	/** A file's text without its line end; links are followed. */
	read(path: string): string;
}

/**
A machine in memory: files that take values as the kernel does (masks cut to what is online, flow counts rounded, sysctl
vectors with tabs, EOVERFLOW and ERANGE beyond the possible CPUs), programs and sockets that answer what a test says.
*/
export function createFakeMachine(parts: FakeMachineParts = {}): FakeMachine {
	const cpus = {possible: [0, 1, 2, 3], online: [0, 1, 2, 3], isolated: [], ...parts.cpus};
	const locks = new Set<string>();
	const machine: FakeMachine = {
		host: undefined as unknown as Host,
		files: new Map(Object.entries(parts.files ?? {})),
		links: new Map(Object.entries(parts.links ?? {})),
		programs: new Map(Object.entries(parts.programs ?? {})),
		sockets: new Map(Object.entries(parts.sockets ?? {})),
		stubborn: new Set(parts.stubborn),
		refuse: new Map(Object.entries(parts.refuse ?? {})),
		acts: [],
		time: 1000,
		read: path => find(path).replace(/\n$/, ''),
	};
	const act = (words: string): void => {
		machine.beforeAct?.(words);
		machine.acts.push(words);
	};
	const find = (path: string): string => {
		const text = machine.files.get(follow(machine.links, path));
		if (text === undefined) {
			throw new HostError('ENOENT', path, `ENOENT: no such file or directory, open '${path}'`);
		}
		return text;
	};
	const save = (verb: string, path: string, data: string | Uint8Array): void => {
		act(`${verb} ${path}`);
		refuseAsTold(machine, path);
		machine.files.set(path, typeof data === 'string' ? data : Buffer.from(data).toString());
	};
	const host: Host = {
		readText: find,
		readBytes: path => Buffer.from(find(path)),
		forget: () => undefined,
		readInput: async path => Buffer.from(find(path)),
		openTerminal: () => undefined,
		readLink(path) {
			const target = machine.links.get(follow(machine.links, path, true));
			if (target === undefined) {
				throw new HostError('EINVAL', path, `EINVAL: invalid argument, readlink '${path}'`);
			}
			return target;
		},
		list: path => listFolder(machine, path),
		async run(program, args) {
			const words = [program, ...args].join(' ');
			act(`run ${words}`);
			const answer = machine.programs.get(words) ?? machine.programs.get(program);
			const missing = {stderr: `${program}: not found`, status: 127};
			const output =
				typeof answer === 'string' ? {stdout: answer} : answer === undefined ? missing : await answer(args);
			return {stdout: '', stderr: '', status: 0, ...output, at: machine.time};
		},
		start: (program, args, seconds) => ({ended: host.run(program, args, seconds), interrupt: () => undefined}),
		writeText(path, text) {
			act(`write ${path} ${text}`);
			if (!isKnob(path)) {
				throw new HostError('EPERM', path, `EPERM: not a knob of the kernel, write '${path}'`);
			}
			find(path);
			refuseAsTold(machine, path);
			const real = follow(machine.links, path);
			const taken = takeValue(real, text, cpus, machine.files);
			if (!machine.stubborn.has(path) && !machine.stubborn.has(real)) {
				machine.files.set(real, taken);
			}
		},
		exchange(socketPath, message) {
			act(`send ${message}`);
			const answer = machine.sockets.get(socketPath)?.(message);
			return answer === undefined
				? Promise.reject(new HostError('ENOENT', socketPath, `connect ENOENT ${socketPath}`))
				: Promise.resolve(answer);
		},
		now: () => ({monotonic: machine.time, wall: 1_800_000_000_000 + machine.time * 1000}),
		realTime: () => machine.time,
		startSeconds: 0.2,
		async sleep(seconds, signal) {
			if (!signal?.aborted) {
				machine.time += seconds;
			}
		},
		environment: name => parts.environment?.[name],
		selfTimes: () => ({cpuSeconds: 0.5, residentBytes: 80e6}),
		makeFolder() {
			// Folders are made of the files in them.
		},
		makeOwnFolder(path) {
			refuseAsTold(machine, path);
		},
		fingerprint: path => machine.files.get(follow(machine.links, path)),
		readFrom: (path, offset) => Buffer.from(find(path)).subarray(offset),
		createWriter(path, {onFailure}) {
			refuseAsTold(machine, path);
			if (machine.files.has(path)) {
				throw new HostError('EEXIST', path, `EEXIST: file already exists, open '${path}'`);
			}
			machine.files.set(path, '');
			return {
				write(text) {
					try {
						save('append', path, (machine.files.get(path) ?? '') + text);
					} catch (error) {
						onFailure(error as HostError);
					}
				},
				close: () => Promise.resolve(),
			};
		},
		saveFile: (path, data) => save('save', path, data),
		saveDurably: (path, data) => save('save', path, data),
		appendDurably(path, text) {
			save('append', path, (machine.files.get(path) ?? '') + text);
		},
		remove(path) {
			act(`remove ${path}`);
			machine.files.delete(path);
		},
		async lock(path) {
			if (locks.has(path)) {
				return undefined;
			}
			locks.add(path);
			return {
				async release() {
					locks.delete(path);
				},
			};
		},
		async startDetached(words) {
			act(`start ${words.join(' ')}`);
		},
		close() {
			// Nothing is kept.
		},
	};
	return Object.assign(machine, {host});
}

function refuseAsTold(machine: FakeMachine, path: string): void {
	const code = machine.refuse.get(path) ?? machine.refuse.get(follow(machine.links, path));
	if (code !== undefined) {
		throw new HostError(code, path, `${code}: refused, write '${path}'`);
	}
}

/** Resolves links in every part of a path; `keepLast` leaves the last part as it is. */
function follow(links: ReadonlyMap<string, string>, path: string, keepLast = false): string {
	const parts = path.split('/').slice(1);
	let real = '';
	for (const [index, part] of parts.entries()) {
		real = part === '..' ? real.slice(0, Math.max(0, real.lastIndexOf('/'))) : `${real}/${part}`;
		const target = keepLast && index === parts.length - 1 ? undefined : links.get(real);
		if (target !== undefined) {
			const folder = real.slice(0, real.lastIndexOf('/'));
			real = follow(links, target.startsWith('/') ? target : `${folder}/${target}`);
		}
	}
	return real;
}

function listFolder({files, links}: FakeMachine, path: string): string[] {
	const folder = follow(links, path);
	const names = [...files.keys(), ...links.keys()]
		.filter(each => each.startsWith(`${folder}/`))
		.map(each => each.slice(folder.length + 1).split('/')[0] ?? '');
	if (names.length === 0) {
		throw new HostError('ENOENT', path, `ENOENT: no such file or directory, scandir '${path}'`);
	}
	return [...new Set(names)].sort();
}
