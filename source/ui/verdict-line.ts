import type {CpuRates, Drop, InterruptRate} from '../model/rates.ts';
import type {State} from '../session/state.ts';
import {describeHeld} from './diagnosis.ts';
import {cleanText, formatCount, truncate} from './format.ts';
import {nameQueue} from './names.ts';
import {toneBusy} from './panes/core-columns.ts';
import {formatSpans, type Span} from './table-text.ts';
import {severityTones, type Theme} from './theme.ts';

/**
What it comes down to, in one line: a sentence that is too long is cut before the step that answers it. Where there is room for
them as a whole, losses, the hottest core and the hottest network interrupt too: half a number would be another one.
*/
export function formatVerdict(state: State, width: number, theme: Theme): string {
	const separator: Span = {text: ` ${theme.glyphs.separator} `, tone: 'faint'};
	const sentence = describeSentence(state.verdict, width - 1, theme);
	const parts = [describeDrops(state.rates.drops ?? []), describeCore(state), describeInterrupt(state)];
	let spans: readonly Span[] = [{text: ' ', tone: 'normal'}, sentence];
	for (const part of parts.filter(part => part.length > 0)) {
		const longer = [...spans, separator, ...part];
		spans = lengthOf(longer) <= width ? longer : spans;
	}
	return formatSpans(spans, width, theme);
}

function lengthOf(spans: readonly Span[]): number {
	return spans.reduce((sum, {text}) => sum + text.length, 0);
}

function describeSentence(verdict: State['verdict'], width: number, theme: Theme): Span {
	const {text, steps, severity} = verdict;
	const kind = [severity === 'fine' ? '' : severity, describeHeld(verdict)].filter(Boolean).join(' ');
	const sentence = cleanText(`${kind === '' ? '' : `${kind}: `}${text}`, theme.glyphs);
	const answered = nameSteps(steps, width - sentence.length, width / 3);
	// In a very narrow line the sentence comes first.
	const room = answered.length > width / 2 ? width : width - answered.length;
	return {text: `${truncate(sentence, room, theme.glyphs)}${answered}`, tone: severityTones[severity]};
}

/** All steps where they have room behind the sentence, else as many as take a part of the line, and one at least. */
function nameSteps(steps: readonly string[], room: number, part: number): string {
	if (steps.length === 0) {
		return '';
	}
	const all = ` (step ${steps.join(', ')})`;
	if (all.length <= Math.max(room, part) || steps.length === 1) {
		return all;
	}
	const some = steps.map((_, index) => ` (step ${steps.slice(0, index + 1).join(', ')}, …)`);
	return some.findLast(each => each.length <= part) ?? some[0] ?? all;
}

function describeDrops(drops: readonly Drop[]): Span[] {
	const losses = drops.filter(drop => drop.headline && drop.delta > 0);
	const worst = losses.reduce<Drop | undefined>(
		(most, drop) => (drop.delta > (most?.delta ?? 0) ? drop : most),
		undefined,
	);
	if (worst === undefined) {
		return [];
	}
	const where = [worst.layer, worst.device, worst.counter].filter(part => part !== undefined).join(' ');
	const more = losses.length === 1 ? '' : `, ${losses.length - 1} more`;
	return [{text: `drops: ${where} ${formatCount(worst.perSecond)}/s${more}`, tone: 'danger'}];
}

function describeCore(state: State): Span[] {
	const hottest = (state.rates.cpus ?? []).reduce<CpuRates | undefined>(
		(most, cpu) => (cpu.busy > (most?.busy ?? -1) ? cpu : most),
		undefined,
	);
	if (hottest === undefined) {
		return [];
	}
	const {busy} = hottest;
	const split = (['soft', 'sys', 'usr', 'steal'] as const)
		.filter(name => hottest[name] >= 0.5)
		.sort((a, b) => hottest[b] - hottest[a])
		.map(name => `${name} ${hottest[name].toFixed(0)}`)
		.join(' ');
	return [
		{text: 'hottest core ', tone: 'faint'},
		{text: `cpu${hottest.cpu} ${busy.toFixed(0)}% busy`, tone: toneBusy(busy)},
		{text: split === '' ? '' : ` (${split})`, tone: 'normal'},
	];
}

/** The busiest interrupt of a network device; timers and the like are busy on every machine. */
function describeInterrupt(state: State): Span[] {
	const hottest = (state.rates.interrupts ?? []).reduce<InterruptRate | undefined>(
		(most, irq) => (irq.device !== undefined && irq.perSecond > (most?.perSecond ?? 0) ? irq : most),
		undefined,
	);
	if (hottest === undefined) {
		return [];
	}
	const {irq, device = '', role, queue, perSecond, perCpu} = hottest;
	const where = perCpu[0] === undefined ? '' : ` on cpu${perCpu[0].cpu}`;
	return [
		{text: 'hottest IRQ ', tone: 'faint'},
		{text: `${irq} ${device} ${nameQueue(role, queue)} ${formatCount(perSecond)}/s${where}`, tone: 'normal'},
	];
}
