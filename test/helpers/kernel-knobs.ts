import {HostError} from '../../source/host.ts';
import {formatCpuList, formatCpuMask, parseCpuList, parseCpuMask} from '../../source/parse/cpu-list.ts';

/** The CPUs that a made kernel knows. */
export interface CpuSets {
	readonly possible: readonly number[];
	readonly online: readonly number[];
	readonly isolated: readonly number[];
}

type Rule = (text: string, context: {readonly path: string; readonly cpus: CpuSets; readonly old: string}) => string;

/** How Linux takes what is written to it (6.1 to 6.18); the first pattern that fits decides. */
const rules: readonly (readonly [RegExp, Rule])[] = [
	[/\/(?:rps|xps)_cpus$/, takeMask],
	[/\/smp_affinity_list$/, takeList],
	[/\/rps_flow_cnt$/, text => String(roundUp(takeNumber(text)))],
	[/\/rps_sock_flow_entries$/, text => String(roundUp(takeNumber(text)))],
	[/\/netdev_budget_usecs$/, (text, context) => String(atLeast(takeNumber(text), usecsMinimum, context.path))],
	[/\/tcp_[rw]mem$/, takeVector],
	[/\/threaded$/, (text, {path}) => (/^[01]\n?$/.test(text) ? text.trim() : fail('EOPNOTSUPP', path))],
	[/\/mtu$/, text => String(takeNumber(text))],
];

/** Two jiffies where HZ is 250. */
const usecsMinimum = 8000;

/** What a file of the kernel holds after a write; throws as the kernel refuses. */
export function takeValue(path: string, text: string, cpus: CpuSets, files: ReadonlyMap<string, string>): string {
	const rule = rules.find(([pattern]) => pattern.test(path))?.[1] ?? (value => value.trim());
	return `${rule(text, {path, cpus, old: (files.get(path) ?? '').trim()})}\n`;
}

function takeMask(text: string, {path, cpus}: {path: string; cpus: CpuSets}): string {
	const limit = Math.max(...cpus.possible) + 1;
	const groups = text.trim().split(',');
	if (groups.some(group => !/^[\da-f]{1,8}$/i.test(group))) {
		return fail(groups.some(group => group.length > 8) ? 'EOVERFLOW' : 'EINVAL', path);
	}
	const asked = parseCpuMask(groups.map((group, index) => (index === 0 ? group : group.padStart(8, '0'))).join(','));
	if (groups.length > Math.ceil(limit / 32) || asked.some(cpu => cpu >= limit)) {
		return fail('EOVERFLOW', path);
	}
	const kept = asked.filter(cpu => cpus.online.includes(cpu) && !cpus.isolated.includes(cpu));
	if (kept.length === 0 && asked.length > 0 && asked.every(cpu => cpus.isolated.includes(cpu))) {
		return fail('EINVAL', path);
	}
	return printMask(kept, limit);
}

/** The kernel prints the first group only as wide as the CPUs that it may hold. */
function printMask(cpus: readonly number[], limit: number): string {
	const [first = '', ...rest] = formatCpuMask(cpus, limit).split(',');
	const digits = Math.ceil((limit % 32 || 32) / 4);
	return [first.slice(-digits), ...rest].join(',');
}

function takeList(text: string, {path, cpus}: {path: string; cpus: CpuSets}): string {
	let asked: number[];
	try {
		asked = parseCpuList(text);
	} catch {
		return fail('EINVAL', path);
	}
	if (asked.some(cpu => cpu > Math.max(...cpus.possible))) {
		return fail('ERANGE', path);
	}
	return asked.some(cpu => cpus.online.includes(cpu)) ? formatCpuList(asked) : fail('EINVAL', path);
}

/** Fewer numbers than the vector has leave the rest as it was. */
function takeVector(text: string, {path, old}: {path: string; old: string}): string {
	const numbers = text.trim().split(/\s+/);
	if (numbers.some(number => !/^\d+$/.test(number))) {
		return fail('EINVAL', path);
	}
	return [...numbers, ...old.split(/\s+/).slice(numbers.length)].join('\t');
}

function takeNumber(text: string): number {
	return /^\d+\n?$/.test(text) ? Number(text) : fail('EINVAL', 'number');
}

function atLeast(value: number, minimum: number, path: string): number {
	return value < minimum ? fail('EINVAL', path) : value;
}

function roundUp(count: number): number {
	return count === 0 ? 0 : 2 ** Math.ceil(Math.log2(count));
}

function fail(code: string, path: string): never {
	throw new HostError(code, path, `${code}: refused, write '${path}'`);
}
