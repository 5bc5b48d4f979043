import {expect, test} from 'vitest';
import {formatDiagnosis} from '../../source/session/diagnosis-json.ts';
import {initialState} from '../../source/session/state.ts';
import {describeFinding, formatDiagnosisText} from '../../source/ui/diagnosis.ts';
import {describeFindings} from '../../source/ui/overlays/findings.ts';
import {cases, guideCores} from '../helpers/cases.ts';
import {healthyLoad, watchMachine} from '../helpers/machine.ts';

const queues = healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 1000}));
const pinned = watchMachine({...healthyLoad, cores: guideCores, queues});

test('a ticket has the verdict, then each finding with evidence, refutation and steps', () => {
	const text = formatDiagnosisText(pinned, {width: 90});
	expect(text).toMatch(/^alpha, Linux 6\.12\.0, 2026-06-01T/);
	expect(text).toContain('\n\nlimit: CPU1 is 88 % softirq: 97 % of');
	expect(text).toContain('\nlimit softirq-pinned: CPU1');
	expect(text).toMatch(/\n {2}CPU1 %soft +88 %\n/);
	expect(text).toContain('\n  refuted when under the same load');
	expect(text).toContain('\n  steps: irq-affinity, rps-rfs, mtu\n');
	expect(text).not.toContain('Not judged here');
	expect(text.split('\n').filter(line => line.length > 90 || line !== line.trimEnd())).toEqual([]);
});

test('what cannot be judged is listed only where it is asked for', () => {
	const text = formatDiagnosisText(pinned, {width: 90, explain: true});
	expect(text).toMatch(/Not judged here\n[\s\S]* {2}window-bound needs the TCP connections/);
});

test('a symptom names its cause, and nothing to do is said as plainly', () => {
	const [finding] = pinned.findings;
	expect(finding).toBeDefined();
	const lines = finding === undefined ? [] : describeFinding({...finding, steps: [], cause: 'irq-pile-up'}, 200);
	expect(lines).toContain('  no step of this host answers it');
	expect(lines).toContain('  follows from irq-pile-up');
});

test('the overlay has every finding, wrapped to the screen', () => {
	for (const {has} of cases) {
		const state = watchMachine(has);
		const lines = describeFindings(state, 60).map(spans => spans.map(({text}) => text).join(''));
		expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(60);
		for (const {id} of state.findings) {
			expect(lines.join('\n')).toContain(id);
		}
	}
	expect(describeFindings(initialState, 60)[0]?.[0]?.text).toBe('measuring: rates come with the second reading');
});

test('the JSON holds verdict, findings and what is silent, and nothing undefined', () => {
	const json = JSON.parse(JSON.stringify(formatDiagnosis(pinned, '1.2.3')));
	expect(Object.keys(json)).toEqual(['schema', 'version', 'time', 'host', 'verdict', 'findings', 'silent', 'problems']);
	expect(json).toMatchObject({schema: 'nbtop.diagnosis/1', version: '1.2.3', host: 'alpha'});
	expect(json.verdict).toEqual({id: 'softirq-pinned', severity: 'limit', text: pinned.verdict.text});
	expect(Object.keys(json.findings[0])).toEqual([
		...['id', 'severity', 'text', 'evidence', 'refutedBy', 'steps', 'guide', 'cause', 'heldFor'],
	]);
	expect(json.findings[0].evidence).toContainEqual({label: 'CPU1 %soft', value: '88 %'});
	expect(json.silent).toContainEqual({id: 'window-bound', needs: expect.stringContaining('ss -tinm')});
});
