import type {Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';

/** Why no tunnel is shown, and what to do: one sentence. */
export function describeNoTunnel({absent}: Topology, readings: Readings): string {
	if (absent?.tunnel !== undefined) {
		return `no tunnel found: ${describeAbsent('tunnel', absent.tunnel)}`;
	}
	const unclear = listUnclear(readings);
	return unclear.length === 0
		? 'no tunnel found: neither a WireGuard interface nor a userspace one (--tunnel NAME tells which)'
		: `no tunnel found: ${unclear.join(' or ')} may be one, wg as root can tell (or --tunnel ${unclear[0]})`;
}

/** TUN devices that may be anybody's, while WireGuard cannot be asked which are its own. */
function listUnclear({links, wireguard}: Readings): string[] {
	const devices = (links?.value ?? []).filter(({kind}) => kind === 'tun').map(({name}) => name);
	return wireguard === undefined ? devices : [];
}

/** An interface that the user named and that is not there. */
export function describeAbsent(option: 'tunnel' | 'nic', name: string): string {
	return `there is no interface ${name}; without --${option} nbtop looks for it itself`;
}
