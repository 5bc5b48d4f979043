import {expect, test} from 'vitest';
import {createCollector} from '../source/collect.ts';
import type {SampleEvent} from '../source/model/events.ts';
import {createMemoryHost, type MemoryHost} from './helpers/memory-host.ts';

const forever = Number.POSITIVE_INFINITY;

/** Two CPUs and one interface, as a container without any program has them. */
function setUp(): MemoryHost {
	return createMemoryHost({
		'/proc/stat': 'cpu  2 0 2 6 0 0 0 0 0 0\ncpu0 1 0 1 3 0 0 0 0 0 0\ncpu1 1 0 1 3 0 0 0 0 0 0\nbtime 1700000000\n',
		'/proc/interrupts':
			'           CPU0       CPU1\n 38:          5          7 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0\n',
		'/proc/softirqs': '                    CPU0       CPU1\n      NET_RX:         11         12\n',
		'/proc/net/softnet_stat': '00000001 00000000 00000000\n00000002 00000000 00000000\n',
		'/proc/net/snmp': 'Ip: Forwarding FragCreates\nIp: 1 3\n',
		'/proc/net/netstat': 'TcpExt: TCPBacklogDrop\nTcpExt: 4\n',
		'/sys/class/net/eth0/ifindex': '2\n',
		'/sys/class/net/eth0/mtu': '1500\n',
		'/sys/class/net/eth0/device/uevent': 'PCI_SLOT_NAME=0000:00:03.0\n',
		'/sys/class/net/eth0/queues/rx-0/rps_cpus': '0\n',
		'/sys/class/net/eth0/statistics/rx_bytes': '1000\n',
	});
}

function withDriver(host: MemoryHost): MemoryHost {
	host.links.set('/sys/class/net/eth0/device/driver', '../../../../bus/virtio/drivers/virtio_net');
	return host;
}

function problemsOf(event: SampleEvent, source: string): string[] {
	return event.problems.filter(problem => problem.source === source).map(({message}) => message);
}

test('reads what is there, and says by name what is missing and how to get it', async () => {
	const host = withDriver(setUp());
	const collector = createCollector(host);
	const {readings, problems} = await collector.collect(forever);
	expect(readings.cpuTimes?.value.cpus).toHaveLength(2);
	expect(readings.protocols?.value).toMatchObject({'Ip.FragCreates': 3, 'TcpExt.TCPBacklogDrop': 4});
	expect(readings.linkStatistics?.value).toEqual({eth0: {rx_bytes: 1000, ifindex: 2}});
	expect(readings.conntrack).toBeUndefined();
	expect(problems.map(({source, message}) => [source, /apt install [\w-]+/.exec(message)?.[0]])).toEqual([
		['wireguard', 'apt install wireguard-tools'],
		['addresses', 'apt install iproute2'],
		['nicStatistics', 'apt install ethtool'],
		['qdiscs', 'apt install iproute2'],
		['nics', 'apt install ethtool'],
	]);
});

test('a kernel without counters of connection tracking says how full it is', async () => {
	const host = setUp();
	host.files.set('/proc/sys/net/netfilter/nf_conntrack_count', '65536\n');
	const read = async () => (await createCollector(host).collect(forever)).readings.conntrack?.value;
	expect(await read()).toBeUndefined();
	host.files.set('/proc/sys/net/netfilter/nf_conntrack_max', '65536\n');
	expect(await read()).toEqual({entries: 65_536, max: 65_536, cpus: []});
	host.files.set('/proc/net/stat/nf_conntrack', 'entries drop\n00010000 00000003\n');
	expect(await read()).toEqual({entries: 65_536, max: 65_536, cpus: [{drop: 3}]});
});

test('never asks wg for anything that holds a secret', async () => {
	const host = setUp();
	host.programs.set('wg', {stdout: ''});
	host.files.set('/sys/class/net/wt0/ifindex', '7\n');
	host.files.set('/sys/class/net/wt0/uevent', 'DEVTYPE=wireguard\n');
	const collector = createCollector(host);
	await collector.collect(forever);
	const asked = host.runs.filter(words => words.startsWith('wg '));
	expect(asked.length).toBeGreaterThan(3);
	expect(asked.filter(words => /dump|private|preshared|showconf/.test(words))).toEqual([]);
});

test('a source that fails costs itself alone, keeps its reason until it answers, and is asked less often', async () => {
	const host = setUp();
	const collector = createCollector(host);
	await collector.collect(forever);
	const good = host.files.get('/proc/interrupts') ?? '';
	host.files.set('/proc/interrupts', 'rubbish\n');
	host.time += 1;
	const broken = await collector.collect(forever);
	expect(broken.readings.interrupts).toBeUndefined();
	expect(broken.readings.cpuTimes).toBeDefined();
	expect(problemsOf(broken, 'interrupts')).toHaveLength(1);

	host.files.set('/proc/interrupts', good);
	host.time += 1;
	const waiting = await collector.collect(forever);
	expect(waiting.readings.interrupts).toBeUndefined();
	expect(problemsOf(waiting, 'interrupts')).toHaveLength(1);
	host.time += 1;
	const healed = await collector.collect(forever);
	expect(healed.readings.interrupts).toBeDefined();
	expect(problemsOf(healed, 'interrupts')).toEqual([]);
});

test('a file that has gone takes its source along, which comes back with it', async () => {
	const host = setUp();
	const collector = createCollector(host);
	await collector.collect(forever);
	const text = host.files.get('/proc/net/softnet_stat') ?? '';
	host.files.delete('/proc/net/softnet_stat');
	host.time += 1;
	expect((await collector.collect(forever)).gone).toEqual(['softnet']);
	host.files.set('/proc/net/softnet_stat', text);
	for (let tick = 0; tick < 3; tick++) {
		host.time += 1;
		const {readings} = await collector.collect(forever);
		if (readings.softnet !== undefined) {
			return;
		}
	}
	expect.fail('softnet did not come back within 3 s');
});

test('a program that hangs delays no tick, and its answer comes with a later one', async () => {
	const host = setUp();
	const {promise: late, resolve: answer} = Promise.withResolvers<{stdout: string}>();
	host.programs.set('tc', () => late);
	const collector = createCollector(host);
	for (let tick = 0; tick < 5; tick++) {
		const event = await collector.collect(0.01);
		expect(event.readings.cpuTimes).toBeDefined();
		expect(event.readings.qdiscs).toBeUndefined();
		host.time += 1;
	}
	expect(host.runs.filter(words => words.startsWith('tc -j'))).toHaveLength(1);
	answer({stdout: '[]'});
	await late;
	expect((await collector.collect(0.05)).readings.qdiscs?.value).toEqual([]);
});

test('slow sources keep their own period', async () => {
	const host = setUp();
	host.programs.set('tc', {stdout: '[]'});
	const collector = createCollector(host);
	const read = [];
	for (let tick = 0; tick < 6; tick++) {
		const {readings} = await collector.collect(forever);
		read.push(
			[readings.softirqs, readings.qdiscs, readings.sysctls].map(reading => (reading === undefined ? 0 : 1)).join(''),
		);
		host.time += 1;
	}
	expect(read).toEqual(['111', '100', '110', '100', '110', '101']);
});

test('in a calm slow sources are read less often, and at once when packets flow', async () => {
	const host = withDriver(setUp());
	host.programs.set('tc', {stdout: '[]'});
	const packets = '/sys/class/net/eth0/statistics/rx_packets';
	host.files.set(packets, '5\n');
	const collector = createCollector(host);
	const read = [];
	for (let tick = 0; tick < 30; tick++) {
		if (tick === 24) {
			host.files.set(packets, '5000\n');
		}
		const {readings} = await collector.collect(forever);
		if (readings.qdiscs !== undefined) {
			read.push(tick);
		}
		host.time += 1;
	}
	expect(read).toEqual([0, 2, 4, 6, 21, 24, 26, 28]);
});

test('what the machine is is read each minute, the versions of its programs seldom', async () => {
	const host = setUp();
	host.files.set('/proc/sys/kernel/hostname', 'alpha\n');
	host.programs.set('ip -V', {stdout: 'ip utility, iproute2-6.1.0\n'});
	const collector = createCollector(host);
	const read = [];
	for (let minute = 0; minute <= 10; minute++) {
		const {readings} = await collector.collect(forever);
		read.push(readings.machine?.value.tools.ip);
		host.time += 60;
	}
	expect(read).toEqual(Array.from({length: 11}, () => '6.1.0'));
	expect(host.runs.filter(words => words === 'ip -V')).toHaveLength(2);
});

test('an eager collector reads all counters at every call', async () => {
	const host = setUp();
	host.programs.set('tc', {stdout: '[]'});
	const collector = createCollector(host, {eager: true});
	await collector.collect(forever);
	host.time += 0.5;
	expect((await collector.collect(forever)).readings.qdiscs).toBeDefined();
});

test('an interface that comes makes the facts due at once', async () => {
	const host = setUp();
	const collector = createCollector(host);
	await collector.collect(forever);
	host.time += 1;
	expect((await collector.collect(forever)).readings.links).toBeUndefined();
	host.files.set('/sys/class/net/wt0/ifindex', '7\n');
	host.files.set('/sys/class/net/wt0/uevent', 'DEVTYPE=wireguard\nINTERFACE=wt0\n');
	host.time += 1;
	const {readings} = await collector.collect(forever);
	expect(readings.links?.value.map(({name, kind}) => [name, kind])).toEqual([
		['eth0', undefined],
		['wt0', 'wireguard'],
	]);
});

test('a changed number of queues makes the facts due at once', async () => {
	const host = withDriver(setUp());
	const collector = createCollector(host);
	await collector.collect(forever);
	host.time += 1;
	await collector.collect(forever);
	host.files.set('/sys/class/net/eth0/queues/rx-1/rps_cpus', '0\n');
	host.time += 1;
	const {readings} = await collector.collect(forever);
	expect(readings.links?.value[0]?.rxQueues).toHaveLength(2);
});

test('a source that costs too much is read less often, and says so', async () => {
	const host = setUp();
	host.costs.set('/proc/interrupts', 0.2);
	const collector = createCollector(host);
	const first = await collector.collect(forever);
	expect(problemsOf(first, 'interrupts')).toEqual(['takes 200 ms: read every 4.0 s']);
	host.time += 1;
	expect((await collector.collect(forever)).readings.interrupts).toBeUndefined();
	host.time += 3;
	expect((await collector.collect(forever)).readings.interrupts).toBeDefined();
});

test('what becomes known in the first ticks is no change: a device is asked for its facts once', async () => {
	const host = withDriver(setUp());
	host.programs.set('ethtool', {stdout: 'driver: virtio_net\n'});
	host.programs.set('ip', {stdout: '[]'});
	host.programs.set('ip -j route show default', {stdout: '[{"dst":"default","dev":"eth0"}]'});
	const collector = createCollector(host);
	const asked = () => host.runs.filter(words => words === 'ethtool -i eth0').length;
	for (let tick = 0; tick < 4; tick++) {
		await collector.collect(forever);
		host.time += 1;
	}
	expect(asked()).toBe(1);
	host.files.set('/sys/class/net/eth0/queues/rx-1/rps_cpus', '0\n');
	await collector.collect(forever);
	expect(asked()).toBe(2);
});

test('facts that are read seldom are asked for again soon after a failure, and what was known stays', async () => {
	const host = setUp();
	const late = {stdout: '', stderr: 'no answer within 2 s', timedOut: true};
	const peers = (line: string) => ({stdout: `wt0\t${'A'.repeat(43)}=\t${line}\n`});
	host.programs.set('wg', {stdout: ''});
	host.programs.set('wg show all transfer', peers('5\t6'));
	host.programs.set('wg show all endpoints', peers('192.0.2.1:51820'));
	host.programs.set('ip', {stdout: '[]'});
	host.programs.set('ip -j route get 192.0.2.1', late);
	const collector = createCollector(host);
	await collector.collect(forever);
	const first = await collector.collect(forever);
	expect(first.readings.routes).toBeUndefined();
	expect(problemsOf(first, 'routes')).toEqual([expect.stringContaining('no answer within 2 s')]);
	host.programs.set('ip -j route get 192.0.2.1', {stdout: '[{"dst":"192.0.2.1","dev":"eth0"}]'});
	host.time += 4;
	const second = await collector.collect(forever);
	expect(second.readings.routes?.value).toContainEqual({endpoint: '192.0.2.1:51820', device: 'eth0'});
	expect(problemsOf(second, 'routes')).toEqual([]);
});

test('of what ethtool does not answer in time stands what was known, what the driver refuses is absent', async () => {
	const host = withDriver(setUp());
	const rings = 'Pre-set maximums:\nRX:\t\t1024\nTX:\t\t256\nCurrent hardware settings:\nRX:\t\t256\nTX:\t\t128\n';
	host.programs.set('ethtool', {stdout: '', stderr: 'netlink error: Operation not supported', status: 95});
	host.programs.set('ethtool -i eth0', {stdout: 'driver: virtio_net\n'});
	host.programs.set('ethtool -g eth0', {stdout: `Ring parameters for eth0:\n${rings}`});
	const collector = createCollector(host);
	await collector.collect(forever);
	host.programs.set('ethtool -g eth0', {stdout: '', stderr: 'no answer within 2 s', timedOut: true});
	host.time += 60;
	const {readings} = await collector.collect(forever);
	expect(readings.nics?.value).toMatchObject([{device: 'eth0', rings: {current: {rx: 256, tx: 128}}}]);
	expect(readings.nics?.value[0]).not.toHaveProperty('channels');
});
