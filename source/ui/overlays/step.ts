import {findSshTunnel} from '../../derive/ssh-tunnel.ts';
import type {PathProbe, TuningStep} from '../../model/tuning.ts';
import type {State} from '../../session/state.ts';
import {listSteps} from '../../tuning/in-force.ts';
import type {Preview} from '../../tuning/preview.ts';
import {findObstacle, type Look, type TunerStatus} from '../../tuning/tuner-status.ts';
import {formatClock} from '../format.ts';
import {paragraph, row, shellParagraph, widthOfLabels} from '../paragraph.ts';
import type {Span} from '../table-text.ts';
import type {Theme} from '../theme.ts';
import {describeRun} from './step-run.ts';

export interface StepOptions {
	readonly theme: Theme;
	readonly width: number;
}

/** A step before it is applied, while it is, and how that has ended: what has to be known first comes first. */
export function describeStep(state: State, status: TunerStatus, options: StepOptions): Span[][] {
	const {look, run, answer} = status;
	if (look === undefined) {
		return [[{text: 'no step is being looked at: 1 to 9 and 0 do that', tone: 'faint'}]];
	}
	const {step} = look;
	const {width} = options;
	const isRun = run?.preview.step.id === step.id;
	return [
		[
			{text: `${step.key} ${step.title} `, tone: 'title'},
			{text: `(${step.id})`, tone: 'faint'},
		],
		...(answer === undefined ? [] : paragraph(answer, 'warning', width)),
		...(isRun ? [] : describeInForce(status, step, width)),
		...warnOfTunnel(state, step, width),
		...(isRun && run !== undefined ? [...describeRun(run, status, options), []] : describeLook(look, status, options)),
		...describeWhy(state, step, width),
	];
}

function describeInForce({journal}: TunerStatus, {id}: TuningStep, width: number): Span[][] {
	const [newest] = listSteps(journal);
	const since = journal.transactions.find(({step, writes}) => step === id && writes.length > 0)?.opened.wall;
	const undo = newest === id ? 'u undoes it' : `u undoes ${newest} first`;
	return since === undefined ? [] : paragraph(`In force since ${formatClock(since)}: ${undo}.`, 'good', width);
}

/** What may cut the connection concerns those most who ride on it. */
function warnOfTunnel({snapshot, topology}: State, {risk}: TuningStep, width: number): Span[][] {
	const tunnel = risk === 'none' ? undefined : findSshTunnel(snapshot?.readings ?? {}, topology);
	return tunnel === undefined
		? []
		: paragraph(`You are connected through ${tunnel}, and this step ${risk}.`, 'danger', width);
}

function describeLook(look: Look, status: TunerStatus, options: StepOptions): Span[][] {
	const {preview, probes, peers} = look;
	const {width} = options;
	if (preview === undefined) {
		const count = `${probes?.length ?? 0} of ${peers ?? '?'} peers`;
		const words = look.step.needsProbes ? `Measuring the paths to the peers: ${count}` : 'Reading the settings';
		return [...paragraph(words, 'accent', width), ...listProbes(probes, width), []];
	}
	if (preview.changes.length === 0) {
		const words = `${preview.holds ? 'Nothing to do' : 'Not now'}: ${preview.unavailable}.`;
		return [...paragraph(words, preview.holds ? 'good' : 'warning', width), ...listProbes(probes, width), []];
	}
	return [
		...invite(look, findObstacle(status), width),
		[],
		...preview.changes.flatMap(change => describeChange(change, preview, options)),
		...listProbes(probes, width),
		...preview.notes.flatMap(note => paragraph(note, 'normal', width, '* ')),
		[],
		[{text: 'In a shell', tone: 'title'}],
		...preview.changes.flatMap(({shellLine}) => shellParagraph(shellLine, width)),
		[{text: 'Undone by u, which does', tone: 'title'}],
		...preview.changes.toReversed().flatMap(({undoLine}) => shellParagraph(undoLine, width)),
		[],
	];
}

function invite({step, within}: Look, obstacle: string | undefined, width: number): Span[][] {
	const risk = step.risk === 'none' ? 'no risk is known' : `it ${step.risk}`;
	const guard =
		within === undefined ? '' : `; a guard puts it back unless c is pressed within ${within} s after the change`;
	return [
		...(obstacle === undefined
			? paragraph('y applies this, Esc leaves it.', 'key', width)
			: paragraph(`Cannot be applied now: ${obstacle}.`, 'warning', width)),
		...paragraph(`Risk: ${risk}${guard}.`, step.risk === 'none' ? 'normal' : 'warning', width),
	];
}

function describeChange(
	{label, from, to, disturbed}: Preview['changes'][number],
	{changes}: Preview,
	{theme, width}: StepOptions,
): Span[][] {
	const arrow = theme.glyphs.ascii ? '->' : '→';
	const along = disturbed.length === 0 ? '' : ` (and up to ${disturbed.length} settings that the driver makes anew)`;
	const words = `${from || 'none'} ${arrow} ${to || 'none'}${along}`;
	return row(label, words, {tone: 'accent', labelWidth: widthOfLabels(changes), width});
}

function listProbes(probes: readonly PathProbe[] = [], width: number): Span[][] {
	return probes.flatMap(({endpoint, pathMtu, unfragmentedMtu, reason}) => {
		const carries = [
			...(pathMtu === undefined ? [] : [`carries ${pathMtu} bytes with DF`]),
			...(unfragmentedMtu === undefined ? [] : [`${unfragmentedMtu} whole as WireGuard sends`]),
			...(reason === undefined ? [] : [reason]),
		].join(', ');
		return paragraph(`${endpoint}: ${carries}`, pathMtu === undefined ? 'faint' : 'normal', width, '  ');
	});
}

function describeWhy({findings}: State, step: TuningStep, width: number): Span[][] {
	const raised = findings.filter(finding => finding.steps.includes(step.id)).map(({id}) => id);
	const answers = raised.length > 0 ? `found now: ${raised.join(', ')}` : `answers ${step.answers.join(', ')}`;
	return [
		...paragraph(step.why, 'normal', width, 'Why: '),
		...(step.answers.length === 0 ? [] : paragraph(answers, raised.length > 0 ? 'warning' : 'faint', width, '     ')),
		...paragraph(step.effect.counter, 'normal', width, 'Effect looked for: '),
		...(step.guide === undefined ? [] : paragraph(step.guide, 'faint', width)),
	];
}
