import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import fc from 'fast-check';
import {expect, onTestFinished, test} from 'vitest';
import {createLinkStatisticsReader} from '../../source/collect/link-statistics.ts';
import {createRealHost} from '../../source/host.ts';
import type {Topology} from '../../source/model/topology.ts';
import {netDevColumns, parseNetDevRow} from '../../source/parse/net-dev.ts';
import {createMemoryHost, type MemoryHost} from '../helpers/memory-host.ts';
import {makeNamespaces, missing} from '../helpers/namespaces.ts';
import {writeNetDev} from '../helpers/net-dev.ts';

const topology: Topology = {tunnels: [], underlays: [], pathDevices: ['wt0'], irqs: {}};

function setUp() {
	const host = createMemoryHost({
		'/sys/class/net/wt0/ifindex': '7\n',
		'/sys/class/net/wt0/statistics/rx_bytes': '18446744073709551615\n',
		'/sys/class/net/wt0/statistics/tx_bytes': '12\n',
	});
	const readStatistics = createLinkStatisticsReader();
	return {host, read: () => readStatistics({host, topology, readings: {}, note: () => undefined}).value};
}

test('reads every counter of the path’s interfaces, large ones too', () => {
	expect(setUp().read()).toEqual({wt0: {rx_bytes: 2 ** 64, tx_bytes: 12, ifindex: 7}});
});

test('an interface that was made anew under its name has the counters that it has now', () => {
	const {host, read} = setUp();
	read();
	host.files.set('/sys/class/net/wt0/ifindex', '8\n');
	host.files.set('/sys/class/net/wt0/statistics/rx_nohandler', '3\n');
	expect(read()).toMatchObject({wt0: {rx_nohandler: 3, ifindex: 8}});
});

test('what is open of a name is opened anew when another device has it, and only then', () => {
	const {host, read} = setUp();
	const wt0 = '/sys/class/net/wt0';
	for (const ifindex of [7, 7, 8, 8, 7]) {
		host.files.set(`${wt0}/ifindex`, `${ifindex}\n`);
		read();
	}
	expect(host.forgotten).toEqual([wt0, wt0, wt0]);
});

test('so is what was open of a name that had gone for a while', () => {
	const {host, read} = setUp();
	read();
	const files = new Map(host.files);
	host.files.clear();
	read();
	host.forgotten.length = 0;
	for (const [path, text] of files) {
		host.files.set(path, text);
	}
	read();
	expect(host.forgotten).toEqual(['/sys/class/net/wt0']);
});

/** Prints what the reader tells of `v0`, `rx_packets` of its file, and the same again, each time a line comes in. */
const printer = `
const [{createLinkStatisticsReader}, {createRealHost}, {createInterface}, {readFileSync}] = await Promise.all([
	import(${JSON.stringify(new URL('../../source/collect/link-statistics.ts', import.meta.url).href)}),
	import(${JSON.stringify(new URL('../../source/host.ts', import.meta.url).href)}),
	import('node:readline'),
	import('node:fs'),
]);
const topology = {tunnels: [], underlays: [], pathDevices: ['v0'], irqs: {}};
const read = createLinkStatisticsReader();
const context = {host: createRealHost(), topology, readings: {}, note() {}};
for await (const _ of createInterface({input: process.stdin})) {
	const {ifindex, rx_packets} = read(context).value.v0;
	const [index, packets] = ['ifindex', 'statistics/rx_packets'].map(name => Number(readFileSync('/sys/class/net/v0/' + name)));
	console.log(JSON.stringify({ifindex, rx_packets, index, packets}));
}
context.host.close();
`;

test.skipIf(missing !== undefined)('two real devices that swap their names swap their counters', async context => {
	const {start} = await makeNamespaces(context);
	const run = async (lines: string) =>
		expect(await start('here', ['sh', '-ec', lines]).ended).toMatchObject({status: 0});
	await run('ip link add other type veth peer name rest && ping -c 2 -i 0.2 10.99.0.2');
	const {child} = start('here', [process.execPath, '--input-type=module', '-e', printer], 'pipe');
	const answers = createInterface({input: child.stdout as Readable})[Symbol.asyncIterator]();
	const ask = async () => {
		child.stdin?.write('\n');
		return JSON.parse((await answers.next()).value as string) as Readonly<
			Record<'ifindex' | 'rx_packets' | 'index' | 'packets', number>
		>;
	};
	const first = await ask();
	expect(first.rx_packets).toBeGreaterThan(0);
	await ask();

	const swap = 'ip link set v0 name third && ip link set other name v0 && ip link set third name other';
	await run(`ip link set v0 down && ${swap}`);

	const second = await ask();
	expect(second.ifindex).not.toBe(first.ifindex);
	expect(second).toMatchObject({ifindex: second.index, rx_packets: 0, packets: 0});
	expect(await ask()).toMatchObject({ifindex: second.index, rx_packets: 0});
});

test('one that has gone has none', () => {
	const {host, read} = setUp();
	read();
	host.files.clear();
	expect(read()).toEqual({});
});

const folder = '/sys/class/net/wt0/statistics';
const names = [...netDevColumns.flat(), 'rx_nohandler'];

/** A machine with every counter of `wt0`, as files and in the table of all interfaces. */
function setUpTable() {
	const {host, read} = setUp();
	const counters: Record<string, number> = Object.fromEntries(names.map(name => [name, 0]));
	const add = (name: string, count: number): void => {
		counters[name] = (counters[name] ?? 0) + count;
		writeCounters(host, counters);
	};
	writeCounters(host, counters);
	return {host, counters, add, read};
}

function writeCounters(host: MemoryHost, counters: Readonly<Record<string, number>>): void {
	for (const [name, value] of Object.entries(counters)) {
		host.files.set(`${folder}/${name}`, `${value}\n`);
	}
	host.files.set('/proc/net/dev', writeNetDev({lo: {}, wt0: counters}));
}

test('with the table of all interfaces every counter has the value of its file, whichever grows', () => {
	const growth = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat({max: 5})), {maxLength: 4});
	fc.assert(
		fc.property(fc.array(growth), ticks => {
			const {counters, add, read} = setUpTable();
			for (const tick of ticks) {
				for (const [name, count] of tick) {
					add(name, count);
				}
				expect(read().wt0).toEqual({...counters, ifindex: 7});
			}
		}),
	);
});

test('what stands in the table is not read from its file again, nor what cannot have changed', () => {
	const {host, add, read} = setUpTable();
	add('tx_packets', 1);
	read();
	read();
	const before = host.reads.length;
	add('rx_bytes', 100);
	add('rx_dropped', 1);
	expect(read().wt0).toMatchObject({rx_bytes: 100, rx_dropped: 1});
	const files = ['rx_dropped', 'rx_missed_errors', 'rx_nohandler'].map(name => `${folder}/${name}`);
	expect(host.reads.slice(before).sort()).toEqual(['/proc/net/dev', '/sys/class/net/wt0/ifindex', ...files]);
});

test('a new device under an old name is read whole, whatever the table said of the old one', () => {
	const {host, counters, add, read} = setUpTable();
	add('rx_dropped', 6);
	read();
	read();
	// The table is read first: it may still be that of the old one.
	host.files.set('/sys/class/net/wt0/ifindex', '8\n');
	host.files.set(`${folder}/rx_dropped`, '1\n');
	host.files.set(`${folder}/rx_missed_errors`, '1\n');
	expect(read().wt0).toMatchObject({rx_dropped: 1, rx_missed_errors: 1, ifindex: 8});
	writeCounters(host, {...counters, rx_dropped: 4, rx_missed_errors: 2});
	expect(read().wt0).toMatchObject({rx_dropped: 4, rx_missed_errors: 2, ifindex: 8});
});

test('a table that speaks of another interface of the same name is not believed', () => {
	const {host, add, read} = setUpTable();
	add('rx_bytes', 500);
	for (const bytes of [500, 620, 900]) {
		host.files.set('/proc/net/dev', writeNetDev({wt0: {rx_bytes: 40}}));
		host.files.set(`${folder}/rx_bytes`, `${bytes}\n`);
		expect(read().wt0).toMatchObject({rx_bytes: bytes});
	}
});

test('a table of another kernel, or none, leaves the files', () => {
	const {host, add, read} = setUpTable();
	read();
	host.files.set('/proc/net/dev', '   wt0: 1 2 3\n');
	host.files.set(`${folder}/rx_bytes`, '77\n');
	expect(read().wt0).toMatchObject({rx_bytes: 77});
	host.files.delete('/proc/net/dev');
	host.files.set(`${folder}/rx_dropped`, '78\n');
	expect(read().wt0).toMatchObject({rx_bytes: 77, rx_dropped: 78});
	add('rx_missed_errors', 1);
	expect(read().wt0).toMatchObject({rx_missed_errors: 1});
});

test('this machine’s kernel writes the table as it is read here', () => {
	const host = createRealHost();
	onTestFinished(() => host.close());
	const readRow = () => parseNetDevRow(host.readText('/proc/net/dev'), 'lo');
	const readFile = (name: string) => Number(host.readText(`/sys/class/net/lo/statistics/${name}`));
	for (let attempt = 0; attempt < 1000; attempt++) {
		const before = readRow();
		const sums = netDevColumns.map(column => column.reduce((sum, name) => sum + readFile(name), 0));
		if (readRow()?.join() === before?.join()) {
			expect(before).toEqual(sums);
			return;
		}
	}
	expect.fail('packets flowed through lo at every attempt');
});
