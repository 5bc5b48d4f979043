import type {Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';

/** The tunnel through which the user is connected: the one that owns the address at which the ssh connection arrived. */
export function findSshTunnel({machine, addresses, links}: Readings, {tunnels}: Topology): string | undefined {
	const address = machine?.value.sshServerAddress?.replace(/%.*$/, '');
	const owns = (name: string): boolean => {
		const own = addresses?.value[name] ?? links?.value.find(link => link.name === name)?.addresses ?? [];
		return own.some(each => each.replace(/\/\d+$/, '') === address);
	};
	return address === undefined ? undefined : tunnels.find(({interface: name}) => owns(name))?.interface;
}
