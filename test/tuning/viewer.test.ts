import {expect, test, vi} from 'vitest';
import type {Readings} from '../../source/model/snapshot.ts';
import type {TuningStep} from '../../source/model/tuning.ts';
import {mtu} from '../../source/tuning/steps/mtu.ts';
import {setUpTuner, type TunerBench} from '../helpers/tuner.ts';
import {budget, makeStep} from '../helpers/tuning.ts';

/** A step that can be planned when the program's own cost has been read, and wants what that says. */
const curious: TuningStep = {
	...makeStep({id: 'curious', wishes: []}),
	plan: vi.fn(({readings: {self}}) =>
		self === undefined
			? {unavailable: 'the cost has not been read yet'}
			: {wishes: [{setting: budget, to: String(self.value.residentBytes)}]},
	),
};

function readCost({machine}: TunerBench, residentBytes: number): Readings {
	return {self: {at: machine.time + 1, value: {cpuSeconds: 1, residentBytes}}};
}

async function lookAt(bench: TunerBench, step: TuningStep): Promise<void> {
	bench.tuner.look(step);
	await vi.waitFor(() => expect(bench.tuner.status().look?.preview).toBeDefined());
}

test('a step that lacked a figure is previewed again when the figure comes, without a key', async () => {
	const bench = setUpTuner();
	await lookAt(bench, curious);
	expect(bench.tuner.status().look?.preview?.unavailable).toBe('the cost has not been read yet');
	const before = bench.tuner.status().look;
	bench.sample(1);
	await bench.settle();
	expect(bench.tuner.status().look).toBe(before);
	bench.sample(1, readCost(bench, 600));
	await vi.waitFor(() => expect(bench.tuner.status().look?.preview?.changes).toMatchObject([{from: '300', to: '600'}]));
	bench.tuner.close();
});

test('what can be applied stays as it was seen, whatever is read meanwhile', async () => {
	const bench = setUpTuner();
	bench.sample(1, readCost(bench, 600));
	await lookAt(bench, curious);
	bench.sample(1, readCost(bench, 900));
	await bench.settle();
	expect(bench.tuner.status().look?.preview?.changes).toMatchObject([{to: '600'}]);
	bench.tuner.close();
});

test('after it was left nothing is looked at, whatever comes', async () => {
	const bench = setUpTuner();
	await lookAt(bench, curious);
	bench.tuner.leave();
	bench.sample(1, readCost(bench, 600));
	await bench.settle();
	expect(bench.tuner.status().look).toBeUndefined();
	bench.tuner.close();
});

test('paths that were measured are not measured again by themselves', async () => {
	const bench = setUpTuner();
	const plan = vi.fn(mtu.plan);
	await lookAt(bench, {...mtu, plan});
	expect(bench.tuner.status().look).toMatchObject({probes: {length: 3}, preview: {changes: []}});
	const plans = plan.mock.calls.length;
	bench.sample(1);
	await bench.settle();
	expect(plan).toHaveBeenCalledTimes(plans);
	bench.tuner.close();
});
