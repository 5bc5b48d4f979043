import {findLocalLoss} from './losses.ts';
import type {Rule} from './rule.ts';
import {fact, rate, share} from './words.ts';

/**
TCP sends again what this host has not dropped: the loss is further on. What WireGuard drops between its own stages is counted
nowhere, so that a full stage explains it as well. What the receiver had already (DSACK) was late, not lost.
*/
export const tcpRetransmitsWithoutLocalDrops: Rule = {
	id: 'tcp-retransmits-without-local-drops',
	severity: 'limit',
	needs: ['protocols', 'device drops', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	symptomOf: [
		...[
			'relayed-peer',
			'userspace-wireguard',
			'routing-loop',
			'fragmentation',
			'conntrack-full',
			'steal',
			'cloud-egress-cap',
		],
		...['nic-ring-overflow', 'softnet-backlog', 'qdisc-drops', 'load-generator-bound', 'irq-pile-up', 'single-queue'],
		...[
			'other-traffic',
			'softirq-pinned',
			'wireguard-receive-serial',
			'wireguard-transmit-serial',
			'crypto-bound',
			'at-the-ceiling',
		],
	],
	refutedBy: 'a drop counter of this host or of the other end grows as fast as the retransmits',
	steps: ['bbr-fq'],
	judge({path, rates}, held) {
		const again = rates.protocols?.['Tcp.RetransSegs'] ?? 0;
		const needless = rates.protocols?.['TcpExt.TCPDSACKRecv'] ?? 0;
		const sent = rates.protocols?.['Tcp.OutSegs'] ?? 0;
		const part = Math.max(0, again - needless) / Math.max(1, sent);
		const local = findLocalLoss(rates);
		if (path?.direction !== 'out' || sent < 200 || part < (held ? 0.004 : 0.01) || local > 0.2 * again) {
			return undefined;
		}

		const ratio = fact('Tcp RetransSegs that were needed, of OutSegs', share(part));
		const segments = fact('Tcp RetransSegs', rate(again, 'segments'));
		const lost = fact('lost on this host, in the layer that loses most', rate(local, 'packets'));
		return {
			text: `TCP has to send ${ratio.value} of its segments again (${segments.value}), and this host loses ${lost.value}: the loss is on the way, at the other end, or in a queue of the VM's host; look there`,
			evidence: [ratio, segments, fact('TcpExt TCPDSACKRecv', rate(needless, 'segments')), lost],
		};
	},
};
