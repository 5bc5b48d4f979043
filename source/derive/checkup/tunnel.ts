import type {Check, Examined} from '../checkup.ts';
import {describeNoTunnel} from '../no-tunnel.ts';
import type {Installer} from './packages.ts';

/** The tunnel, its peers, and their names: what everything else is seen from. */
export function checkTunnel(examined: Examined, install: Installer): Check[] {
	return [checkKind(examined), checkPeers(examined, install), checkUnderlay(examined), ...checkNetbird(examined)];
}

function checkKind({topology, readings, programs, modules}: Examined): Check {
	const base = {id: 'tunnel', group: 'show', essential: true} as const;
	const [first] = topology.tunnels;
	if (first === undefined) {
		const text = describeNoTunnel(topology, readings);
		return {...base, state: 'missing', text, ...(programs.has('netbird') && {mend: 'sudo netbird up'})};
	}
	const names = topology.tunnels.map(({interface: name, kind}) => `${name} (${kind} WireGuard)`).join(', ');
	if (first.kind === 'kernel') {
		return {...base, state: 'ok', text: `tunnel ${names}`};
	}
	return {
		...base,
		state: 'limited',
		text: `tunnel ${names}: a program behind a TUN device costs more than the kernel’s${modules?.wireguard === false ? ', which has no WireGuard here' : ''}`,
		...(modules?.wireguard === true && {mend: 'sudo modprobe wireguard'}),
	};
}

function checkPeers({readings, programs, topology}: Examined, install: Installer): Check {
	const base = {id: 'peers', group: 'show', essential: true} as const;
	const {root, netAdmin} = readings.machine?.value ?? {};
	if (!programs.has('wg')) {
		return {...base, state: 'missing', text: 'wg is not installed: peers are not shown', mend: install('wg')};
	}
	const peers = readings.wireguard?.value.reduce((sum, each) => sum + each.peers.length, 0) ?? 0;
	if (peers > 0) {
		return {...base, state: 'ok', text: `wg: ${peers === 1 ? 'one peer' : `${peers} peers`}`};
	}
	if (root !== true) {
		return {...base, state: 'missing', text: 'only root may read the tunnel: peers are not shown', mend: 'sudo nbtop'};
	}
	if (netAdmin === false) {
		return {
			...base,
			state: 'missing',
			text: 'root may not read the tunnel here (no CAP_NET_ADMIN): run nbtop outside of this container',
		};
	}
	return topology.tunnels.length === 0
		? {...base, state: 'ok', text: 'wg can read the peers of a tunnel'}
		: {...base, state: 'missing', text: 'the tunnel has no peer that wg can show'};
}

function checkUnderlay({topology}: Examined): Check {
	const base = {id: 'underlay', group: 'show', essential: true} as const;
	const names = topology.underlays.map(({interface: name}) => name);
	const words = topology.tunnels.length > 0 ? 'the packets of the tunnel go over' : 'the default route goes over';
	return names.length > 0
		? {...base, state: 'ok', text: `${words} ${names.join(', ')}`}
		: {...base, state: 'missing', text: 'it is not known which interface carries the tunnel: name it with --nic'};
}

/** NetBird is no need, but where it is installed it gives the names. */
function checkNetbird({readings, programs}: Examined): Check[] {
	if (!programs.has('netbird')) {
		return [];
	}
	const base = {id: 'netbird', group: 'show'} as const;
	const status = readings.netbird?.value;
	if (status === undefined) {
		const text = 'NetBird’s service does not answer: names and relayed peers are not known';
		return [{...base, state: 'limited', text, mend: 'sudo netbird service start'}];
	}
	const {daemonVersion, daemonStatus, peers} = status;
	const version = daemonVersion === undefined ? 'netbird' : `netbird ${daemonVersion}`;
	return daemonStatus === undefined || daemonStatus === 'Connected' || peers.length > 0
		? [{...base, state: 'ok', text: `${version}: names, and which peers are relayed`}]
		: [{...base, state: 'limited', text: `${version} is not connected (${daemonStatus})`, mend: 'sudo netbird up'}];
}
