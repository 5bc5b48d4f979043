import type {Rule} from './rule.ts';
import {fact, rate, share} from './words.ts';

/**
A program does not read its UDP socket fast enough. The kernel's WireGuard takes its packets before they come to a socket's
queue (`socket.c: wg_receive`): then it is another program's, iperf3's as a rule.
*/
export const udpSocketOverflow: Rule = {
	id: 'udp-socket-overflow',
	severity: 'hint',
	needs: ['protocols', 'tunnel'],
	during: 'traffic',
	rises: 3,
	falls: 6,
	symptomOf: ['userspace-wireguard', 'relayed-peer'],
	refutedBy: 'Udp RcvbufErrors of /proc/net/snmp stands still',
	steps: ['socket-buffers'],
	guide:
		'The guide takes them for the tunnel’s. The kernel’s WireGuard never waits in a socket’s queue: rmem_max does nothing for it.',
	judge({path, rates}, held) {
		const sum = (name: string) => (rates.protocols?.[`Udp.${name}`] ?? 0) + (rates.protocols?.[`Udp6.${name}`] ?? 0);
		const lost = sum('RcvbufErrors');
		const part = lost / Math.max(1, lost + sum('InDatagrams'));
		if (path === undefined || lost < 10 || part < (held ? 3e-4 : 1e-3)) {
			return undefined;
		}

		const dropped = fact('Udp RcvbufErrors', rate(lost, 'datagrams'));
		const ratio = fact('Udp: lost of what came for sockets', share(part));
		const isTunnels = path.tunnel.kind === 'userspace' || path.peers.some(({connection}) => connection === 'relayed');
		const whose = isTunnels
			? `the program that carries ${path.tunnel.interface} reads too slowly`
			: `not the tunnel's, which the kernel takes before any socket, but those of another program (iperf3 -u)`;
		return {
			text: `UDP sockets overflow: ${dropped.value}, ${ratio.value} of what came for them; ${whose}`,
			evidence: [dropped, ratio, fact(`${path.tunnel.interface}: kind`, path.tunnel.kind)],
			severity: isTunnels ? 'fault' : 'hint',
			...(!isTunnels && {steps: []}),
		};
	},
};
