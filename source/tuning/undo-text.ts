import {isOwn} from './restoration.ts';
import {describeSetting} from './settings.ts';
import type {Shortcomings, UndoResult} from './undo.ts';

/** What was undone, or why not, in lines. `force`: how somebody else's values can be overwritten all the same. */
export function describeUndo(result: UndoResult, force: string): string[] {
	switch (result.kind) {
		case 'nothing':
		case 'refused':
			return [result.reason];
		case 'undone':
			return [
				`${result.step} is undone:`,
				...result.restored
					.filter(isOwn)
					.map(({setting, to}) => `  ${describeSetting(setting)} is ${to || 'none'} again`),
				...result.passed.map(({setting, note}) => `  ${describeSetting(setting)}: ${note}`),
				...describeShortcomings(result),
			];
		case 'conflict':
			return [
				`${result.step} is left alone: somebody else has changed it since (${force} overwrites)`,
				...result.conflicts.map(
					({setting, original, ours, theirs}) =>
						`  ${describeSetting(setting)}: was ${original}, we set ${ours}, now it is ${theirs}`,
				),
			];
		case 'left':
			return [
				`${result.step} could not be undone completely:`,
				...result.left.map(
					({setting, original, message}) => `  ${describeSetting(setting)} should be ${original}: ${message}`,
				),
				...describeShortcomings(result),
			];
	}
}

/** What is back is back; who asks the journal may be told otherwise. */
function describeShortcomings({untold, unguarded}: Shortcomings): string[] {
	return [
		...(unguarded === undefined ? [] : [`No guard stood by that would have finished this: ${unguarded}`]),
		...(untold === undefined
			? []
			: [`The journal could not be written, and may still show it in force: ${untold}; nbtop undo again when it can`]),
	];
}
