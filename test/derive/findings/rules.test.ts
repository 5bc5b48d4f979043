import {describe, expect, test} from 'vitest';
import {rules} from '../../../source/derive/findings.ts';
import {cases, guideCores} from '../../helpers/cases.ts';
import {healthyLoad, watchMachine} from '../../helpers/machine.ts';

test('there is a case for every rule, in the order of the rules', () => {
	expect(cases.map(({id}) => id)).toEqual(rules.map(({id}) => id));
});

describe.each(cases)('$id', ({id, severity, has, nearly, without, ticks = 12, isVerdict = true}) => {
	test('is found on a machine that has it', () => {
		const state = watchMachine(has, ticks);
		const found = state.findings.find(finding => finding.id === id);
		expect(found?.severity, state.findings.map(finding => `${finding.id} ${finding.text}`).join('\n')).toBe(severity);
		expect(found?.cause).toBeUndefined();
		expect(state.silent.map(each => each.id)).not.toContain(id);
		if (isVerdict) {
			expect(state.verdict).toMatchObject({id, text: found?.text});
		}
	});

	test('is not found on one that nearly has it', () => {
		const state = watchMachine(nearly, ticks);
		const found = state.findings.find(finding => finding.id === id);
		expect(found?.severity === severity ? found.text : undefined).toBeUndefined();
	});

	test(`says nothing where ${without} cannot be read`, () => {
		const state = watchMachine({...has, without: [without]}, ticks);
		expect(state.findings.map(finding => finding.id)).not.toContain(id);
		expect(state.silent.find(each => each.id === id)?.needs).toMatch(/\w/);
	});
});

test("the guide's own table of cores is a softirq pinned to CPU1", () => {
	const queues = healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 1000}));
	const {verdict} = watchMachine({...healthyLoad, cores: guideCores, queues});
	expect(verdict.id).toBe('softirq-pinned');
	expect(verdict.text).toBe(
		"CPU1 is 88 % softirq: 97 % of eth0's packets arrive on queue 1, IRQ 38; one peer's tunnel is one flow, which RSS cannot split",
	);
});
