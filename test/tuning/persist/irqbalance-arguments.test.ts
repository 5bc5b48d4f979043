import {expect, test} from 'vitest';
import {findArguments} from '../../../source/tuning/persist/irqbalance-arguments.ts';

const path = '/etc/default/irqbalance';
const find = (text: string, running?: readonly string[]) => findArguments([{path, text}], running);

test.each([
	['', []],
	['#IRQBALANCE_ARGS="--debug"\nIRQBALANCE_ONESHOT=\n', []],
	['IRQBALANCE_ARGS=\n', []],
	['IRQBALANCE_ARGS="--deepestcache=2  --banirq=7"\n', ['--deepestcache=2', '--banirq=7']],
	["IRQBALANCE_ARGS='-c 2'\nIRQBALANCE_ARGS=-c\n", ['-c']],
	['IRQBALANCE_ARGS="--policyscript=/usr/local/sbin/nbtop-irq-policy -c 2"\n', ['-c', '2']],
	['IRQBALANCE_ARGS="-l /usr/local/sbin/nbtop-irq-policy -c 2"\n', ['-c', '2']],
] as const)('%j: what it is to keep is %j', (text, words) => {
	expect(find(text)).toEqual({words});
});

test('of two files the last one counts', () => {
	const files = [
		{path, text: 'IRQBALANCE_ARGS=-d\n'},
		{path: '/etc/sysconfig/irqbalance', text: 'IRQBALANCE_ARGS=-c\n'},
	];
	expect(findArguments(files)).toEqual({words: ['-c']});
});

test.each([
	'--policyscript=/our/policy',
	'--policyscript /our/policy',
	'--pol=/our/policy',
	'-l /our/policy',
	'-l/our/policy',
])('a script of the machine’s own is not replaced: %s', words => {
	const objection = 'irqbalance asks another script, /our/policy: that can call /usr/local/sbin/nbtop-persist irq "$2"';
	expect(find(`IRQBALANCE_ARGS="--debug ${words}"\n`)).toEqual({objection});
	expect(find('', words.split(' '))).toEqual({objection});
});

test('our own script, once irqbalance was started with it, stands in nobody’s way', () => {
	expect(find('', ['--foreground', '--policyscript=/usr/local/sbin/nbtop-irq-policy'])).toEqual({words: []});
});

test.each([
	'IRQBALANCE_ARGS="--banirq=7" # the old card',
	'IRQBALANCE_ARGS="--banirq=7',
	'IRQBALANCE_ARGS=--banirq=7\\',
	'IRQBALANCE_ARGS="$COMMON --debug"',
	'export IRQBALANCE_ARGS=-c',
])('a line that is not understood is not taken for none: %s', line => {
	expect(find(`${line}\n`)).toEqual({
		objection: `what ${path} says is not understood: ${JSON.stringify(line)}`,
	});
});
