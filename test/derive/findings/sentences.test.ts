import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Finding} from '../../../source/model.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {cases} from '../../helpers/cases.ts';
import {createMachine, type MachineLoad} from '../../helpers/machine.ts';
import {readValue, reckon} from '../../helpers/oracle.ts';

/** Numbers of the trade that a sentence may hold without evidence: a version, what headers take, the usual rekey. */
const plain = new Set(['3.16', '60', '80']);

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

function expectTrue({text, evidence}: Finding, state: State): void {
	const quoted = new Set(evidence.flatMap(({label, value}) => [...numbersOf(label), ...numbersOf(value)]));
	for (const number of numbersOf(text)) {
		expect(quoted.has(number) || plain.has(number), `${number} in: ${text}`).toBe(true);
	}
	for (const {label, value} of evidence) {
		const expected = reckon(label, state);
		const given = readValue(value);
		if (typeof expected === 'number' && typeof given === 'number') {
			// Three digits, or two of a small percentage; a plateau is a mean over ticks that differ.
			const slack = Math.max(Math.abs(expected) * (label.includes('median of') ? 0.07 : 0.055), 0.06);
			expect(Math.abs(given - expected), `${label}: ${value}, reckoned ${expected}`).toBeLessThanOrEqual(slack);
		} else if (expected !== undefined) {
			expect(String(given), label).toBe(String(expected));
		}
	}
}

/** Numbers, and the CPUs by name; other names (`eth0`, `iperf3`) are none. */
function numbersOf(text: string): string[] {
	return [...text.matchAll(/CPU\d+|(?<![a-z\d.])\d+(?:\.\d+)*(?:e-\d+)?/gi)].map(([number]) => number);
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
