import type {Host} from '../host.ts';
import type {CpuFacts, IrqbalanceFacts, MachineFacts} from '../model/facts.ts';
import type {Reading} from '../model/snapshot.ts';
import {parseCpuList} from '../parse/cpu-list.ts';
import {parseIrqbalanceSetup} from '../parse/irqbalance.ts';
import {omitUnknown} from '../parse/json.ts';
import {capability, hasCapability, parseProcessStatus} from '../parse/process-status.ts';
import {type Context, readNow, tryLine, tryList, tryRead, tryTarget} from './reading.ts';

/** Seconds for which the versions of the programs are kept: asking them all takes as much as all else does in some minutes. */
const versionsEvery = 600;

/** A reader of what the machine is, with the interrupts that irqbalance leaves alone. It keeps the programs' versions. */
export function createMachineReader(): (context: Context) => Promise<Reading<MachineFacts>> {
	let tools: Promise<Readonly<Record<string, string>>> | undefined;
	let asked = Number.NEGATIVE_INFINITY;

	return async ({host}) => {
		const now = host.now().monotonic;
		if (tools === undefined || now - asked >= versionsEvery) {
			asked = now;
			tools = readToolVersions(host);
		}
		const facts = readMachine(host, await tools);
		const bannedIrqs = await readBannedIrqs(host, facts);
		const {irqbalance} = facts;
		return readNow(host, bannedIrqs && irqbalance ? {...facts, irqbalance: {...irqbalance, bannedIrqs}} : facts);
	};
}

/** Reads what the machine is: kernel, CPUs, rights, container, what balances its interrupts. Cheap: files alone. */
export function readMachine(host: Host, tools: Readonly<Record<string, string>>): MachineFacts {
	const kernel = tryLine(host, '/proc/sys/kernel/osrelease');
	const config = kernel === undefined ? undefined : readKernelConfig(host, kernel);
	const status = tryRead(() => parseProcessStatus(host.readText('/proc/self/status')));
	const ssh = host.environment('SSH_CONNECTION')?.split(' ');
	return omitUnknown({
		host: tryLine(host, '/proc/sys/kernel/hostname'),
		kernel,
		architecture: tryLine(host, '/proc/sys/kernel/arch'),
		bootId: tryLine(host, '/proc/sys/kernel/random/boot_id'),
		netns: tryRead(() => host.readLink('/proc/self/ns/net')),
		cpus: readCpus(host),
		memoryBytes: readMemory(host),
		hz: matchNumber(config, /^CONFIG_HZ=(\d+)$/m),
		irqTimeAccounting: config === undefined ? undefined : /^CONFIG_IRQ_TIME_ACCOUNTING=y$/m.test(config),
		root: status?.effectiveUser === undefined ? undefined : status.effectiveUser === 0,
		netAdmin: status?.capabilities === undefined ? undefined : hasCapability(status, capability.netAdmin),
		virtualization: readVirtualization(host),
		container: isContainer(host),
		systemd: toIs(tryLine(host, '/proc/1/comm'), 'systemd'),
		networkNamespace: readNetworkNamespace(host),
		loadedModules: tryRead(() =>
			[...host.readText('/proc/modules').matchAll(/^(\S+) /gm)].flatMap(([, name]) => name ?? []),
		),
		tools,
		irqbalance: readIrqbalance(host),
		sshClientAddress: ssh?.[0],
		sshServerAddress: ssh?.[2],
	});
}

function readCpus(host: Host): CpuFacts {
	const folder = '/sys/devices/system/cpu';
	const cpus = (name: string): readonly number[] | undefined =>
		tryRead(() => parseCpuList(host.readText(`${folder}/${name}`).trim()));
	// A single processor without SMP has no such list.
	const online = cpus('online') ?? [0];
	return omitUnknown({
		online,
		possible: cpus('possible'),
		present: cpus('present'),
		isolated: cpus('isolated'),
		nohzFull: cpus('nohz_full'),
		nodes: readNodes(host),
		siblings: readSiblings(host, online),
	});
}

function readNodes(host: Host): CpuFacts['nodes'] {
	const folder = '/sys/devices/system/node';
	const nodes = tryList(host, folder).filter(name => /^node\d+$/.test(name));
	const pairs = nodes.flatMap(name => {
		const cpus = tryRead(() => parseCpuList(host.readText(`${folder}/${name}/cpulist`).trim())) ?? [];
		return cpus.map(cpu => [cpu, Number(name.slice('node'.length))] as const);
	});
	return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

function readSiblings(host: Host, online: readonly number[]): CpuFacts['siblings'] {
	const pairs = online.flatMap(cpu => {
		const path = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
		const siblings = tryRead(() => parseCpuList(host.readText(path).trim()));
		return siblings === undefined ? [] : [[cpu, siblings] as const];
	});
	return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

function readMemory(host: Host): number | undefined {
	const kibibytes = matchNumber(
		tryRead(() => host.readText('/proc/meminfo')),
		/^MemTotal:\s+(\d+) kB$/m,
	);
	return kibibytes === undefined ? undefined : kibibytes * 1024;
}

/** The kernel's build options, where the distribution or the kernel itself keeps them. */
function readKernelConfig(host: Host, kernel: string): string | undefined {
	return (
		tryRead(() => host.readText(`/boot/config-${kernel}`)) ??
		tryRead(() => host.readText(`/lib/modules/${kernel}/config`)) ??
		tryRead(() => gunzip(host.readBytes('/proc/config.gz')))
	);
}

function gunzip(bytes: Uint8Array): string | undefined {
	try {
		return process.getBuiltinModule('node:zlib').gunzipSync(bytes).toString();
	} catch {
		return undefined;
	}
}

const makers: readonly (readonly [RegExp, string])[] = [
	[/microsoft/i, 'microsoft'],
	[/qemu|kvm|red hat/i, 'kvm'],
	[/amazon/i, 'amazon'],
	[/google/i, 'google'],
	[/vmware/i, 'vmware'],
	[/xen/i, 'xen'],
];

function readVirtualization(host: Host): string | undefined {
	const vendor = tryLine(host, '/sys/class/dmi/id/sys_vendor') ?? tryLine(host, '/sys/hypervisor/type');
	return vendor === undefined ? undefined : makers.find(([pattern]) => pattern.test(vendor))?.[1];
}

function isContainer(host: Host): boolean {
	return ['/run/systemd/container', '/.dockerenv', '/run/.containerenv'].some(
		path => tryRead(() => host.readText(path)) !== undefined,
	);
}

/**
Not the first of the machine. The knobs of the backlog are shown in the first alone (`net/core/sysctl_net_core.c`); in a
container PID 1 lives in the same namespace as we do, and outside it may hide its own.
*/
function readNetworkNamespace(host: Host): boolean | undefined {
	const knobs = tryList(host, '/proc/sys/net/core');
	if (knobs.includes('somaxconn')) {
		return !knobs.includes('netdev_max_backlog');
	}
	const own = tryTarget(host, '/proc/self/ns/net');
	const first = tryTarget(host, '/proc/1/ns/net');
	return own === undefined || first === undefined ? undefined : own !== first;
}

/**
The interrupts that irqbalance was told to leave alone, in its own words; it listens to root alone. Undefined where it does
not run, or does not say.
*/
async function readBannedIrqs(host: Host, {irqbalance, root}: MachineFacts): Promise<readonly number[] | undefined> {
	if (irqbalance?.socket === undefined || root !== true) {
		return undefined;
	}
	try {
		return parseIrqbalanceSetup(await host.exchange(irqbalance.socket, 'setup', 3));
	} catch {
		return undefined;
	}
}

/** Its socket names its process: `/run/irqbalance/irqbalance<pid>.sock`. */
function readIrqbalance(host: Host): IrqbalanceFacts | undefined {
	for (const name of tryList(host, '/run/irqbalance')) {
		const pid = Number(/^irqbalance(\d+)\.sock$/.exec(name)?.[1]);
		if (pid > 0 && tryLine(host, `/proc/${pid}/comm`) === 'irqbalance') {
			const words = tryLine(host, `/proc/${pid}/cmdline`)?.split('\0').filter(Boolean);
			return {running: true, pid, socket: `/run/irqbalance/${name}`, ...(words && {arguments: words.slice(1)})};
		}
	}
	return {running: false};
}

function matchNumber(text: string | undefined, pattern: RegExp): number | undefined {
	const match = pattern.exec(text ?? '')?.[1];
	return match === undefined ? undefined : Number(match);
}

function toIs(text: string | undefined, wanted: string): boolean | undefined {
	return text === undefined ? undefined : text === wanted;
}

const versionCommands: readonly (readonly [program: string, ...args: string[]])[] = [
	['ethtool', '--version'],
	['wg', '--version'],
	['ip', '-V'],
	['tc', '-V'],
	['iperf3', '--version'],
	['netbird', 'version'],
];

/** The versions of the programs that nbtop calls, by name; a program that is not installed is absent. */
export async function readToolVersions(host: Host): Promise<Record<string, string>> {
	const outputs = await Promise.all(
		versionCommands.map(async ([program, ...args]) => ({program, output: await host.run(program, args, 3)})),
	);
	return Object.fromEntries(
		outputs
			.filter(({output}) => output.status === 0)
			.map(({program, output}) => [
				program,
				(/v?\d+\.[\w.-]+/.exec(output.stdout)?.[0] ?? output.stdout.trim()).slice(0, 40),
			]),
	);
}
