import {expect, test} from 'vitest';
import {createLinkReader, readLinks} from '../../source/collect/links.ts';
import {createCollector} from '../../source/collect.ts';
import type {ProgramOutput} from '../../source/host.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createMemoryHost, type MemoryHost} from '../helpers/memory-host.ts';
import {makeNamespaces, missing} from '../helpers/namespaces.ts';

const eth0 = '/sys/class/net/eth0';
const topology: Topology = {tunnels: [], underlays: [], pathDevices: [], irqs: {}};

/** A machine whose `grep` gives what the files hold that the kernel reads under its lock. */
function setUp() {
	const host = createMemoryHost({
		'/proc/stat': 'cpu0 1 0 1 3 0 0 0 0 0 0\n',
		[`${eth0}/ifindex`]: '2\n',
		[`${eth0}/mtu`]: '1500\n',
		[`${eth0}/queues/rx-0/rps_cpus`]: '3\n',
		[`${eth0}/queues/tx-0/traffic_class`]: '\n',
		[`${eth0}/queues/tx-1/traffic_class`]: '\n',
	});
	const locked = new Map([
		[`${eth0}/speed`, '10000'],
		[`${eth0}/threaded`, '0'],
		[`${eth0}/queues/tx-1/xps_cpus`, '00000000,00000002'],
	]);
	const answer = (): Promise<Partial<ProgramOutput>> =>
		Promise.resolve({stdout: Array.from(locked, ([path, text]) => `${path}:${text}\n`).join(''), status: 2});
	host.programs.set('grep', answer);
	return {host, locked, answer};
}

function createReader(host: MemoryHost) {
	const read = createLinkReader();
	const notes: string[] = [];
	return {notes, read: () => read({host, topology, readings: {}, note: message => notes.push(message)})};
}

const timesOut = () => Promise.resolve({stdout: '', stderr: 'no answer within 2 s', timedOut: true});

test('what the kernel tells only under its network lock is asked of a program, and never read here', async () => {
	const {host, locked} = setUp();
	for (const [path, text] of locked) {
		host.files.set(path, `${text}\n`);
	}
	expect(await readLinks(host)).toMatchObject([
		{
			name: 'eth0',
			mtu: 1500,
			speedMbit: 10_000,
			threaded: false,
			rxQueues: [{queue: 0, rpsCpus: '3'}],
			txQueues: [{queue: 0}, {queue: 1, xpsCpus: '00000000,00000002'}],
		},
	]);
	expect(host.runs).toEqual([
		`grep -sH . ${['speed', 'threaded', 'queues/tx-0/xps_cpus', 'queues/tx-1/xps_cpus'].map(file => `${eth0}/${file}`).join(' ')}`,
	]);
	expect(host.reads.filter(path => locked.has(path))).toEqual([]);
});

test('all else is there at once, with what was told before, and the very same when nothing has changed', async () => {
	const {host, locked} = setUp();
	const {read} = createReader(host);
	const first = read();
	expect(first.now.value).toMatchObject([{name: 'eth0', mtu: 1500}]);
	expect(first.now.value[0]?.speedMbit).toBeUndefined();
	expect((await first.later).value).toMatchObject([{speedMbit: 10_000}]);

	const second = read();
	expect(second.now.value).toEqual((await first.later).value);
	expect(await second.later).toBe(second.now);

	locked.set(`${eth0}/speed`, '25000');
	expect((await read().later).value).toMatchObject([{speedMbit: 25_000}]);
});

test('while somebody holds the lock what was known stands, and it is said', async () => {
	const {host} = setUp();
	const {read, notes} = createReader(host);
	await read().later;
	host.programs.set('grep', timesOut);
	host.files.set(`${eth0}/mtu`, '9000\n');
	const {now, later} = read();
	expect(await later).toBe(now);
	expect(now.value).toMatchObject([{mtu: 9000, speedMbit: 10_000}]);
	expect(notes).toEqual([expect.stringContaining('within 2 s')]);
});

test('what was told of a device is not that of the next one of its name', async () => {
	const {host} = setUp();
	const {read} = createReader(host);
	await read().later;
	host.programs.set('grep', timesOut);
	host.files.set(`${eth0}/ifindex`, '9\n');
	const [link] = (await read().later).value;
	expect([link?.ifindex, link?.speedMbit]).toEqual([9, undefined]);
});

test('without grep, as on an older capture, the files are read', async () => {
	const {host, locked} = setUp();
	host.programs.clear();
	for (const [path, text] of locked) {
		host.files.set(path, `${text}\n`);
	}
	expect(await readLinks(host)).toMatchObject([{speedMbit: 10_000, threaded: false}]);
});

test('a tick waits for nobody who holds the lock, and the others see the interfaces in it', async () => {
	const {host, answer} = setUp();
	let release = (): void => undefined;
	const held = new Promise<void>(resolve => {
		release = resolve;
	});
	host.programs.set('grep', () => held.then(answer));
	host.files.set(`${eth0}/statistics/rx_bytes`, '5\n');
	const collector = createCollector(host);
	const {readings} = await collector.collect(0);
	expect(readings.links?.value).toMatchObject([{name: 'eth0', mtu: 1500}]);
	expect(readings.linkStatistics?.value).toEqual({eth0: {rx_bytes: 5, ifindex: 2}});

	release();
	host.time += 1;
	await new Promise(resolve => setImmediate(resolve));
	expect((await collector.collect(0)).readings.links?.value).toMatchObject([{speedMbit: 10_000}]);
});

test.skipIf(missing !== undefined)('a real device tells its speed and XPS', async context => {
	const {start} = await makeNamespaces(context);
	const [links, host] = ['collect/links.ts', 'host.ts'].map(file =>
		JSON.stringify(new URL(`../../source/${file}`, import.meta.url).href),
	);
	const script = `
		const [{readLinks}, {createRealHost}] = await Promise.all([import(${links}), import(${host})]);
		const host = createRealHost();
		console.log(JSON.stringify(await readLinks(host)));
		host.close();
	`;
	const lines =
		'ip link add two numtxqueues 2 type veth peer name rest; ip link set two up; echo 1 >/sys/class/net/two/queues/tx-1/xps_cpus; exec "$@"';
	const words = [process.execPath, '--input-type=module', '-e', script];
	const {stdout, stderr} = await start('here', ['sh', '-ec', lines, 'sh', ...words]).ended;
	expect(stdout, stderr).not.toBe('');
	const found = JSON.parse(stdout).find((link: {readonly name: string}) => link.name === 'two');
	expect(found).toMatchObject({speedMbit: 10_000, threaded: false, txQueues: [{queue: 0}, {queue: 1}]});
	expect(Number.parseInt(found.txQueues[1].xpsCpus, 16)).toBe(1);
});
