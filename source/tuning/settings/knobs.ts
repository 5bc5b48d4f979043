import {type Host, HostError} from '../../host.ts';
import type {CpuFacts, MachineFacts} from '../../model/facts.ts';
import type {Setting} from '../../model/tuning.ts';
import {parseCpuList, parseCpuMask} from '../../parse/cpu-list.ts';
import {checkDevice, checkNumber, isSameNumber, quoteWord} from './names.ts';
import {SettingError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

/*
The settings that are a file of the kernel: read as text, written by one write(2).
*/

export const sysctl: SettingKind<SettingOf<'sysctl'>> = {
	...knob(({name}) => `/proc/sys/${checkSysctl(name).replaceAll('.', '/')}`),
	describe: ({name}) => name,
	isSame(setting, a, b) {
		const [left, right] = [a, b].map(text => text.trim().split(/\s+/));
		return left?.length === right?.length && (left ?? []).every((each, at) => isSameWord(setting, each, right?.[at]));
	},
	toShellLine: ({name}, to) => `sysctl -w ${quoteWord(`${name}=${to}`)}`,
};

export const irqAffinity: SettingKind<SettingOf<'irq-affinity'>> = {
	...knob(({irq}) => `/proc/irq/${checkNumber(irq)}/smp_affinity_list`),
	describe: ({irq, actions}) => `CPU of interrupt ${irq} (${actions})`,
	isSame: (_, a, b) => isSameSet(tryParse(parseCpuList, a), tryParse(parseCpuList, b)),
};

export const rpsCpus = mask('rx', 'rps_cpus');
export const xpsCpus = mask('tx', 'xps_cpus');

export const rpsFlowCount: SettingKind<SettingOf<'rps-flow-count'>> = {
	...knob(({device, queue}) => `${queuePath(device, 'rx', queue)}/rps_flow_cnt`),
	describe: ({device, queue}) => `rps_flow_cnt of ${device} rx-${queue}`,
	isSame: (_, a, b) => isSameNumber(roundUp(a), roundUp(b)),
};

export const threadedNapi: SettingKind<SettingOf<'threaded-napi'>> = {
	...knob(({device}) => `${devicePath(device)}/threaded`),
	describe: ({device}) => `threaded NAPI of ${device}`,
	isSame: (_, a, b) => isSameNumber(a, b),
	risk: 'may stall',
};

/** One write(2) says why it was refused, where `ip link set` only says that it was. */
export const mtu: SettingKind<SettingOf<'mtu'>> = {
	...knob(({device}) => `${devicePath(device)}/mtu`),
	describe: ({device}) => `MTU of ${device}`,
	isSame: (_, a, b) => isSameNumber(a, b),
	toShellLine: ({device}, to) => `ip link set dev ${quoteWord(checkDevice(device))} mtu ${quoteWord(to)}`,
	risk: 'may cut the connection',
};

function knob<Each extends Setting>(findPath: (setting: Each) => string): SettingKind<Each> {
	return {
		describe: findPath,
		read: async (setting, host) => host.readText(findPath(setting)).trim().replaceAll(/\s+/g, ' '),
		write: (setting, to, host) => writePatiently(findPath(setting), to, host),
		toShellLine: (setting, to) => `echo ${quoteWord(to)} > ${quoteWord(findPath(setting))}`,
		risk: 'none',
	};
}

function mask(direction: 'rx' | 'tx', file: 'rps_cpus' | 'xps_cpus'): SettingKind<SettingOf<'rps-cpus' | 'xps-cpus'>> {
	return {
		...knob(({device, queue}) => `${queuePath(device, direction, queue)}/${file}`),
		describe: ({device, queue}) => `${file} of ${device} ${direction}-${queue}`,
		isSame(_, a, b, facts) {
			const [left, right] = [a, b].map(text => keepCpus(tryParse(parseCpuMask, text), facts, file));
			return isSameSet(left, right);
		},
	};
}

/** For RPS the kernel drops what is offline or isolated (`net/core/net-sysfs.c: rps_cpumask_housekeeping`) without a word. */
function keepCpus(cpus: readonly number[] | undefined, facts: MachineFacts | undefined, file: string) {
	return facts === undefined || file !== 'rps_cpus' ? cpus : cpus?.filter(cpu => takesRps(cpu, facts.cpus));
}

function takesRps(cpu: number, {online, isolated = [], nohzFull = []}: CpuFacts): boolean {
	return online.includes(cpu) && !isolated.includes(cpu) && !nohzFull.includes(cpu);
}

/** The kernel asks to try again while another holds the lock of all devices, or a vector is still on its way. */
const transient = new Set(['EBUSY', 'EAGAIN', 'EINTR']);
const pauses = [0.1, 0.3, 0.6];

async function writePatiently(path: string, text: string, host: Host): Promise<void> {
	for (const pause of pauses) {
		try {
			host.writeText(path, text);
			return;
		} catch (error) {
			if (!(error instanceof HostError && transient.has(error.code))) {
				throw error;
			}
		}
		await host.sleep(pause);
	}
	host.writeText(path, text);
}

function devicePath(device: string): string {
	return `/sys/class/net/${checkDevice(device)}`;
}

function queuePath(device: string, direction: 'rx' | 'tx', queue: number): string {
	return `${devicePath(device)}/queues/${direction}-${checkNumber(queue)}`;
}

function checkSysctl(name: string): string {
	if (!/^[a-z\d_-]+(?:\.[a-z\d_-]+)+$/i.test(name)) {
		throw new SettingError(`no name of a sysctl: ${JSON.stringify(name.slice(0, 60))}`, 'EINVAL');
	}
	return name;
}

function isSameWord({name}: SettingOf<'sysctl'>, a: string, b = ''): boolean {
	if (name === 'net.core.rps_sock_flow_entries') {
		return isSameNumber(roundUp(a), roundUp(b));
	}
	return a === b || (/^-?\d+$/.test(a) && /^-?\d+$/.test(b) && Number(a) === Number(b));
}

/** The kernel rounds tables of flows up to a power of two; 0 stays 0. */
function roundUp(text: string): string {
	const count = Number(text);
	return /^\d+\s*$/.test(text) && count > 0 ? String(2 ** Math.ceil(Math.log2(count))) : text;
}

function isSameSet(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
	const [left, right] = [new Set(a), new Set(b)];
	return a !== undefined && b !== undefined && left.size === right.size && [...left].every(each => right.has(each));
}

function tryParse(parse: (text: string) => number[], text: string): number[] | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}
