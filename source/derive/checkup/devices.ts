import type {LinkFacts, NicFacts} from '../../model/facts.ts';
import type {Check, Examined} from '../checkup.ts';
import {listStatistics} from '../nic-readings.ts';

/** What the driver of each device below the tunnel lets be seen and set. */
export function checkDevices(examined: Examined): Check[] {
	const {readings, topology, programs} = examined;
	const names = new Set(topology.underlays.flatMap(({leaves}) => leaves));
	const links = (readings.links?.value ?? []).filter(({name}) => names.has(name));
	// What ethtool would tell is missing for another reason, which is told above.
	return programs.has('ethtool') ? links.map(link => checkDevice(link, examined)) : [];
}

function checkDevice(link: LinkFacts, {readings, topology}: Examined): Check {
	const nic = readings.nics?.value.find(({device}) => device === link.name);
	const hasIrqs = Object.values(topology.irqs).some(({device, role}) => device === link.name && role !== 'control');
	const parts = [
		describeQueues(nic),
		describeRing(nic),
		{is: nic?.rss?.table !== undefined, yes: 'a receive hash that can be set', no: 'no receive hash that can be set'},
		{is: hasIrqs, yes: 'interrupts by queue', no: 'no interrupts of its own'},
		{
			is: listStatistics(readings.nicStatistics?.value[link.name] ?? []).length > 0,
			yes: 'counters of the driver',
			no: 'no counters of the driver',
		},
		...(link.driver === 'hv_netvsc' ? [{is: false, yes: '', no: 'no virtual function (Accelerated Networking)'}] : []),
	];
	const has = parts.filter(({is}) => is).map(({yes}) => yes);
	const lacks = parts.filter(({is}) => !is).map(({no}) => no);
	return {
		id: `device-${link.name}`,
		group: 'device',
		state: lacks.length === 0 ? 'ok' : 'limited',
		text: `${link.name} (${link.driver ?? 'no driver of its own'}): ${[...has, ...lacks].join('; ')}`,
	};
}

interface Part {
	readonly is: boolean;
	readonly yes: string;
	readonly no: string;
}

function describeQueues(nic: NicFacts | undefined): Part {
	const {maximum, current} = nic?.channels ?? {};
	const now = current?.combined || current?.rx;
	const most = maximum?.combined || maximum?.rx;
	return {
		is: now !== undefined && most !== undefined,
		yes: `${now} of ${most} queues in use`,
		no: 'queues that cannot be set',
	};
}

function describeRing(nic: NicFacts | undefined): Part {
	const {maximum, current} = nic?.rings ?? {};
	return {
		is: maximum?.rx !== undefined && current?.rx !== undefined,
		yes: `a receive ring of ${current?.rx}, at most ${maximum?.rx}`,
		no: 'no receive ring that can be set',
	};
}
