import {deriveDeviceIrqs} from '../../derive/device-irqs.ts';
import {findNetbirdLink} from '../../derive/netbird-link.ts';
import {describeRootQdisc, isSetByHand} from '../../derive/root-qdisc.ts';
import {describeRssTable} from '../../derive/rss-table.ts';
import type {LinkFacts} from '../../model/facts.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {Setting} from '../../model/tuning.ts';
import {defaultQdisc} from './qdisc.ts';

/**
The other settings that writing this one may change as well: their prior values are to be kept before the write, and what
has changed is to be given back after the setting itself has been.

- `channels`, `ring`: the driver makes its queues anew. virtio spreads all interrupts and send queues afresh, others forget
  them; queues that come again have RPS off; an RSS table may be that of the new number of queues; send queues that are
  added get `pfifo_fast` whatever the others have.
- `netbird-mtu`: the tunnel's interface is removed and made again, and with it all that was set on it.
- `root-qdisc`: `default_qdisc` is another for the moment of the write.
*/
export function disturbs(setting: Setting, readings: Readings): Setting[] {
	switch (setting.kind) {
		case 'channels':
		case 'ring': {
			const link = findLink(setting.device, readings);
			return link === undefined ? [] : [...listInterrupts(link, readings), ...listDeviceSettings(link, readings)];
		}
		case 'netbird-mtu': {
			const link = findNetbirdLink(readings);
			return link === undefined ? [] : listTunnelSettings(link, readings);
		}
		case 'root-qdisc':
			return readings.sysctls?.value[defaultQdisc.name] === undefined ? [] : [defaultQdisc];
		default:
			return [];
	}
}

function findLink(device: string, {links}: Readings): LinkFacts | undefined {
	return links?.value.find(link => link.name === device);
}

function listInterrupts(link: LinkFacts, readings: Readings): Setting[] {
	const actions = new Map([
		...(readings.interrupts?.value.rows ?? []).map(row => [row.irq, row.actions] as const),
		...(readings.irqs?.value ?? []).flatMap(each => (each.actions ? [[String(each.irq), each.actions] as const] : [])),
	]);
	return Object.entries(deriveDeviceIrqs([link], readings))
		.filter(([, {role}]) => role !== 'control')
		.map(([irq]) => ({
			kind: 'irq-affinity',
			irq: Number(irq),
			actions: actions.get(irq) ?? '',
			...(link.bus !== undefined && {bus: link.bus}),
		}));
}

function listDeviceSettings(link: LinkFacts, readings: Readings): Setting[] {
	const device = link.name;
	const rss = readings.nics?.value.find(nic => nic.device === device)?.rss;
	const table = describeRssTable(rss);
	return [
		...listRps(link),
		...link.txQueues.flatMap(({queue, xpsCpus}): Setting[] =>
			xpsCpus === undefined ? [] : [{kind: 'xps-cpus', device, queue}],
		),
		...(table === undefined || table.startsWith('custom') ? [] : [{kind: 'rss-table', device} as const]),
		...listQdisc(device, readings),
	];
}

function listTunnelSettings(link: LinkFacts, readings: Readings): Setting[] {
	const device = link.name;
	return [
		...listRps(link),
		...(link.threaded === undefined ? [] : [{kind: 'threaded-napi', device} as const]),
		...listQdisc(device, readings),
	];
}

function listRps({name, rxQueues}: LinkFacts): Setting[] {
	return rxQueues.flatMap(({queue, rpsCpus, rpsFlowCount}): Setting[] => [
		...(rpsCpus === undefined ? [] : [{kind: 'rps-cpus', device: name, queue} as const]),
		...(rpsFlowCount === undefined ? [] : [{kind: 'rps-flow-count', device: name, queue} as const]),
	]);
}

/** What was set up by hand cannot be given back, but neither does a change of queues take it away. */
function listQdisc(device: string, {qdiscs}: Readings): Setting[] {
	const description = describeRootQdisc(qdiscs?.value ?? [], device);
	const isOurs = description !== undefined && description !== 'noqueue' && !isSetByHand(description);
	return isOurs ? [{kind: 'root-qdisc', device}] : [];
}
