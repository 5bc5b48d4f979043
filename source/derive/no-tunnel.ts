import type {Problem, Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';

/** Why no tunnel is shown, and what to do: one sentence. */
export function describeNoTunnel(topology: Topology, readings: Readings): string {
	const misnamed = listMisnamed(topology).find(({source}) => source === 'tunnel');
	if (misnamed !== undefined) {
		return `no tunnel found: ${misnamed.message}`;
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

/** The interfaces that the user named and that cannot be what they were named for: why, and what to do. */
export function listMisnamed({absent = {}, unfit = {}}: Pick<Topology, 'absent' | 'unfit'>): Problem[] {
	const complaints = [
		['tunnel', absent.tunnel && `there is no interface ${absent.tunnel}`],
		['tunnel', unfit.tunnel && `${unfit.tunnel} is neither a WireGuard interface nor a TUN device`],
		['nic', absent.nic && `there is no interface ${absent.nic}`],
		['nic', unfit.nic && `${unfit.nic} leads to no other machine`],
	] as const;
	return complaints.flatMap(([source, complaint]) =>
		complaint === undefined ? [] : [{source, message: `${complaint}; without --${source} nbtop looks for it itself`}],
	);
}
