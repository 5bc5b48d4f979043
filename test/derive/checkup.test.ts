import {expect, test} from 'vitest';
import {checkedPrograms} from '../../source/derive/checkup/programs.ts';
import {type Check, type Examined, examine, lacksEssential} from '../../source/derive/checkup.ts';
import type {MachineFacts} from '../../source/model/facts.ts';
import type {Topology} from '../../source/model/topology.ts';
import {at, makeLink} from '../helpers/readings.ts';
import {makeFacts, makeNic} from '../helpers/situation.ts';

const topology: Topology = {
	tunnels: [{interface: 'wt0', kind: 'kernel', underlays: ['eth0']}],
	underlays: [{interface: 'eth0', leaves: ['eth0']}],
	pathDevices: ['wt0', 'eth0'],
	irqs: {24: {device: 'eth0', role: 'rxtx', queue: 0}},
};

const nothing = at(1, {} as never);

/** A machine on which all is there, but for what a test says. */
function makeExamined(parts: Partial<Examined> = {}, facts: Partial<MachineFacts> = {}): Examined {
	const {link, nic} = makeNic({queues: 2, table: [0, 1]});
	return {
		topology,
		problems: [],
		programs: new Set(checkedPrograms.filter(name => name !== 'netbird')),
		readOnly: [],
		modules: {wireguard: true, tcp_bbr: true, sch_fq: true},
		distribution: ['debian'],
		steps: [],
		...parts,
		readings: {
			cpuTimes: nothing,
			interrupts: nothing,
			softirqs: nothing,
			softnet: nothing,
			linkStatistics: nothing,
			protocols: nothing,
			machine: at(1, makeFacts({}, {root: true, netAdmin: true, systemd: true, irqTimeAccounting: true, ...facts})),
			wireguard: at(1, [{interface: 'wt0', peers: [{publicKey: 'beta'}]}]),
			links: at(1, [link, makeLink('wt0', {kind: 'wireguard'})]),
			nics: at(1, [nic]),
			nicStatistics: at(1, {eth0: [{name: 'rx_packets', value: 1}]}),
			...parts.readings,
		},
	};
}

function faults(examined: Examined): Pick<Check, 'id' | 'state' | 'mend'>[] {
	return examine(examined)
		.filter(({state}) => state !== 'ok')
		.map(({id, state, mend}) => ({id, state, ...(mend !== undefined && {mend})}));
}

const without = (gone: string): ReadonlySet<string> =>
	new Set([...makeExamined().programs].filter(name => name !== gone));

test('a machine that has everything has no fault', () => {
	expect(faults(makeExamined())).toEqual([]);
	expect(lacksEssential(examine(makeExamined()))).toBe(false);
});

test.each([
	['ethtool', 'apt install ethtool', false],
	['tc', 'apt install iproute2', false],
	['ip', 'apt install iproute2', true],
	['wg', 'apt install wireguard-tools', true],
	['ping', 'apt install iputils-ping', false],
	['iperf3', 'apt install iperf3', false],
	['flock', 'apt install util-linux', false],
])('a missing %s is mended by one command', (program, mend, isEssential) => {
	const examined = makeExamined({programs: without(program)});
	expect(examine(examined).find(({mend: each}) => each !== undefined)).toMatchObject({mend});
	expect(lacksEssential(examine(examined))).toBe(isEssential);
});

test.each([
	[['rocky', 'rhel', 'centos', 'fedora'], 'dnf install iproute-tc'],
	[['ubuntu', 'debian'], 'apt install iproute2'],
	[['alpine'], 'apk add iproute2'],
	[['opensuse-leap', 'suse'], 'zypper install iproute2'],
	[['arch'], 'pacman -S iproute2'],
	[['never-heard-of'], 'apt install iproute2'],
])('the command is that of the distribution: %j', (distribution, mend) => {
	expect(faults(makeExamined({programs: without('tc'), distribution}))).toEqual([{id: 'tc', state: 'limited', mend}]);
});

test('who is not root is told so, and installs by sudo', () => {
	const examined = makeExamined({programs: without('tc'), readings: {wireguard: at(1, [])}}, {root: false});
	expect(faults(examined)).toEqual([
		{id: 'peers', state: 'missing', mend: 'sudo nbtop'},
		{id: 'tc', state: 'limited', mend: 'sudo apt install iproute2'},
		{id: 'root', state: 'missing', mend: 'sudo nbtop tune'},
	]);
	expect(lacksEssential(examine(examined))).toBe(true);
});

test('a container without rights has no command that would mend it', () => {
	const examined = makeExamined({readOnly: ['/proc/sys'], readings: {wireguard: at(1, [])}}, {netAdmin: false});
	expect(faults(examined)).toEqual([
		{id: 'peers', state: 'missing'},
		{id: 'root', state: 'missing'},
		{id: 'read-only /proc/sys', state: 'missing'},
	]);
});

test('a tunnel in userspace is mended where the kernel has one', () => {
	const userspace = {...topology, tunnels: [{interface: 'wt0', kind: 'userspace' as const, underlays: ['eth0']}]};
	expect(faults(makeExamined({topology: userspace}))).toEqual([
		{id: 'tunnel', state: 'limited', mend: 'sudo modprobe wireguard'},
	]);
	const old = makeExamined({topology: userspace, modules: {wireguard: false, tcp_bbr: true, sch_fq: true}});
	expect(faults(old)).toEqual([{id: 'tunnel', state: 'limited'}]);
});

test('without a tunnel nothing is called its path', () => {
	const examined = makeExamined({topology: {...topology, tunnels: []}});
	expect(examine(examined).find(({id}) => id === 'underlay')?.text).toBe('the default route goes over eth0');
	expect(lacksEssential(examine(examined))).toBe(true);
});

test('a kernel says what it does not measure, and what it does not have', () => {
	expect(faults(makeExamined({modules: {tcp_bbr: false, sch_fq: true}}, {irqTimeAccounting: false}))).toEqual([
		{id: 'irq-time', state: 'limited'},
		{id: 'bbr-modules', state: 'limited'},
	]);
	// Not known is not missing.
	const {modules: _, ...untold} = makeExamined();
	expect(faults(untold)).toEqual([]);
});

test('a device says what its driver lets be set, and what not', () => {
	const {link, nic} = makeNic({queues: 2, driver: 'hv_netvsc'});
	const {rss: _, ...plain} = nic;
	const examined = makeExamined({readings: {links: at(1, [link]), nics: at(1, [plain])}});
	expect(examine(examined).find(({id}) => id === 'device-eth0')).toMatchObject({
		state: 'limited',
		text: 'eth0 (hv_netvsc): 2 of 4 queues in use; a receive ring of 256, at most 1024; interrupts by queue; counters of the driver; no receive hash that can be set; no virtual function (Accelerated Networking)',
	});
});

test('what else could not be read is told in the source’s own words, and nothing twice', () => {
	const problems = [
		{source: 'qdiscs', message: 'tc -j -s qdisc show: bad'},
		{source: 'nics', message: 'ethtool is not installed: x (apt install ethtool)'},
	];
	expect(examine(makeExamined({problems})).filter(({id}) => id.startsWith('source-'))).toEqual([
		{id: 'source-qdiscs', group: 'show', state: 'limited', text: 'tc -j -s qdisc show: bad'},
	]);
});

test('a service of NetBird that does not answer is started, one that is not connected is connected', () => {
	const programs = new Set(checkedPrograms);
	expect(faults(makeExamined({programs}))).toEqual([
		{id: 'netbird', state: 'limited', mend: 'sudo netbird service start'},
	]);
	const idle = {netbird: at(1, {daemonStatus: 'NeedsLogin', peers: []})};
	expect(faults(makeExamined({programs, readings: idle}))).toEqual([
		{id: 'netbird', state: 'limited', mend: 'sudo netbird up'},
	]);
});

test('a step that is ready is one command away, and one that cannot be done says why', () => {
	const steps = [
		{id: 'rings', state: 'ready', text: 'one change'},
		{id: 'mtu', state: 'unavailable', text: 'no tunnel'},
	] as const;
	expect(examine(makeExamined({steps})).filter(({group}) => group === 'step')).toEqual([
		{id: 'rings', group: 'step', state: 'ok', text: 'one change', mend: 'nbtop tune rings'},
		{id: 'mtu', group: 'step', state: 'limited', text: 'no tunnel'},
	]);
});
