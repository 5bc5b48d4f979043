import type {ThreadRate} from '../../model/rates.ts';
import {isTunnelProgram} from '../tunnel-programs.ts';
import {maximumBy, saturated} from './cores.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, percent} from './words.ts';

/**
The tunnel is a program behind a TUN device, not the kernel's WireGuard. It limits where it, or a core, has nothing left; else it
is to be known, and may not be what matters.
*/
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
	judge(scene, held) {
		const {path, rates} = scene;
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
			severity: isAtItsLimit(scene, program, held) ? 'limit' : 'hint',
		};
	},
};

/** Of its threads each can fill one core, and together they can fill all. */
function isAtItsLimit({rates, load: {level}}: Scene, program: ThreadRate | undefined, held: boolean): boolean {
	const enough = held ? saturated.holds : saturated.rises;
	const hottest = maximumBy(rates.cpus ?? [], ({busy}) => busy)?.busy ?? 0;
	return level === 'load' && (hottest >= enough || (program !== undefined && load(program) >= enough));
}

function load({usr, sys}: ThreadRate): number {
	return usr + sys;
}
