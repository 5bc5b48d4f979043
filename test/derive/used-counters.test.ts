import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {usedProtocolCounters} from '../../source/derive/protocol-drops.ts';

test('every protocol counter that the program names is read', () => {
	const source = path.join(import.meta.dirname, '../../source');
	const files = readdirSync(source, {recursive: true, encoding: 'utf8'}).filter(file => /\.tsx?$/.test(file));
	const named = files
		// These name what is no counter.
		.filter(file => file !== path.join('derive', 'counter-rates.ts'))
		.flatMap(file => [
			...readFileSync(path.join(source, file), 'utf8').matchAll(/'((?:Ip|Udp|Tcp|Icmp)(?:6|Ext)?\.\w+)'/g),
		])
		.flatMap(([, name]) => name ?? []);
	expect(named).toContain('TcpExt.TCPDSACKRecv');
	expect(named.filter(name => !usedProtocolCounters.has(name))).toEqual([]);
});
