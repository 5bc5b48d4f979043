import type {Qdisc} from '../../model/counters.ts';
import type {State} from '../../session/state.ts';
import {createKnob, type Knob} from './knob.ts';

/** The guide's sysctls, with what the kernel's sources say where the guide is wrong. */
const sysctls: readonly {readonly name: string; readonly guide?: string; readonly note?: string}[] = [
	{name: 'net.core.netdev_max_backlog', guide: '10000'},
	{name: 'net.core.netdev_budget', guide: '600'},
	{
		name: 'net.core.netdev_budget_usecs',
		guide: '8000',
		note: 'minimum: 2 ticks',
	},
	{name: 'net.core.rps_sock_flow_entries', guide: '32768'},
	{name: 'net.core.rmem_max', guide: '16777216', note: 'unused by kernel WG'},
	{name: 'net.core.wmem_max', guide: '16777216'},
	{name: 'net.ipv4.tcp_rmem', guide: '4096 131072 16777216', note: 'local TCP only'},
	{name: 'net.ipv4.tcp_wmem', guide: '4096 16384 16777216'},
	{name: 'net.ipv4.tcp_congestion_control', guide: 'bbr', note: 'new connections only'},
	{name: 'net.core.default_qdisc', guide: 'fq', note: 'new queues only'},
	{name: 'net.ipv4.tcp_mtu_probing'},
	{name: 'net.netfilter.nf_conntrack_max'},
];

/** What holds for the whole machine: irqbalance, the sysctls, and the queueing disciplines of the path. */
export function systemKnobs(state: State): Knob[] {
	return [...irqbalance(state), ...sysctlKnobs(state), ...qdiscKnobs(state)];
}

function irqbalance(state: State): Knob[] {
	const machine = state.snapshot?.readings.machine?.value;
	if (machine === undefined) {
		return [];
	}
	const now = machine.irqbalance?.running === true ? 'running' : 'not running';
	const note = 'banning IRQs will do';
	return [
		createKnob('irqbalance', now, {
			guide: 'stopped',
			against: now === 'running' ? 'differs' : 'equal',
			...(now === 'running' && {note}),
		}),
	];
}

function sysctlKnobs(state: State): Knob[] {
	const values = state.snapshot?.readings.sysctls?.value;
	if (values === undefined) {
		return [];
	}
	return sysctls.flatMap(({name, guide, note}) => {
		const now = values[name];
		return now === undefined && guide === undefined
			? []
			: [createKnob(name.replace(/^net\.(core|ipv4|netfilter)\./, ''), now, {guide, note})];
	});
}

/** Each device's root and what hangs under it: `mq, 4 fq_codel`. */
function qdiscKnobs(state: State): Knob[] {
	const devices = new Set(state.topology.pathDevices);
	const byDevice = Map.groupBy(state.snapshot?.readings.qdiscs?.value ?? [], qdisc => qdisc.device);
	return [...byDevice]
		.filter(([device]) => devices.has(device))
		.map(([device, qdiscs]) => createKnob('qdisc', describeQdiscs(qdiscs), {device}));
}

function describeQdiscs(qdiscs: readonly Qdisc[]): string {
	const roots = qdiscs.filter(qdisc => qdisc.root).map(qdisc => qdisc.kind);
	const children = Map.groupBy(
		qdiscs.filter(qdisc => !qdisc.root),
		qdisc => qdisc.kind,
	);
	return [...roots, ...[...children].map(([kind, list]) => `${list.length} ${kind}`)].join(', ');
}
