/** One setting as it stands now. */
export interface Knob {
	readonly name: string;
	/** The interface it belongs to; absent: the whole machine. */
	readonly device?: string;
	/** Absent: not readable. */
	readonly now: string | undefined;
	/** What the guide would have here; absent where it has no word on it. */
	readonly guide?: string;
	/** How the two compare: a number that is higher than the guide's is `above`. */
	readonly against: 'equal' | 'above' | 'differs' | 'none';
	readonly note?: string;
}

interface KnobParts {
	readonly device?: string | undefined;
	readonly guide?: string | undefined;
	readonly note?: string | undefined;
	/** Says how the two compare where their texts do not. */
	readonly against?: Knob['against'] | undefined;
}

/** A knob; where nothing else is said, equal texts are equal, and of two numbers the greater is above. */
export function createKnob(name: string, now: string | undefined, parts: KnobParts = {}): Knob {
	const {device, guide, note, against = compare(now, guide)} = parts;
	return {
		name,
		now,
		against,
		...(device !== undefined && {device}),
		...(guide !== undefined && {guide}),
		...(note !== undefined && {note}),
	};
}

function compare(now: string | undefined, guide: string | undefined): Knob['against'] {
	if (now === undefined || guide === undefined) {
		return 'none';
	}
	if (now === guide) {
		return 'equal';
	}
	// The last number of a vector is the one that bounds (`tcp_rmem`).
	const a = Number(now.split(' ').at(-1));
	const b = Number(guide.split(' ').at(-1));
	return a >= b ? 'above' : 'differs';
}
