import {expect, test} from 'vitest';
import {createThreadReader} from '../../source/collect/threads.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';

/** A line of `/proc/PID/stat` in its 52 fields. */
function stat(pid: number, name: string): string {
	const fields = Array.from({length: 50}, (_, index) => String(index));
	return `${pid} (${name}) S ${fields.slice(1).join(' ')}\n`;
}

function setUp(threads: Readonly<Record<number, string>>) {
	return createMemoryHost(
		Object.fromEntries(Object.entries(threads).map(([pid, name]) => [`/proc/${pid}/stat`, stat(Number(pid), name)])),
	);
}

test('only threads of interest are read, and a second time nothing else is opened', () => {
	const host = setUp({7: 'ksoftirqd/1', 8: 'sshd', 9: 'kworker/1:0-wg-crypt-wt0'});
	const read = createThreadReader();
	expect(read(host).value.map(({name}) => name)).toEqual(['ksoftirqd/1', 'kworker/1:0-wg-crypt-wt0']);
	const before = host.reads.length;
	read(host);
	expect(host.reads.slice(before)).toEqual(['/proc/7/stat', '/proc/9/stat']);
});

test('the program of another network namespace’s tunnel is none of here; others work on the same cores', () => {
	const host = setUp({7: 'wireguard-go', 8: 'wireguard-go', 9: 'boringtun-cli', 10: 'iperf3'});
	host.links.set('/proc/self/ns/net', 'net:[1]');
	host.links.set('/proc/7/ns/net', 'net:[1]');
	host.links.set('/proc/8/ns/net', 'net:[2]');
	host.links.set('/proc/10/ns/net', 'net:[2]');
	expect(createThreadReader()(host).value.map(({pid}) => pid)).toEqual([10, 7, 9]);
	host.links.delete('/proc/self/ns/net');
	expect(createThreadReader()(host).value.map(({pid}) => pid)).toEqual([10, 7, 8, 9]);
});
