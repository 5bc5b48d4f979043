import type {Channels, IrqFacts, LinkFacts, NicFacts, Rings} from '../model/facts.ts';
import type {Readings} from '../model/snapshot.ts';

/** Settings by a name that people know them by (`eth0 rx-0 rps_cpus`), as text. */
export type SettingsList = Readonly<Record<string, string>>;

/** Every setting of the network path that the readings know, in one flat list: for comparing two moments. */
export function listSettings(readings: Readings): SettingsList {
	const parts: readonly SettingsList[] = [
		readings.sysctls?.value ?? {},
		...(readings.links?.value.map(listLink) ?? []),
		...(readings.nics?.value.map(listNic) ?? []),
		...(readings.irqs?.value.map(listIrq) ?? []),
		listQdiscs(readings),
		pick({irqbalance: toRunning(readings.machine?.value.irqbalance?.running)}),
	];
	return Object.fromEntries(parts.flatMap(part => Object.entries(part)));
}

export interface SettingDifference {
	readonly name: string;
	/** Absent: not known there. */
	readonly before?: string;
	readonly after?: string;
}

/** What is not the same in two lists, by name. */
export function compareSettings(before: SettingsList, after: SettingsList): SettingDifference[] {
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
	return names.flatMap(name => {
		const [was, is] = [before[name], after[name]];
		return was === is ? [] : [{name, ...(was !== undefined && {before: was}), ...(is !== undefined && {after: is})}];
	});
}

function toRunning(running: boolean | undefined): string | undefined {
	return running === undefined ? undefined : running ? 'runs' : 'does not run';
}

/** Queues that appear or vanish take their settings with them. */
function listLink({name, mtu, threaded, groFlushTimeout, napiDeferHardIrqs, rxQueues, txQueues}: LinkFacts) {
	const queues = [
		...rxQueues.flatMap(({queue, rpsCpus, rpsFlowCount}) => [
			[`${name} rx-${queue} rps_cpus`, rpsCpus] as const,
			[`${name} rx-${queue} rps_flow_cnt`, rpsFlowCount] as const,
		]),
		...txQueues.map(({queue, xpsCpus}) => [`${name} tx-${queue} xps_cpus`, xpsCpus] as const),
	];
	return pick({
		[`${name} mtu`]: mtu,
		[`${name} threaded NAPI`]: threaded,
		[`${name} gro_flush_timeout`]: groFlushTimeout,
		[`${name} napi_defer_hard_irqs`]: napiDeferHardIrqs,
		...Object.fromEntries(queues),
	});
}

function listNic({device, channels, rings, features, coalesce, rss, udp4Hash, udp6Hash}: NicFacts): SettingsList {
	const switches = Object.entries(features ?? {}).map(
		([name, {on}]) => [`${device} ${name}`, on ? 'on' : 'off'] as const,
	);
	const timers = Object.entries(coalesce ?? {}).map(([name, value]) => [`${device} ${name}`, value] as const);
	return pick({
		...listNumbers(`${device} channels`, channels?.current),
		...listNumbers(`${device} ring`, rings?.current),
		[`${device} RSS table`]: rss?.table?.join(' '),
		[`${device} rx-flow-hash udp4`]: udp4Hash,
		[`${device} rx-flow-hash udp6`]: udp6Hash,
		...Object.fromEntries([...switches, ...timers]),
	});
}

function listNumbers(prefix: string, values: Channels | Rings | undefined): Readonly<Record<string, number>> {
	return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [`${prefix} ${name}`, value]));
}

/** By what it serves: its number moves when queues are made anew. */
function listIrq({irq, actions, affinity}: IrqFacts): SettingsList {
	return pick({[`interrupt ${actions ?? irq} CPUs`]: affinity?.join(',')});
}

function listQdiscs({qdiscs}: Readings): SettingsList {
	const roots = qdiscs?.value.filter(({root}) => root) ?? [];
	return Object.fromEntries(roots.map(({device, kind}) => [`${device} root qdisc`, kind]));
}

function pick(values: Readonly<Record<string, string | number | boolean | undefined>>): SettingsList {
	return Object.fromEntries(
		Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const])),
	);
}
