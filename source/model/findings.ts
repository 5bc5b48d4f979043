/*
What the figures come down to.
*/

export type Severity = 'fault' | 'limit' | 'hint' | 'fine';

export interface Evidence {
	readonly label: string;
	readonly value: string;
}

/** A judgement: one sentence of figures and names, its evidence, what would refute it, the steps that answer it. */
export interface Finding {
	readonly id: string;
	readonly severity: Severity;
	readonly text: string;
	readonly evidence: readonly Evidence[];
	readonly refutedBy: string;
	readonly steps: readonly string[];
	/** Where the guide says otherwise, why. */
	readonly guide?: string;
	/** The id of the finding that it follows from, where one explains it. */
	readonly cause?: string;
	/** Seconds since its figures were read, where it is held though they are others now: a pause is no end. */
	readonly heldFor?: number;
}

/** What it comes down to: a finding's id and sentence, or `measuring`, `no-tunnel`, `idle`, `no-limit-here`. */
export interface Verdict {
	readonly id: string;
	readonly severity: Severity;
	readonly text: string;
	readonly steps: readonly string[];
	/** As of the finding. */
	readonly heldFor?: number;
}

/** A rule that could not be judged, and what it would need to read, in words. */
export interface SilentRule {
	readonly id: string;
	readonly needs: string;
}
