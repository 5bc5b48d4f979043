import type {Host} from '../host.ts';
import type {Counters} from '../model/counters.ts';
import type {Reading} from '../model/snapshot.ts';
import {type Context, readNow, tryNumber, tryRead} from './reading.ts';

/** The interfaces of this network namespace. */
export const statisticsFolder = '/sys/class/net';

/** Where the counters of an interface stand; the kernel has the same ones for as long as the interface lives. */
interface Place {
	readonly ifindex: number | undefined;
	readonly counters: readonly (readonly [name: string, path: string])[];
}

/**
Reads the counters of the path's interfaces, or while no path is known of every physical one
(`Documentation/ABI/testing/sysfs-class-net-statistics`; the names are those of `struct rtnl_link_stats64`), with the index
that tells a new device from the old.
*/
export function createLinkStatisticsReader() {
	let places = new Map<string, Place>();

	const readCounters = (host: Host, name: string, known: Place | undefined): [Place, Counters] => {
		const folder = `${statisticsFolder}/${name}`;
		// Before the counters: the last file that is read gives the reading its time, also in a capture that has this one more often.
		const ifindex = tryNumber(host, `${folder}/ifindex`);
		const place = known?.ifindex === ifindex && known !== undefined ? known : findPlace(host, folder, ifindex);
		const counters: Record<string, number> = {};
		for (const [counter, path] of place.counters) {
			const value = tryNumber(host, path);
			if (value !== undefined) {
				counters[counter] = value;
			}
		}
		if (ifindex !== undefined) {
			counters.ifindex = ifindex;
		}
		return [place, counters];
	};

	return ({host, readings, topology}: Context): Reading<Record<string, Counters>> => {
		const links = readings.links?.value ?? [];
		const physical = links.filter(link => link.driver !== undefined).map(link => link.name);
		const names = new Set([...topology.pathDevices, ...physical]);
		const statistics: Record<string, Counters> = {};
		const next = new Map<string, Place>();
		for (const name of names.size > 0 ? names : links.map(link => link.name)) {
			const found = tryRead(() => readCounters(host, name, places.get(name)));
			if (found !== undefined) {
				next.set(name, found[0]);
				statistics[name] = found[1];
			}
		}
		places = next;
		return readNow(host, statistics);
	};
}

/** Throws a `HostError` where there is no such interface. */
function findPlace(host: Host, folder: string, ifindex: number | undefined): Place {
	const names = host.list(`${folder}/statistics`);
	return {ifindex, counters: names.map(name => [name, `${folder}/statistics/${name}`])};
}
