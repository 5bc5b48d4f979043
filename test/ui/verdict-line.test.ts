import {expect, test} from 'vitest';
import type {Verdict} from '../../source/model/findings.ts';
import {initialState} from '../../source/session/state.ts';
import {createTheme} from '../../source/ui/theme.ts';
import {formatVerdict} from '../../source/ui/verdict-line.ts';
import {makeDrop, makeState} from '../helpers/state.ts';

const theme = createTheme({colour: false});

test('the verdict names the hottest core with its split, and the interrupt that is busiest', () => {
	const {rates} = makeState();
	const cpu = rates.cpus?.[1];
	const verdict = formatVerdict(makeState(), 200, theme);
	expect(verdict).toContain(`hottest core cpu1 ${cpu?.busy.toFixed(0)}% busy (soft ${cpu?.soft.toFixed(0)} sys`);
	expect(verdict).toMatch(/hottest IRQ 27 eth0 rx-2 \d+\/s on cpu2/);
});

test('the verdict comes first, then losses; information is not a loss', () => {
	const drops = [
		makeDrop({
			layer: 'interface',
			device: 'eth0',
			counter: 'rx_dropped',
			delta: 9000,
			perSecond: 9000,
			headline: false,
		}),
		makeDrop({layer: 'softnet', device: 'cpu1', counter: 'dropped', delta: 1320, perSecond: 1320}),
		makeDrop({layer: 'tcp', counter: 'Tcp.RetransSegs', delta: 3, perSecond: 3}),
	];
	expect(formatVerdict(makeState({drops}), 200, theme)).toMatch(
		/^ limit: CPU1 is 91 % softirq: one flow \(step rps-rfs\) · drops: softnet cpu1 dropped 1320\/s, 1 more · hottest/,
	);
});

test('the verdict stays where there is room for nothing else', () => {
	expect(formatVerdict(makeState(), 20, theme)).toBe(' limit: CPU1 is 91 …');
	expect(formatVerdict(initialState, 200, theme)).toBe(' measuring: rates come with the second reading');
});

test('a sentence that is too long is cut before the step that answers it', () => {
	const verdict: Verdict = {
		id: 'a',
		severity: 'limit',
		text: 'CPU3 is 61 % softirq: one '.repeat(4),
		steps: ['rps-rfs', 'rss-hash'],
	};
	const line = formatVerdict({...makeState(), verdict}, 80, theme);
	expect(line).toBe(' limit: CPU3 is 61 % softirq: one CPU3 is 61 % softirq… (step rps-rfs, rss-hash)');
	expect(line).toHaveLength(80);
	const many = {...verdict, steps: ['irq-affinity', 'rps-rfs', 'mtu']};
	expect(formatVerdict({...makeState(), verdict: many}, 80, theme)).toBe(
		' limit: CPU3 is 61 % softirq: one CPU3 is 61 % softirq: … (step irq-affinity, …)',
	);
	expect(formatVerdict({...makeState(), verdict: many}, 200, theme)).toContain(' (step irq-affinity, rps-rfs, mtu)');
});

test('at no width is anything but the sentence cut', () => {
	const whole = formatVerdict(makeState(), 400, theme);
	const parts = whole.split(' · ');
	expect(parts).toHaveLength(3);
	for (let width = 50; width <= whole.length; width++) {
		const line = formatVerdict(makeState(), width, theme);
		expect(line.length).toBeLessThanOrEqual(width);
		expect(
			line
				.split(' · ')
				.slice(1)
				.filter(part => !parts.includes(part)),
		).toEqual([]);
	}
});
