/** A measurement that cannot be made at all, and what to do about it, in one or two sentences. */
export class BenchError extends Error {
	override readonly name: string = 'BenchError';
}

/** The machine is not as it was before, and what to do about it. */
export class NotPutBack extends BenchError {
	override readonly name = 'NotPutBack';
}

/** The user, or a signal, has ended it. */
export class Interrupted extends Error {
	override readonly name = 'Interrupted';

	constructor() {
		super('interrupted');
	}
}
