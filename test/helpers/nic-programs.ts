import type {ProgramOutput} from '../../source/host.ts';
import type {FakeProgram} from './host.ts';

/** One NIC as ethtool and tc see it; a test reads and sets it between their runs. */
export interface NicState {
	combined: number;
	readonly maximum: number;
	ring: number;
	readonly maximumRing: number;
	/** Letters of `rx-flow-hash udp4`. */
	hash: string;
	/** Ring by bucket; absent: a NIC without RSS. */
	table?: readonly number[] | undefined;
	/** Whether somebody has set the table. */
	isTableSet: boolean;
	/** The kinds of the send queues that there could be; those in use are shown. */
	children: string[];
	/** `0:` while the kernel's own default is there. */
	handle: string;
	/** What a new default would be: `net.core.default_qdisc`. */
	readonly defaultQdisc: () => string;
	ifindex: number;
}

export function createNicState(facts: Partial<NicState> = {}): NicState {
	const maximum = facts.maximum ?? 4;
	return {
		combined: 1,
		maximum,
		ring: 256,
		maximumRing: 1024,
		hash: 'sdfn',
		table: Array.from({length: 8}, (_, bucket) => bucket % (facts.combined ?? 1)),
		isTableSet: false,
		children: Array.from({length: maximum}, (_, queue) => (queue === 0 ? 'fq_codel' : 'pfifo_fast')),
		handle: '0:',
		defaultQdisc: () => 'fq_codel',
		ifindex: 2,
		...facts,
	};
}

/** `ethtool`, `tc` and `ip` of a machine with this NIC, as ethtool 6.1 and iproute2 6.1 talk to virtio_net of Linux 6.1. */
export function createNicPrograms(nic: NicState): Record<'ethtool' | 'tc' | 'ip', FakeProgram> {
	return {
		ethtool: ([option = '', , ...words]) =>
			ethtoolCommands[option]?.(nic, words) ?? fail('bad command line argument(s)'),
		tc: words => runTc(nic, words),
		ip: () => ({stdout: `[{"ifindex":${nic.ifindex},"ifname":"eth0"}]`}),
	};
}

const ethtoolCommands: Readonly<Record<string, (nic: NicState, words: readonly string[]) => Partial<ProgramOutput>>> = {
	'-l': ({maximum, combined}) => ({stdout: showLimits('Channel', {Combined: maximum}, {Combined: combined})}),
	'-g': ({maximumRing, ring}) => ({stdout: showLimits('Ring', {RX: maximumRing}, {RX: ring})}),
	'-n': ({hash}) => ({
		stdout: `UDP over IPV4 flows use these fields for computing Hash flow key:\n${
			hash === '' ? 'None' : [...hash].map(letter => hashFields[letter]).join('\n')
		}\n`,
	}),
	'-x': ({table, combined}) => ({
		stdout: `RX flow hash indirection table for eth0 with ${combined} RX ring(s):\n${
			table === undefined ? 'Operation not supported\n' : showTable(table)
		}RSS hash key:\nOperation not supported\nRSS hash function:\n    toeplitz: on\n`,
	}),
	'-L': (nic, [, count]) => {
		const wanted = Number(count);
		if (wanted > nic.maximum) {
			return fail(
				'netlink error: requested channel count exceeds maximum (offset 36)\nnetlink error: Invalid argument',
			);
		}
		if (nic.isTableSet && nic.table?.some(ring => ring >= wanted)) {
			return fail(
				'netlink error: requested channel counts are too low for existing indirection table settings\nnetlink error: Invalid argument',
			);
		}
		nic.combined = wanted;
		if (!nic.isTableSet && nic.table) {
			nic.table = nic.table.map((_, bucket) => bucket % wanted);
		}
		return {};
	},
	'-G': (nic, [, size]) => {
		if (Number(size) > nic.maximumRing) {
			return fail(
				'netlink error: requested ring size exceeds maximum (offset 36)\nnetlink error: Invalid argument',
				81,
			);
		}
		nic.ring = Number(size);
		return {};
	},
	'-N': (nic, [, , letters = '']) => {
		if (nic.hash === '') {
			return {stderr: 'Cannot change RX network flow hashing options: Invalid argument\n'};
		}
		nic.hash = letters;
		return {};
	},
	'-X': (nic, words) => {
		const [how, ...counts] = words;
		if (nic.table === undefined) {
			return fail('Cannot set RX flow hash configuration: Operation not supported');
		}
		nic.isTableSet = how !== 'default';
		const rings = how === 'default' ? nic.combined : Number(counts[0]);
		nic.table =
			how === 'weight'
				? counts.flatMap((count, ring) => Array<number>(Number(count)).fill(ring))
				: nic.table.map((_, bucket) => bucket % rings);
		return {};
	},
};

const hashFields: Readonly<Record<string, string>> = {
	s: 'IP SA',
	d: 'IP DA',
	f: 'L4 bytes 0 & 1 [TCP/UDP src port]',
	n: 'L4 bytes 2 & 3 [TCP/UDP dst port]',
};

function showLimits(what: string, maximum: Record<string, number>, current: Record<string, number>): string {
	const show = (values: Record<string, number>): string =>
		['RX', 'TX', 'Combined'].map(name => `${name}:\t\t${values[name] ?? 'n/a'}\n`).join('');
	return `${what} parameters for eth0:\nPre-set maximums:\n${show(maximum)}Current hardware settings:\n${show(current)}`;
}

function showTable(table: readonly number[]): string {
	return `    0:   ${table.map(ring => `   ${ring}`).join('')}\n`;
}

function runTc(nic: NicState, words: readonly string[]): Partial<ProgramOutput> {
	const [, verb] = words;
	if (verb === 'replace' && words.includes('root')) {
		nic.handle = '8001:';
		nic.children = nic.children.map(() => nic.defaultQdisc());
		return {};
	}
	if (verb === 'replace') {
		const queue = Number.parseInt(words.at(-2)?.split(':')[1] ?? '', 16) - 1;
		nic.children[queue] = words.at(-1) ?? '';
		return nic.handle === '0:' ? fail('Error: Failed to find specified qdisc.', 2) : {};
	}
	if (verb === 'delete') {
		if (nic.handle === '0:') {
			return fail('Error: Cannot delete qdisc with handle of zero.', 2);
		}
		nic.handle = '0:';
		nic.children = nic.children.map((_, queue) => (queue < nic.combined ? nic.defaultQdisc() : 'pfifo_fast'));
		return {};
	}
	const root = {kind: 'mq', handle: nic.handle, root: true};
	const major = nic.handle === '0:' ? ':' : nic.handle;
	const children = nic.children
		.slice(0, nic.combined)
		.map((kind, queue) => ({kind, handle: '0:', parent: `${major}${(queue + 1).toString(16)}`}));
	return {stdout: JSON.stringify([root, ...children.reverse()])};
}

function fail(stderr: string, status = 1): Partial<ProgramOutput> {
	return {stderr, status};
}
