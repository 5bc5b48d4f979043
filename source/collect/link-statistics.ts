import type {Host} from '../host.ts';
import type {Counters} from '../model/counters.ts';
import type {Reading} from '../model/snapshot.ts';
import {netDevColumns, parseNetDevRow} from '../parse/net-dev.ts';
import {type Context, readNow, tryNumber, tryRead} from './reading.ts';

/** The interfaces of this network namespace. */
export const statisticsFolder = '/sys/class/net';

/**
With more interfaces than one has counters, the kernel takes longer to write the table of all than the files of one: it adds
up what each CPU has counted for each interface, and for each file.
*/
const longestTable = 24;

/** A counter of an interface, and where it stands. */
interface Place {
	readonly name: string;
	readonly path: string;
	/** Its column in `/proc/net/dev`, -1 where it has none; it may hold the sum of several counters. */
	readonly column: number;
	readonly isSum: boolean;
}

/** What is known of an interface; the kernel has the same counters for as long as it lives. */
interface Known {
	readonly ifindex: number | undefined;
	readonly places: readonly Place[];
	/** The row of `/proc/net/dev` just before the counters were read. */
	readonly row: readonly number[] | undefined;
	/** True once the row has been seen to be this interface's own. */
	readonly isOwn: boolean;
	readonly counters: Counters;
}

/**
Reads the counters of the path's interfaces, or while no path is known of every physical one
(`Documentation/ABI/testing/sysfs-class-net-statistics`; the names are those of `struct rtnl_link_stats64`), with the index
that tells a new device from the old.

sysfs has a file for each of two dozen counters, `/proc/net/dev` most of them in one line. What is a part of a sum there is
read from sysfs when the sum has changed, and what is not there at all, each time.
*/
export function createLinkStatisticsReader() {
	let known = new Map<string, Known>();

	return ({host, readings, topology}: Context): Reading<Record<string, Counters>> => {
		const links = readings.links?.value ?? [];
		const physical = links.filter(link => link.driver !== undefined).map(link => link.name);
		const names = new Set([...topology.pathDevices, ...physical]);
		const statistics: Record<string, Counters> = {};
		const next = new Map<string, Known>();
		const table = links.length > longestTable ? undefined : tryRead(() => host.readText('/proc/net/dev'));
		for (const name of names.size > 0 ? names : links.map(link => link.name)) {
			const row = table === undefined ? undefined : tryRead(() => parseNetDevRow(table, name));
			const found = tryRead(() => readInterface(host, name, row, known.get(name)));
			if (found !== undefined) {
				next.set(name, found);
				statistics[name] = found.counters;
			}
		}
		known = next;
		return readNow(host, statistics);
	};
}

/** Throws a `HostError` where there is no such interface. */
function readInterface(host: Host, name: string, row: readonly number[] | undefined, known: Known | undefined): Known {
	const folder = `${statisticsFolder}/${name}`;
	// Before the counters: the last file that is read gives the reading its time, also in a capture that has this one more often.
	const ifindex = tryNumber(host, `${folder}/ifindex`);
	const before = known?.ifindex === ifindex ? known : undefined;
	if (before === undefined) {
		// What is open may be that of the device which had this name, and lives on under another.
		host.forget(folder);
	}
	const places = before?.places ?? findPlaces(host, folder);
	const isOwn = before !== undefined && row !== undefined && (before.isOwn || isBetween(before, row));
	const counters: Record<string, number> = {};
	for (let index = 0; index < places.length; index++) {
		const place = places[index] as Place;
		const value = (isOwn ? lookUp(place, row, before) : undefined) ?? tryNumber(host, place.path);
		if (value !== undefined) {
			counters[place.name] = value;
		}
	}
	if (ifindex !== undefined) {
		counters.ifindex = ifindex;
	}
	return {ifindex, places, row, isOwn, counters};
}

/**
Whether what the files gave lies between the rows before and after it. /sys may be that of another network namespace, with another
interface of the same name, and a row that of a device that has just gone: counters that have counted anything tell them apart.
*/
function isBetween({places, row: earlier, counters}: Known, later: readonly number[]): boolean {
	const plain = places.filter(({column, isSum}) => column !== -1 && !isSum);
	const values = plain.map(({name, column}) => [earlier?.[column], counters[name], later[column]] as const);
	return (
		values.some(([, value = 0]) => value > 0) &&
		values.every(([from = Number.NaN, value = Number.NaN, to = Number.NaN]) => from <= value && value <= to)
	);
}

/** What the row tells of a counter: of a part of a sum, that it is as before. */
function lookUp({name, column, isSum}: Place, row: readonly number[], before: Known): number | undefined {
	if (!isSum) {
		return row[column];
	}
	return row[column] === before.row?.[column] ? before.counters[name] : undefined;
}

/** Throws a `HostError` where there is no such interface. */
function findPlaces(host: Host, folder: string): readonly Place[] {
	return host.list(`${folder}/statistics`).map(name => {
		const column = netDevColumns.findIndex(names => names.includes(name));
		return {name, path: `${folder}/statistics/${name}`, column, isSum: (netDevColumns[column]?.length ?? 0) > 1};
	});
}
