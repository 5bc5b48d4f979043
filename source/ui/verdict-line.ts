import type {CpuRates, Drop, InterruptRate} from '../model/rates.ts';
import type {State} from '../session/state.ts';
import {describeHeld} from './diagnosis.ts';
import {formatCount} from './format.ts';
import {nameQueue} from './names.ts';
import {toneBusy} from './panes/core-columns.ts';
import {formatSpans, type Span} from './table-text.ts';
import {severityTones, type Theme} from './theme.ts';

/** What it comes down to, in one line; where there is room losses, the hottest core and the hottest network interrupt too. */
export function formatVerdict(state: State, width: number, theme: Theme): string {
	const separator: Span = {text: ` ${theme.glyphs.separator} `, tone: 'faint'};
	const parts = describeVerdict(state).filter(part => part.length > 0);
	const spans = parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
	return formatSpans([{text: ' ', tone: 'normal'}, ...spans], width, theme);
}

function describeVerdict(state: State): Span[][] {
	const {text, steps, severity} = state.verdict;
	const answered = steps.length === 0 ? '' : ` (step ${steps.join(', ')})`;
	const kind = [severity === 'fine' ? '' : severity, describeHeld(state.verdict)].filter(Boolean).join(' ');
	return [
		[{text: `${kind === '' ? '' : `${kind}: `}${text}${answered}`, tone: severityTones[severity]}],
		describeDrops(state.rates.drops ?? []),
		describeCore(state),
		describeInterrupt(state),
	];
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
