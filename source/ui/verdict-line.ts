import type {CpuRates, Drop, InterruptRate} from '../model.ts';
import type {State} from '../session/state.ts';
import {formatCount} from './format.ts';
import {nameQueue} from './names.ts';
import {toneBusy} from './panes/core-columns.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';

/** What matters most now, in one line: losses, the hottest core and what it does, the hottest network interrupt. */
export function formatVerdict(state: State, width: number, theme: Theme): string {
	const separator: Span = {text: ` ${theme.glyphs.separator} `, tone: 'faint'};
	const parts = describeVerdict(state).filter(part => part.length > 0);
	const spans = parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
	return formatSpans([{text: ' ', tone: 'normal'}, ...spans], width, theme);
}

function describeVerdict(state: State): Span[][] {
	const isMissing = state.topology.tunnels.length === 0 && state.snapshot?.readings.links !== undefined;
	const missing: Span[] = isMissing ? [{text: 'no tunnel found', tone: 'warning'}] : [];
	if (state.rates.cpus === undefined) {
		return [[{text: 'measuring: rates come with the second reading', tone: 'normal'}], missing];
	}
	return [describeDrops(state.rates.drops ?? []), missing, describeCore(state), describeInterrupt(state)];
}

/** Losses come first: they are a fault, the rest is load. */
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
