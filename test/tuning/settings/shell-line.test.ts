import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {quoteWord} from '../../../source/tuning/settings/names.ts';
import {toShellLine} from '../../../source/tuning/settings.ts';

test.each([
	[{kind: 'sysctl', name: 'net.core.netdev_budget'}, '600', 'sysctl -w net.core.netdev_budget=600'],
	[{kind: 'sysctl', name: 'net.ipv4.tcp_rmem'}, '4096 131072 1', "sysctl -w 'net.ipv4.tcp_rmem=4096 131072 1'"],
	[{kind: 'irq-affinity', irq: 29, actions: 'x'}, '2', 'echo 2 > /proc/irq/29/smp_affinity_list'],
	[
		{kind: 'rps-cpus', device: 'eth0', queue: 0},
		'0000000e',
		'echo 0000000e > /sys/class/net/eth0/queues/rx-0/rps_cpus',
	],
	[{kind: 'mtu', device: 'wt0'}, '1420', 'ip link set dev wt0 mtu 1420'],
	[{kind: 'channels', device: 'eth0', field: 'combined'}, '4', 'ethtool -L eth0 combined 4'],
	[{kind: 'ring', device: 'eth0', field: 'rx'}, '1024', 'ethtool -G eth0 rx 1024'],
	[{kind: 'rx-flow-hash', device: 'eth0', flow: 'udp4'}, 'sdfn', 'ethtool -N eth0 rx-flow-hash udp4 sdfn'],
	[{kind: 'rss-table', device: 'eth0'}, 'weight 6 1', 'ethtool -X eth0 weight 6 1'],
	[
		{kind: 'root-qdisc', device: 'eth0'},
		'mq fq',
		'sysctl -w net.core.default_qdisc=fq && tc qdisc replace dev eth0 root mq',
	],
	[{kind: 'netbird-mtu'}, '1420', 'netbird down && netbird up --mtu 1420'],
	[{kind: 'service', unit: 'irqbalance.service'}, 'inactive', 'systemctl stop irqbalance.service'],
] as const satisfies readonly (readonly [Setting, string, string])[])('%j → %s is %s', (setting, to, line) => {
	expect(toShellLine(setting, to)).toBe(line);
});

const hostile = `q'"$;&\\\``;

test('a name with quotes and signs of the shell stays one word', () => {
	const line = toShellLine({kind: 'mtu', device: hostile}, '1400').replace(/^ip /, 'printf "%s\\n" ');
	expect(execFileSync('sh', ['-c', line]).toString()).toBe(`link\nset\ndev\n${hostile}\nmtu\n1400\n`);
});

test('a shell gives back every quoted word as it was', () => {
	const words = fc.array(
		fc.string({unit: 'binary'}).map(text => text.replaceAll('\0', '')),
		{minLength: 1, maxLength: 100},
	);
	fc.assert(
		fc.property(words, each => {
			const line = `printf '%s\\0' ${each.map(quoteWord).join(' ')}`;
			const out = execFileSync('sh', ['-c', line]).toString();
			expect(out.split('\0').slice(0, -1)).toEqual(each.map(word => word.toWellFormed()));
		}),
		{numRuns: 4},
	);
});
