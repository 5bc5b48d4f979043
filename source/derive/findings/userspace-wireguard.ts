import type {ThreadRate} from '../../model/rates.ts';
import {isTunnelProgram} from '../tunnel-programs.ts';
import {maximumBy} from './cores.ts';
import type {Rule} from './rule.ts';
import {fact, percent} from './words.ts';

/** The tunnel is a program behind a TUN device, not the kernel's WireGuard. */
export const userspaceWireguard: Rule = {
	id: 'userspace-wireguard',
	severity: 'limit',
	needs: ['tunnel'],
	during: 'always',
	rises: 2,
	falls: 5,
	refutedBy: '`ip -d link show` calls the interface `wireguard`, not `tun`',
	steps: [],
	guide:
		'The guide says 3 to 5 times slower, whatever one tunes. Newer versions send and receive in batches (GSO, GRO), and are not that far behind; but what this program does is in no softirq.',
	judge({path, rates}) {
		if (path?.tunnel.kind !== 'userspace') {
			return undefined;
		}

		const {interface: name} = path.tunnel;
		const program = maximumBy(
			(rates.threads ?? []).filter(({name}) => isTunnelProgram(name)),
			load,
		);
		const used = program === undefined ? undefined : fact(`${program.name}: of one CPU`, percent(load(program)));
		const who = used === undefined ? '' : `: ${program?.name} uses ${used.value} of a CPU`;
		return {
			text: `${name} is a userspace tunnel${who}; each packet crosses into a program and back; first let the kernel's WireGuard carry it (modprobe wireguard, NB_WG_KERNEL_DISABLED)`,
			evidence: [fact(`${name}: kind`, path.tunnel.kind), ...(used === undefined ? [] : [used])],
		};
	},
};

function load({usr, sys}: ThreadRate): number {
	return usr + sys;
}
