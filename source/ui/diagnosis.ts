import type {Evidence, Finding, SilentRule} from '../model/findings.ts';
import type {State} from '../session/state.ts';
import {formatAge} from './format.ts';
import {listTroubles} from './health.ts';
import {wrapText} from './wrap.ts';

/** How old the figures of a finding are that is held though they are others now: `4s ago`; empty where they are of now. */
export function describeHeld({heldFor}: Pick<Finding, 'heldFor'>): string {
	return heldFor === undefined ? '' : `${formatAge(heldFor)} ago`;
}

/** `limit softirq-pinned`, and how old it is. */
export function nameFinding(finding: Finding): string {
	return [finding.severity, finding.id, describeHeld(finding)].filter(Boolean).join(' ');
}

/** What is said of one finding under its sentence: evidence, refutation, steps, and why the guide says otherwise. */
export function describeFinding(finding: Finding, width: number): string[] {
	const {evidence, refutedBy, steps, guide, cause} = finding;
	return [
		...evidence.flatMap(each => layEvidence(evidence, each, width)),
		...indent(`refuted when ${refutedBy}`, width, '  '),
		...indent(steps.length === 0 ? 'no step of this host answers it' : `steps: ${steps.join(', ')}`, width, '  '),
		...(cause === undefined ? [] : indent(`follows from ${cause}`, width, '  ')),
		...(guide === undefined ? [] : indent(guide, width, '  ')),
	];
}

/** Values one under the other, where they fit beside the longest label. */
function layEvidence(all: readonly Evidence[], {label, value}: Evidence, width: number): string[] {
	const column = Math.min(60, Math.max(...all.map(each => each.label.length)));
	const line = `  ${label.padEnd(column)}  ${value}`;
	return line.length <= width ? [line] : indent(`${label}: ${value}`, width, '  ');
}

/** The verdict and its findings as text for a ticket; with a line end at its end. */
export function formatDiagnosisText(state: State, {width = 120, explain = false} = {}): string {
	const {verdict, findings, silent} = state;
	const machine = state.snapshot?.readings.machine?.value;
	const where = [machine?.host, machine?.kernel && `Linux ${machine.kernel}`].filter(Boolean).join(', ');
	const when = state.snapshot === undefined ? '' : new Date(state.snapshot.at.wall).toISOString();
	return [
		[[where, when].filter(Boolean).join(', ')],
		indent(`${[verdict.severity, describeHeld(verdict)].filter(Boolean).join(' ')}: ${verdict.text}`, width, ''),
		...findings.map(finding => [
			...indent(`${nameFinding(finding)}: ${finding.text}`, width, ''),
			...describeFinding(finding, width),
		]),
		explain ? explainSilence(silent, width) : [],
		listProblems(state, width),
	]
		.filter(section => section.length > 0)
		.map(section => `${section.map(line => line.trimEnd()).join('\n')}\n`)
		.join('\n');
}

function listProblems(state: State, width: number): string[] {
	const troubles = listTroubles(state);
	return troubles.length === 0
		? []
		: ['Problems', ...troubles.flatMap(({source, message}) => indent(`${source}: ${message}`, width, '  '))];
}

/** A rule that cannot be judged is no sign of anything, in either direction. */
function explainSilence(silent: readonly SilentRule[], width: number): string[] {
	return silent.length === 0
		? ['Every rule can be judged.']
		: ['Not judged here', ...silent.flatMap(({id, needs}) => indent(`${id} needs ${needs}`, width, '  '))];
}

function indent(text: string, width: number, start: string): string[] {
	return wrapText(text, Math.max(20, width - start.length - 2)).map(
		(line, index) => `${start}${index === 0 ? '' : '  '}${line}`,
	);
}
