import type {State} from './state.ts';

/** The verdict and its findings as the JSON of `nbtop diagnose --json`, schema `nbtop.diagnosis/1` (`docs/json.md`). */
export function formatDiagnosis({snapshot, verdict, findings, silent}: State, version: string): object {
	return {
		schema: 'nbtop.diagnosis/1',
		version,
		time: snapshot === undefined ? null : new Date(snapshot.at.wall).toISOString(),
		host: snapshot?.readings.machine?.value.host ?? null,
		verdict: {id: verdict.id, severity: verdict.severity, text: verdict.text},
		findings: findings.map(({id, severity, text, evidence, refutedBy, steps, guide, cause, heldFor}) => ({
			id,
			severity,
			text,
			evidence,
			refutedBy,
			steps,
			guide: guide ?? null,
			cause: cause ?? null,
			heldFor: heldFor ?? null,
		})),
		silent,
		problems: snapshot?.problems ?? [],
	};
}
