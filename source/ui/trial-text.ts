import {type GuardOutcome, guards} from '../bench/guards.ts';
import {median} from '../bench/statistics.ts';
import {noiseRuns, type Trial, type TrialRun} from '../bench/trial.ts';
import {describeVerdict} from '../tuning/effect.ts';
import {wrapText} from './wrap.ts';

export interface TrialTextOptions {
	readonly width?: number;
	readonly host?: string;
	readonly peer: string;
}

/** What a trial found, as text for a ticket; with a line end at its end. */
export function formatTrialText(trial: Trial, {width = 120, host, peer}: TrialTextOptions): string {
	const {options, toggle, verdict, effect} = trial;
	const {step, scenario, seconds, omit} = options;
	const ends = [host, peer].filter(end => end !== undefined).join(' to ');
	return [
		wrapText(`${ends}: ${step.title} (${step.id}), by ${scenario.id}, runs of ${seconds} s after ${omit} s`, width),
		toggle.preview.changes.map(({label, from, to}) => `  ${label}: ${from} → ${to}`),
		[
			...describeNoise(trial),
			...wrapText(`${verdict?.word ?? 'no verdict'}: ${verdict?.text ?? trial.reason ?? ''}`, width),
			...(effect === undefined ? [] : wrapText(describeVerdict(effect), width)),
		],
		verdict === undefined ? [] : formatGuards(verdict.guards),
		describeRuns(trial, width),
		wrapText(describeState(trial), width),
	]
		.filter(section => section.length > 0)
		.map(section => `${section.map(line => line.trimEnd()).join('\n')}\n`)
		.join('\n');
}

function describeNoise({noise, detectable, options, evidence}: Trial): string[] {
	if (noise === undefined) {
		return [];
	}
	const runs = evidence === 'pairs' ? `${options.count} pairs` : `blocks of ${options.count} runs`;
	const shown =
		detectable === undefined ? 'can show harm, not gain' : `show a change of ${Math.ceil(100 * detectable)} % or more`;
	return [`runs differ by ${(100 * noise.variation).toFixed(1)} % by themselves: ${runs} ${shown}`];
}

function formatGuards(outcomes: readonly GuardOutcome[]): string[] {
	const rows = outcomes.map(({id, a, b, word}) => {
		const guard = guards.find(each => each.id === id);
		const figure = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)}${guard?.unit ?? ''}`;
		return [guard?.title ?? id, figure(a), figure(b), word];
	});
	const table = [['', 'without', 'with', ''], ...rows];
	const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
	return table.map(
		([name = '', a = '', b = '', word = '']) =>
			`  ${name.padEnd(widths[0] ?? 0)}  ${a.padStart(widths[1] ?? 0)}  ${b.padStart(widths[2] ?? 0)}  ${word}`,
	);
}

/** Every figure in its order, so that nobody has to believe the summary. */
function describeRuns({runs, options}: Trial, width: number): string[] {
	const unit = chooseUnit(
		options.scenario.figure,
		runs.map(({run}) => run.figure ?? 0),
	);
	const list = (title: string, some: readonly TrialRun[]): string[] => {
		const figures = some.map(
			({side, run}) => `${side.toUpperCase()}=${((run.figure ?? 0) / unit.size).toFixed(unit.digits)}`,
		);
		return some.length === 0 ? [] : wrapText(`${title}: ${figures.join(' ')}`, width);
	};
	return [
		...list(`noise check, ${unit.name}`, runs.slice(0, noiseRuns)),
		...list(`A without, B with, ${unit.name}, seed ${options.seed}`, runs.slice(noiseRuns)),
	];
}

/** One for all, so that they can be compared at a glance. */
function chooseUnit(figure: 'bits' | 'packets', figures: readonly number[]) {
	if (figure === 'packets') {
		return {name: 'packets/s', size: 1, digits: 0};
	}
	return median(figures) >= 1e9 ? {name: 'Gbit/s', size: 1e9, digits: 3} : {name: 'Mbit/s', size: 1e6, digits: 1};
}

function describeState({toggle, options, verdict}: Trial): string {
	const {id} = options.step;
	if (toggle.wasInForce) {
		return `${id} is in force, as it was before: nbtop undo ${id} takes it out`;
	}
	return `the machine is as it was before: ${id} is not applied${verdict?.word === 'better' ? `; nbtop tune ${id} applies it` : ''}`;
}
