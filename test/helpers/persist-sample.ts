import type {LinkFacts} from '../../source/model/facts.ts';
import type {Setting} from '../../source/model/tuning.ts';
import {foldJournal, type JournalState} from '../../source/tuning/journal.ts';
import type {JournalEntry} from '../../source/tuning/journal-file.ts';
import {makeLink} from './readings.ts';

/** A journal in which these settings are in force for good. */
export function makeState(values: readonly (readonly [setting: Setting, value: string])[]): JournalState {
	const at = {monotonic: 1, wall: 2};
	const process = {pid: 7, startTime: 8};
	const opened = {type: 'opened', id: 'a-1', step: 'a', title: 'a', version: '1', bootId: 'b', process, changes: []};
	const writes = values.flatMap(([setting, to], index) => {
		const device =
			'device' in setting ? {name: setting.device} : setting.kind === 'irq-affinity' ? {name: 'eth0'} : undefined;
		return [
			{type: 'intent', id: 'a-1', seq: index, setting, from: 'before', to, ...(device && {device})},
			{type: 'applied', id: 'a-1', seq: index, actual: to},
		];
	});
	const completed = {type: 'completed', id: 'a-1'};
	return foldJournal(
		[opened, ...writes, completed].map(entry => ({at, ...(entry as JournalEntry)})),
		'b',
	);
}

export const links: readonly LinkFacts[] = [
	makeLink('eth0', {mac: '00:0d:3a:00:00:01', driver: 'virtio_net', bus: '0000:00:04.0', msiIrqs: [28, 29, 30]}),
	makeLink('wt0', {kind: 'wireguard'}),
];

const irq = (number: number, name: string): Setting => ({
	kind: 'irq-affinity',
	irq: number,
	actions: name,
	bus: '0000:00:04.0',
});
const rps = (device: string, queue: number): Setting => ({kind: 'rps-cpus', device, queue});
const flows = (device: string, queue: number): Setting => ({kind: 'rps-flow-count', device, queue});

/** One of every kind. */
export const everything: readonly (readonly [Setting, string])[] = [
	[{kind: 'sysctl', name: 'net.core.netdev_max_backlog'}, '10000'],
	[{kind: 'sysctl', name: 'net.ipv4.tcp_rmem'}, '4096 131072 16777216'],
	[{kind: 'sysctl', name: 'net.ipv4.tcp_congestion_control'}, 'bbr'],
	[{kind: 'sysctl', name: 'net.core.default_qdisc'}, 'fq'],
	[{kind: 'root-qdisc', device: 'eth0'}, 'mq fq'],
	[{kind: 'rss-table', device: 'eth0'}, 'equal 4'],
	[{kind: 'rx-flow-hash', device: 'eth0', flow: 'udp4'}, 'sdfn'],
	[{kind: 'ring', device: 'eth0', field: 'rx'}, '1024'],
	[{kind: 'channels', device: 'eth0', field: 'combined'}, '4'],
	[irq(28, 'virtio3-input.0'), '1'],
	[irq(30, 'virtio3-output.0'), '1'],
	[rps('eth0', 0), 'c'],
	[rps('eth0', 1), '3'],
	[rps('wt0', 0), 'f'],
	[flows('wt0', 0), '4096'],
	[{kind: 'threaded-napi', device: 'wt0'}, '1'],
	[{kind: 'mtu', device: 'wt0'}, '1420'],
	[{kind: 'irqbalance-ban'}, '28,30'],
];
