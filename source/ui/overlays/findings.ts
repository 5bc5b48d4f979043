import type {Finding, SilentRule} from '../../model/findings.ts';
import type {State} from '../../session/state.ts';
import {describeFinding, nameFinding} from '../diagnosis.ts';
import type {Span} from '../table-text.ts';
import {severityTones, type Tone} from '../theme.ts';
import {wrapText} from '../wrap.ts';

/** Every finding with its evidence, what would refute it and the steps that answer it; and what cannot be judged here. */
export function describeFindings({verdict, findings, silent}: State, width: number): Span[][] {
	const wide = Math.max(20, width - 2);
	const first = findings.length === 0 ? paragraph(verdict.text, 'normal', wide) : [];
	return [...first, ...findings.flatMap(finding => [...describe(finding, wide), []]), ...explainSilence(silent, wide)];
}

function describe(finding: Finding, width: number): Span[][] {
	return [
		[{text: nameFinding(finding), tone: severityTones[finding.severity]}],
		...paragraph(finding.text, 'title', width),
		...describeFinding(finding, width).map(text => [{text, tone: 'normal' as const}]),
	];
}

function explainSilence(silent: readonly SilentRule[], width: number): Span[][] {
	return silent.length === 0
		? []
		: [
				[{text: 'Not judged here', tone: 'title'}],
				...silent.flatMap(({id, needs}) => paragraph(`${id} needs ${needs}`, 'faint', width)),
			];
}

function paragraph(text: string, tone: Tone, width: number): Span[][] {
	return wrapText(text, width).map(line => [{text: line, tone}]);
}
