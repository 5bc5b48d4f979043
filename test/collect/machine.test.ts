import {expect, test} from 'vitest';
import {readMachine} from '../../source/collect/machine.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';

test('irqbalance is the process that its socket names, with the words that it was started with', () => {
	const socket = '/run/irqbalance/irqbalance77.sock';
	const host = createMemoryHost({
		[socket]: '',
		'/run/irqbalance/irqbalance9.sock': '',
		'/proc/77/comm': 'irqbalance\n',
		'/proc/77/cmdline': '/usr/sbin/irqbalance\0--foreground\0--policyscript=/usr/local/sbin/own\0',
	});
	expect(readMachine(host, {}).irqbalance).toEqual({
		...{running: true, pid: 77, socket},
		arguments: ['--foreground', '--policyscript=/usr/local/sbin/own'],
	});
	host.files.delete('/proc/77/cmdline');
	expect(readMachine(host, {}).irqbalance).toEqual({running: true, pid: 77, socket});
	host.files.delete('/proc/77/comm');
	expect(readMachine(host, {}).irqbalance).toEqual({running: false});
});
