import type {Topology} from '../model/topology.ts';

/** Why no tunnel is shown, and what to do: one sentence. */
export function describeNoTunnel({absent}: Topology): string {
	return absent?.tunnel === undefined
		? 'no tunnel found: neither a WireGuard interface nor a userspace one (--tunnel NAME tells which)'
		: `no tunnel found: ${describeAbsent('tunnel', absent.tunnel)}`;
}

/** An interface that the user named and that is not there. */
export function describeAbsent(option: 'tunnel' | 'nic', name: string): string {
	return `there is no interface ${name}; without --${option} nbtop looks for it itself`;
}
