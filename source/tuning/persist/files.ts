import {irqPolicyPath} from '../../derive/irqbalance-script.ts';
import type {DeviceWishes} from './script.ts';
import {groupByDevice, listQueues, scriptPath, writeScript} from './script.ts';
import type {Wanted} from './wanted.ts';

/** One file of `nbtop persist`, by its absolute path. */
export interface PersistFile {
	readonly path: string;
	readonly mode: number;
	readonly text: string;
}

export interface PersistInput {
	readonly wanted: readonly Wanted[];
	readonly version: string;
	/** What irqbalance is started with now, for the machine's own file is overruled. */
	readonly irqbalanceArguments?: readonly string[];
}

export const manifestPath = '/etc/nbtop-persist.json';
export const unitPath = '/etc/systemd/system/nbtop-persist@.service';
/** Those of all devices, as systemctl takes it. */
export const unitPattern = 'nbtop-persist@*.service';
const irqbalanceFolder = '/etc/systemd/system/irqbalance.service.d';
const irqbalanceEnvironment = '/etc/default/nbtop-irqbalance';

/** Every path that `persist` ever writes to: what `--remove` looks for. Folders last. */
export const persistPaths: readonly string[] = [
	'/etc/sysctl.d/99-zz-nbtop.conf',
	'/etc/modules-load.d/nbtop.conf',
	'/etc/udev/rules.d/99-nbtop.rules',
	unitPath,
	`${irqbalanceFolder}/nbtop.conf`,
	irqbalanceEnvironment,
	irqPolicyPath,
	scriptPath,
	manifestPath,
	irqbalanceFolder,
];

/** What every file says of itself, and by which it is known as ours. */
export const mark = 'Written by nbtop persist';

/**
The files that give a machine the wanted values again at each start, and to each device when it comes: pure text. The same
values give the same files.
*/
export function writePersistFiles({wanted, version, irqbalanceArguments = []}: PersistInput): PersistFile[] {
	if (wanted.length === 0) {
		return [];
	}
	const header = `# ${mark} (nbtop ${version}). Remove it with: nbtop persist --remove`;
	const groups = groupByDevice(wanted);
	const file = (path: string, lines: readonly string[], mode = 0o644): PersistFile[] =>
		lines.length === 0 ? [] : [{path, mode, text: `${[header, ...lines].join('\n')}\n`}];
	const manifest = {mark, remove: 'nbtop persist --remove', version, wanted};
	return [
		...file('/etc/sysctl.d/99-zz-nbtop.conf', listSysctls(wanted)),
		...file('/etc/modules-load.d/nbtop.conf', listModules(wanted)),
		...file('/etc/udev/rules.d/99-nbtop.rules', groups.flatMap(listRules)),
		...(groups.length > 0
			? [...file(unitPath, unit), {path: scriptPath, mode: 0o755, text: writeScript(groups, header)}]
			: []),
		...listIrqbalanceFiles(wanted, irqbalanceArguments, header),
		{path: manifestPath, mode: 0o644, text: `${JSON.stringify(manifest, undefined, '\t')}\n`},
	];
}

/** `zz`: the last file wins, and distributions read /etc/sysctl.conf as 99-sysctl.conf. `-`: a key that is missing fails nothing. */
function listSysctls(wanted: readonly Wanted[]): string[] {
	return wanted.flatMap(({setting, value}) => (setting.kind === 'sysctl' ? [`-${setting.name} = ${value}`] : []));
}

/** Values that name a module are read before anything would load it. */
function listModules(wanted: readonly Wanted[]): string[] {
	const modules = wanted.flatMap(({setting, value}) => {
		if (setting.kind === 'sysctl' && setting.name === 'net.ipv4.tcp_congestion_control') {
			return [`tcp_${value}`];
		}
		const isDefault = setting.kind === 'sysctl' && setting.name === 'net.core.default_qdisc';
		return isDefault || setting.kind === 'root-qdisc' ? [`sch_${value.split(' ').at(-1)}`] : [];
	});
	const builtIn = new Set(['tcp_cubic', 'tcp_reno', 'sch_pfifo_fast', 'sch_noqueue', 'sch_mq']);
	return [...new Set(modules)].filter(name => !builtIn.has(name));
}

/**
A NIC is known by its driver here and by the rest in the script, which udev runs before the device is configured. A tunnel is
known by its name, and its queues get their values from udev itself, at every re-creation. `$name` is what udev will have made
of the kernel's `eth0` when the script runs; `$env{INTERFACE}` is still the kernel's (github.com/systemd/systemd/issues/14935).
*/
function listRules(group: DeviceWishes): string[] {
	const {device} = group;
	const isNic = device.hardware;
	const match = isNic ? `DRIVERS=="${device.driver}"` : `KERNEL=="${device.name}"`;
	const wants = 'TAG+="systemd", ENV{SYSTEMD_WANTS}+="nbtop-persist@.service"';
	const early = isNic ? [`ACTION=="add", SUBSYSTEM=="net", ${match}, RUN+="${scriptPath} early $name"`] : [];
	return [
		`# ${device.name}`,
		...early,
		`ACTION!="remove", SUBSYSTEM=="net", ${match}, ${wants}`,
		...(isNic ? listNicQueueRules(group) : listTunnelQueueRules(group)),
	];
}

function listNicQueueRules({device, wishes}: DeviceWishes): string[] {
	return listQueues(wishes).length === 0
		? []
		: [
				`ACTION=="add", SUBSYSTEM=="queues", KERNEL=="rx-*", DRIVERS=="${device.driver}", RUN+="${scriptPath} queue %p"`,
			];
}

function listTunnelQueueRules({device, wishes}: DeviceWishes): string[] {
	const parent = `SUBSYSTEMS=="net", KERNELS=="${device.name}"`;
	return listQueues(wishes).map(({pattern, values}) =>
		[
			`ACTION=="add", SUBSYSTEM=="queues", KERNEL=="${pattern}", ${parent}`,
			...values.map(([file, value]) => `ATTR{${file}}="${value}"`),
		].join(', '),
	);
}

const unit: readonly string[] = [
	'[Unit]',
	'Description=Tuning of %I that nbtop was told to keep',
	'BindsTo=%i.device',
	'After=%i.device',
	'',
	'[Service]',
	'Type=oneshot',
	'RemainAfterExit=yes',
	`ExecStart=${scriptPath} device %I`,
	'TimeoutStartSec=180',
];

/** irqbalance's own unit hides the network's devices from it since 1.9.4: the script could not tell whose an interrupt is. */
const told: readonly string[] = [
	'[Service]',
	`EnvironmentFile=-${irqbalanceEnvironment}`,
	'# The script knows interrupts by their device, which a network of its own would hide.',
	'PrivateNetwork=no',
];

/** The numbers that irqbalance was told change with each start; its policy script is asked by number and finds the name. */
function listIrqbalanceFiles(wanted: readonly Wanted[], args: readonly string[], header: string): PersistFile[] {
	const isStopped = wanted.some(
		({setting, value}) => setting.kind === 'service' && setting.unit === 'irqbalance.service' && value === 'inactive',
	);
	const isTold = wanted.some(({setting}) => setting.kind === 'irqbalance-ban');
	const dropIn = `${irqbalanceFolder}/nbtop.conf`;
	if (isStopped) {
		const lines = [header, '[Unit]', `ConditionPathExists=!${manifestPath}`];
		return [{path: dropIn, mode: 0o644, text: `${lines.join('\n')}\n`}];
	}
	if (!isTold) {
		return [];
	}
	const words = [...args, `--policyscript=${irqPolicyPath}`];
	return [
		{path: dropIn, mode: 0o644, text: `${[header, ...told].join('\n')}\n`},
		{
			path: irqbalanceEnvironment,
			mode: 0o644,
			text: `${header}\nIRQBALANCE_ARGS="${words.join(' ')}"\n`,
		},
		{
			path: irqPolicyPath,
			mode: 0o755,
			text: `#!/bin/sh\n${header}\n# $1: the device's path, $2: the interrupt\nexec ${scriptPath} irq "$2"\n`,
		},
	];
}
