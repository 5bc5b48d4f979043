import {usedProtocolCounters} from '../derive/protocol-drops.ts';

/**
Whether what looks like a domain is none: a name of the kernel's own, or a file or unit by an ending that is no top-level
domain. Endings that are one (`.sh`, `.md`, `.so`) and beginnings (`net.`, `dev.`) tell nothing: `dev.acme.org` is a domain.
*/
export function isNoDomain(name: string, known: ReadonlySet<string>): boolean {
	return known.has(name) || usual.has(name) || fileName.test(name) || counterName.test(name);
}

/** Counters, sysctls and units that texts name though no reading of the session may have them. */
const usual: ReadonlySet<string> = new Set([
	...usedProtocolCounters,
	...['vm.swappiness', 'kernel.printk', 'kernel.hostname', 'net.core.somaxconn'],
	...['ipv4', 'ipv6'].flatMap(ip => ['all', 'default'].map(device => `net.${ip}.conf.${device}.forwarding`)),
	// What stands before the name of an interface.
	...['ipv4', 'ipv6'].flatMap(ip => [`net.${ip}.conf`, `net.${ip}.neigh`]),
	...['network.target', 'network-online.target', 'multi-user.target', 'sysinit.target'],
]);

/** Endings of files and units that no domain has. */
export const fileEnding =
	'(?:service|socket|timer|mount|slice|scope|conf|rules|jsonl?|html?|csv|txt|log|[cm]?[jt]sx?|ko|gz|xz|deb|svg)';
const fileName = new RegExp(`^[\\w-]+(?:\\.${fileEnding})+$`, 'i');

/** As some drivers call the counters of a queue or of the NIC itself. */
const counterName = /^[\w-]+\.(?:nic|packets|bytes|drops|dropped|errors)$/;
