import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Finding} from '../../../source/model/findings.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {cases} from '../../helpers/cases.ts';
import {createMachine, type MachineLoad} from '../../helpers/machine.ts';
import {readPrecision, readValue, reckon} from '../../helpers/oracle.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

describe.each(cases)('$id', ({has, ticks = 12}) => {
	test('every figure of every sentence stands in the evidence, and follows from the snapshot', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({min: 0.97, max: 1.03, noNaN: true}), {minLength: ticks, maxLength: ticks}),
				factors => {
					const machine = createMachine();
					let state: State = initialState;
					for (const factor of factors) {
						const before = new Set(state.findings.map(({evidence}) => evidence));
						state = reduce(state, machine.tick(scaleTraffic(has, factor)));
						for (const finding of state.findings.filter(({evidence}) => !before.has(evidence))) {
							expectTrue(finding, state);
						}
					}
				},
			),
			{numRuns: 8},
		);
	});
});

function expectTrue(finding: Finding, state: State): void {
	expectQuoted(finding);
	for (const {label, value} of finding.evidence) {
		const expected = reckon(label, state);
		const given = readValue(value);
		if (typeof expected === 'number' && typeof given === 'number') {
			// As much as its last digit leaves open; a plateau is a mean over ticks that differ.
			const slack = label.includes('median of') ? Math.abs(expected) * 0.07 : readPrecision(value);
			expect(Math.abs(given - expected), `${label}: ${value}, reckoned ${expected}`).toBeLessThanOrEqual(slack);
		} else if (expected !== undefined) {
			expect(String(given), label).toBe(String(expected));
		}
	}
}

/** All that passes a little more or less, as no second is like another. */
function scaleTraffic(load: MachineLoad, factor: number): MachineLoad {
	const scale = (counters: Readonly<Record<string, number>>) =>
		Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, value * factor]));
	return {
		...load,
		cores: load.cores.map(core => ({...core, soft: (core.soft ?? 0) * factor})),
		tunnel: {...load.tunnel, counters: scale(load.tunnel.counters)},
		device: {...load.device, counters: scale(load.device.counters)},
		queues: load.queues.map(queue => ({...queue, packets: queue.packets * factor})),
		protocols: scale(load.protocols),
	};
}
