import type {TopologyOptions} from '../derive/topology.ts';
import type {SessionHeader} from '../model/events.ts';
import type {MachineFacts} from '../model/facts.ts';
import type {Readings, Stamp} from '../model/snapshot.ts';
import type {Wish} from '../model/tuning.ts';
import {sessionFormat} from './codec.ts';

/** The first line of a session that begins now, with what the readings tell of the machine. */
export function createHeader(
	at: Stamp,
	version: string,
	readings: Pick<Readings, 'machine' | 'links'>,
	{tunnel, nic}: TopologyOptions = {},
	persisted?: readonly Wish[],
): SessionHeader {
	const options = {...(tunnel !== undefined && {tunnel}), ...(nic !== undefined && {nic})};
	const machine: MachineFacts | undefined = readings.machine?.value;
	const interfaces = readings.links?.value.map(({name, kind, driver, mtu, speedMbit}) => ({
		name,
		...(kind !== undefined && {kind}),
		...(driver !== undefined && {driver}),
		...(mtu !== undefined && {mtu}),
		...(speedMbit !== undefined && {speedMbit}),
	}));
	return {
		type: 'session',
		format: sessionFormat,
		version,
		at,
		...(Object.keys(options).length > 0 && {options}),
		...(machine && {machine}),
		...(interfaces && {interfaces}),
		...(persisted && {persisted}),
	};
}
