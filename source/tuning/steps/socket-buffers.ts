import type {Readings} from '../../model/snapshot.ts';
import type {TuningStep} from '../../model/tuning.ts';
import {type Part, raiseSysctl, toPlan} from './common.ts';
import {seesFall} from './effects.ts';

const mostBytes = 16 * 1024 * 1024;

/** Least, first and most bytes of a TCP socket's buffer, as the guide has them. */
const triples = {
	'net.ipv4.tcp_rmem': [4096, 131_072, mostBytes],
	'net.ipv4.tcp_wmem': [4096, 16_384, mostBytes],
} as const;

/** Losses for want of a receive buffer: `Documentation/networking/snmp_counter.rst`. */
const losses = [
	'TcpExt.TCPRcvQDrop',
	'TcpExt.TCPOFODrop',
	'TcpExt.PruneCalled',
	'TcpExt.RcvPruned',
	'Udp.RcvbufErrors',
];

export const socketBuffers: TuningStep = {
	id: 'socket-buffers',
	key: '7',
	title: 'Let sockets buffer up to 16 MiB',
	why: 'A connection that may not have more on its way than its buffer holds is limited by the distance.',
	answers: ['window-bound', 'udp-socket-overflow'],
	risk: 'none',
	guide:
		'The guide writes fixed values, which would halve the 32 MiB that new kernels allow TCP. WireGuard in the kernel has no socket queue, so this helps connections that end on this machine, and tunnels in userspace, not what is forwarded.',
	effect: {
		counter: 'fewer packets are lost for want of a socket buffer',
		seen(before, after) {
			const [was, is] = [before, after].map(({rates}) =>
				rates.protocols === undefined
					? undefined
					: losses.reduce((sum, name) => sum + (rates.protocols?.[name] ?? 0), 0),
			);
			return seesFall(was, is);
		},
	},
	plan({readings}) {
		return toPlan(
			[
				...['net.core.rmem_max', 'net.core.wmem_max'].map(name => raiseLimit(readings, name)),
				...Object.entries(triples).map(([name, target]) => raiseTriple(readings, name, target)),
			],
			'the sysctls of the sockets have not been read yet',
		);
	},
};

/** Newer kernels show these limits in every network namespace and let only the first one change them. */
function raiseLimit(readings: Readings, name: string): Part {
	const isForeign = readings.machine?.value.networkNamespace === true;
	const part = raiseSysctl(readings, name, mostBytes);
	return isForeign && part.wishes ? {reason: `${name} can only be changed in the first network namespace`} : part;
}

/** Always all three, in order: the kernel takes fewer, and a most below the least, without a word. */
function raiseTriple({sysctls}: Readings, name: string, target: readonly number[]): Part {
	if (sysctls === undefined) {
		return {};
	}
	const now = sysctls.value[name]?.split(' ').map(Number);
	if (now?.length !== 3 || now.some(each => !Number.isFinite(each))) {
		return {reason: `${name} cannot be read here`};
	}
	const raised = target.map((each, index) => Math.max(each, now[index] ?? 0));
	const [least = 0, first = 0, most = 0] = raised;
	const ordered = [least, Math.max(least, first), Math.max(least, first, most)];
	return ordered.every((each, index) => each === now[index])
		? {reason: `${name} is already ${now.join(' ')}`, holds: true}
		: {wishes: [{setting: {kind: 'sysctl', name}, to: ordered.join(' ')}]};
}
