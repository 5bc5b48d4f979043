import type {Host} from '../host.ts';
import {tryLine} from './reading.ts';

/** The guide's knobs, and what limits or explains them. */
const names = [
	'net.core.netdev_max_backlog',
	'net.core.netdev_budget',
	'net.core.netdev_budget_usecs',
	'net.core.dev_weight',
	'net.core.rps_sock_flow_entries',
	'net.core.rps_default_mask',
	'net.core.flow_limit_cpu_bitmap',
	'net.core.rmem_max',
	'net.core.wmem_max',
	'net.core.rmem_default',
	'net.core.wmem_default',
	'net.core.default_qdisc',
	'net.ipv4.tcp_rmem',
	'net.ipv4.tcp_wmem',
	'net.ipv4.tcp_congestion_control',
	'net.ipv4.tcp_available_congestion_control',
	'net.ipv4.tcp_mtu_probing',
	'net.netfilter.nf_conntrack_max',
] as const;

/** Reads sysctls by dotted name; vectors with single blanks. One that this kernel or namespace lacks is absent. */
export function readSysctls(host: Host): Record<string, string> {
	return Object.fromEntries(
		names.flatMap(name => {
			const value = tryLine(host, `/proc/sys/${name.replaceAll('.', '/')}`);
			return value === undefined ? [] : [[name, value.replaceAll(/\s+/g, ' ')]];
		}),
	);
}
