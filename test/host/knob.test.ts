import {expect, test} from 'vitest';
import {isKnob} from '../../source/host/knob.ts';
import {createRealHost} from '../../source/host.ts';

test.each(['/proc/sys/net/core/netdev_budget', '/proc/irq/29/smp_affinity_list', '/sys/class/net/eth0/mtu'])(
	'%s is a knob',
	path => {
		expect(isKnob(path)).toBe(true);
	},
);

test.each([
	'/etc/passwd',
	'/proc/self/root/etc/passwd',
	'/proc/self/fd/1',
	'/proc/self/cwd/file',
	'/sys/../etc/passwd',
	'/sys/class/net/../../../etc/passwd',
	'/proc/sys/..',
	'/systemd',
	'sys/class/net/eth0/mtu',
	'',
])('%j is no knob, and is never opened', path => {
	expect(isKnob(path)).toBe(false);
	const host = createRealHost();
	expect(() => host.writeText(path, '1')).toThrow(expect.objectContaining({code: 'EPERM', path}));
	host.close();
});

test('a knob that is not there is not made', () => {
	const host = createRealHost();
	expect(() => host.writeText('/sys/class/net/no-such-device/mtu', '1400')).toThrow(
		expect.objectContaining({name: 'HostError', code: 'ENOENT'}),
	);
	host.close();
});
