import {type Host, HostError, type ProgramOutput} from '../../source/host.ts';

export interface MemoryHost extends Host {
	readonly files: Map<string, string>;
	readonly links: Map<string, string>;
	/** What programs answer, by their words; a function may take its time, or never answer. */
	readonly programs: Map<string, Partial<ProgramOutput> | (() => Promise<Partial<ProgramOutput>>)>;
	/** Every program that was run, as words. */
	readonly runs: string[];
	/** Every path that was read. */
	readonly reads: string[];
	/** Every folder of which it was told to open the files anew. */
	readonly forgotten: string[];
	/** Seconds on its clock; a test moves it. */
	time: number;
	/** What reading a path costs on that clock. */
	readonly costs: Map<string, number>;
}

/** A machine in memory with a clock that stands still until the test moves it. */
export function createMemoryHost(files: Readonly<Record<string, string>> = {}): MemoryHost {
	const host: MemoryHost = {
		files: new Map(Object.entries(files)),
		links: new Map(),
		programs: new Map(),
		runs: [],
		reads: [],
		forgotten: [],
		time: 100,
		costs: new Map(),
		readText(path) {
			host.reads.push(path);
			host.time += host.costs.get(path) ?? 0;
			const text = host.files.get(path);
			if (text === undefined) {
				throw new HostError('ENOENT', path, `ENOENT: no such file or directory, open '${path}'`);
			}
			return text;
		},
		readBytes: path => Buffer.from(host.readText(path)),
		forget: folder => void host.forgotten.push(folder),
		readInput: async path => Buffer.from(host.readText(path)),
		openTerminal: () => undefined,
		readLink(path) {
			const target = host.links.get(path);
			if (target === undefined) {
				throw new HostError('ENOENT', path, `ENOENT: no such file or directory, readlink '${path}'`);
			}
			return target;
		},
		list(path) {
			const names = [...host.files.keys(), ...host.links.keys()]
				.filter(each => each.startsWith(`${path}/`))
				.map(each => each.slice(path.length + 1).split('/')[0] ?? '');
			if (names.length === 0) {
				throw new HostError('ENOENT', path, `ENOENT: no such file or directory, scandir '${path}'`);
			}
			return [...new Set(names)].sort();
		},
		async run(program, args) {
			const words = [program, ...args].join(' ');
			host.runs.push(words);
			const answer = host.programs.get(words) ?? host.programs.get(program);
			const output = typeof answer === 'function' ? await answer() : answer;
			return {
				stdout: '',
				stderr: output === undefined ? `${program}: not found` : '',
				...(output === undefined ? {status: 127} : {status: 0}),
				...output,
				at: host.time,
			};
		},
		start: (program, args, seconds) => ({ended: host.run(program, args, seconds), interrupt: () => undefined}),
		now: () => ({monotonic: host.time, wall: 1_800_000_000_000 + host.time * 1000}),
		realTime: () => performance.now() / 1000 + host.time,
		startSeconds: 0.2,
		sleep: (seconds, signal) =>
			new Promise(resolve => {
				const timer = setTimeout(resolve, seconds * 1000);
				signal?.addEventListener('abort', () => {
					clearTimeout(timer);
					resolve();
				});
			}),
		environment: () => undefined,
		selfTimes: () => ({cpuSeconds: 0.5, residentBytes: 80e6}),
		makeFolder: refuse,
		saveFile: refuse,
		writeText: refuse,
		makeOwnFolder: refuse,
		createWriter: refuse,
		fingerprint: path => host.files.get(path),
		readFrom: (path, offset) => Buffer.from(host.readText(path)).subarray(offset),
		appendDurably: refuse,
		saveDurably: refuse,
		remove: refuse,
		exchange: async path => refuse(path),
		lock: async path => refuse(path),
		startDetached: async ([path = '']) => refuse(path),
		close() {
			// Nothing is kept.
		},
	};
	return host;
}

function refuse(path: string): never {
	throw new HostError('EROFS', path, 'read-only');
}
