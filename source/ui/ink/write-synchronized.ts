/**
Takes the place of Ink's module of that name in the bundle, of which all stays but this: Ink itself marks no frame, for
`log-update.ts` does.
*/
export * from '../../../node_modules/ink/build/write-synchronized.js';

export function shouldSynchronize(): boolean {
	return false;
}
