import {checkedPrograms} from '../derive/checkup/programs.ts';
import type {Examined} from '../derive/checkup.ts';
import type {Host} from '../host.ts';
import {tryLine, tryRead} from './reading.ts';

/** What a checkup asks beyond what every sample has. */
export type CheckupFacts = Pick<Examined, 'programs' | 'readOnly' | 'modules' | 'distribution'>;

export async function readCheckupFacts(host: Host): Promise<CheckupFacts> {
	const modules = readModules(host);
	return {
		programs: await findPrograms(host),
		readOnly: findReadOnly(host),
		distribution: readDistribution(host),
		...(modules && {modules}),
	};
}

/** Each is asked for its version, which none refuses without being there (status 127). */
async function findPrograms(host: Host): Promise<ReadonlySet<string>> {
	const argument = (program: string): string => (program === 'netbird' ? 'version' : '-V');
	const outputs = await Promise.all(
		checkedPrograms.map(async program => ({program, output: await host.run(program, [argument(program)], 3)})),
	);
	return new Set(outputs.filter(({output}) => output.status !== 127).map(({program}) => program));
}

const knobFolders = ['/proc/sys', '/sys'];

/** `/proc/self/mounts`: the last mount on a path is the one that is seen (proc(5)). */
function findReadOnly(host: Host): string[] {
	const lines = tryRead(() => host.readText('/proc/self/mounts'))?.split('\n') ?? [];
	const options = new Map(lines.map(line => line.split(' ')).map(fields => [fields[1] ?? '', fields[3] ?? '']));
	return knobFolders.filter(folder => options.get(folder)?.split(',').includes('ro'));
}

/** Modules that matter, by whether the lists of depmod(8) have them. */
function readModules(host: Host): Examined['modules'] {
	const kernel = tryLine(host, '/proc/sys/kernel/osrelease');
	const lists = ['modules.dep', 'modules.builtin'].map(name =>
		tryRead(() => host.readText(`/lib/modules/${kernel}/${name}`)),
	);
	if (lists.every(list => list === undefined)) {
		return undefined;
	}
	const text = lists.join('\n');
	const has = (name: string): boolean => new RegExp(`/${name}\\.ko(?:\\.\\w+)?(?::|$)`, 'm').test(text);
	return Object.fromEntries(['wireguard', 'tcp_bbr', 'sch_fq'].map(name => [name, has(name)]));
}

/** os-release(5). */
function readDistribution(host: Host): string[] {
	const text = tryRead(() => host.readText('/etc/os-release')) ?? '';
	const values = ['ID', 'ID_LIKE'].map(key => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '');
	return values.flatMap(value => value.split(' ')).filter(word => word !== '');
}
