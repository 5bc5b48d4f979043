import type {Evidence, Severity} from '../../model/findings.ts';
import type {Input} from './inputs.ts';
import type {Scene} from './scene.ts';

/**
One rule: what it is called, what it must be able to read, when it is judged, and how a tick is judged. What happened over
the ticks before is the engine's business.
*/
export interface Rule {
	readonly id: string;
	readonly severity: Severity;
	/** What is judged comes first: a tick counts when that was read anew. Without any of them the rule is silent. */
	readonly needs: readonly [Input, ...Input[]];
	/** What must flow over the tunnel for it to be judged at all. */
	readonly during: 'always' | 'traffic' | 'load';
	/** Raised when so many of the last twice as many ticks agree; cleared when so many in a row do not. */
	readonly rises: number;
	readonly falls: number;
	/** The findings that explain this one where they are raised too. */
	readonly symptomOf?: readonly string[];
	/** What would show that it is wrong. */
	readonly refutedBy: string;
	/** Ids of the steps that answer it; none: nothing on this host does. */
	readonly steps: readonly string[];
	/** Where the guide says otherwise, why. */
	readonly guide?: string;
	/** `held`: it is raised already, so that its condition may be a little milder than the one that raises it. */
	judge(scene: Scene, held: boolean): Judgement | undefined;
}

/** What one tick shows. Every figure of the sentence stands in the evidence. */
export interface Judgement {
	readonly text: string;
	readonly evidence: readonly Evidence[];
	/** In place of the rule's own. */
	readonly severity?: Severity;
	readonly steps?: readonly string[];
	/** True: here it stands for itself, whatever else is raised. */
	readonly independent?: boolean;
}
