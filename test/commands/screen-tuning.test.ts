import {PassThrough} from 'node:stream';
import {expect, test, vi} from 'vitest';
import type {Terminal} from '../../source/commands/command.ts';
import {leaveTuning} from '../../source/commands/screen-tuning.ts';
import {setUpTuner, type TunerBench, type TunerParts} from '../helpers/tuner.ts';
import {budget, budgetFile, makeStep} from '../helpers/tuning.ts';

function setUp(parts: TunerParts = {}) {
	const stderr = new PassThrough();
	return {
		...setUpTuner(parts),
		stderr,
		leave: (tuner: TunerBench['tuner']) => leaveTuning(tuner, {stderr} as unknown as Terminal),
		printed: () => String(stderr.read() ?? ''),
	};
}

async function begin({tuner}: TunerBench): Promise<void> {
	tuner.look(makeStep({id: 'one', wishes: [{setting: budget, to: '600'}], risk: 'may cut the connection'}));
	await vi.waitFor(() => expect(tuner.status().look?.preview).toBeDefined());
	tuner.apply();
}

test('nothing is said where nothing is in force', async () => {
	const {tuner, leave, printed} = setUp();
	await leave(tuner);
	expect(printed()).toBe('');
});

test('leaving waits for what is being written, and says what stays and what is still to be done', async () => {
	const {promise: whileArming, resolve: arm} = Promise.withResolvers<void>();
	const bench = setUp({whileArming});
	await begin(bench);
	const left = bench.leave(bench.tuner);
	expect(bench.printed()).toContain('one moment');
	expect(bench.machine.read(budgetFile)).toBe('300');
	arm();
	await left;
	expect(bench.machine.read(budgetFile)).toBe('600');
	expect(bench.printed().split('\n')).toEqual([
		'still in force: one (nbtop undo takes it back)',
		"'Do one' is put back in 60 s unless you run: nbtop confirm",
		'',
	]);
});

test('a terminal that has gone keeps nothing from being brought to its end', async () => {
	const bench = setUp();
	await begin(bench);
	const left = bench.leave(bench.tuner);
	bench.stderr.emit('error', new Error('EIO'));
	await left;
	expect(bench.machine.read(budgetFile)).toBe('600');
});
