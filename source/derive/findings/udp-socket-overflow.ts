import type {Evidence} from '../../model/findings.ts';
import type {Path} from '../path.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
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
	judge(scene, held) {
		const {path, rates} = scene;
		const sum = (name: string) => (rates.protocols?.[`Udp.${name}`] ?? 0) + (rates.protocols?.[`Udp6.${name}`] ?? 0);
		const lost = sum('RcvbufErrors');
		const part = lost / Math.max(1, lost + sum('InDatagrams'));
		if (path === undefined || lost < few || part < (held ? 3e-4 : 1e-3)) {
			return undefined;
		}

		const dropped = fact('Udp RcvbufErrors', rate(lost, 'datagrams'));
		const ratio = fact('Udp: lost of what came for sockets', share(part));
		const {words, evidence, isTunnels} = findOwner(scene, path);
		return {
			text: `UDP sockets overflow: ${dropped.value}, ${ratio.value} of what came for them; ${words}`,
			evidence: [dropped, ratio, fact(`${path.tunnel.interface}: kind`, path.tunnel.kind), ...evidence],
			severity: isTunnels ? 'fault' : 'hint',
			...(!isTunnels && {steps: []}),
		};
	},
};

/** Datagrams a second that are no matter. */
const few = 10;

interface Owner {
	readonly words: string;
	readonly evidence: readonly Evidence[];
	readonly isTunnels: boolean;
}

/** Whose sockets they are: the counter is the host's, the tunnel's own socket has one of its own. */
function findOwner(scene: Scene, path: Path): Owner {
	const {interface: name, kind} = path.tunnel;
	if (path.peers.some(({connection}) => connection === 'relayed')) {
		return {words: `the program that carries ${name} reads too slowly`, evidence: [], isTunnels: true};
	}
	if (kind !== 'userspace') {
		const words = `not the tunnel's, which the kernel takes before any socket, but those of another program (iperf3 -u)`;
		return {words, evidence: [], isTunnels: false};
	}

	const own = measureOwn(scene, name);
	if (own === undefined) {
		const words = `the program that carries ${name} reads too slowly, or another one does (ss -uanm tells by the d of each)`;
		return {words, evidence: [], isTunnels: false};
	}

	const owned = fact(`socket of ${name}: drops`, rate(own, 'datagrams'));
	return own < few
		? {
				words: `not the socket of ${name} (${owned.value}), but those of another program (iperf3 -u)`,
				evidence: [owned],
				isTunnels: false,
			}
		: {
				words: `${owned.value} of them at the socket of ${name}, whose program reads too slowly`,
				evidence: [owned],
				isTunnels: true,
			};
}

/** Datagrams a second that the tunnel's own socket had no room for. */
function measureOwn({readings, previous}: Scene, tunnel: string): number | undefined {
	const [now, before] = [readings.wireguard, previous.wireguard];
	const find = (reading: typeof now) => reading?.value.find(each => each.interface === tunnel)?.socketDrops;
	const [newer, older] = [find(now), find(before)];
	const seconds = (now?.at ?? 0) - (before?.at ?? 0);
	return newer === undefined || older === undefined || seconds <= 0 || newer < older
		? undefined
		: (newer - older) / seconds;
}
