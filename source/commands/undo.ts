import {findOpen} from '../tuning/in-force.ts';
import {manifestPath} from '../tuning/persist/files.ts';
import {describeNotice, recover} from '../tuning/recover.ts';
import {type UndoResult, undoAll, undoStep} from '../tuning/undo.ts';
import {describeUndo} from '../tuning/undo-text.ts';
import {type Command, type CommandContext, UsageError} from './command.ts';
import {checkStep, formatJson, holdSignals, jsonOption, notAllPutBack, openTuning, stateOption} from './tuning.ts';

export const undo: Command = {
	name: 'undo',
	arguments: '[STEP]',
	summary: 'give back the values from before the newest step, a named one, or all',
	details:
		'Exit status: 0 done or nothing to do, 1 refused (nothing was written), 4 something could not be put back. Where somebody else has changed a value since, the step is left alone.',
	options: [
		{name: 'all', type: 'boolean', help: 'undo every step, the newest first'},
		{name: 'force', type: 'boolean', help: 'also overwrite what somebody else has set since'},
		jsonOption,
		stateOption,
	],
	run: runUndo,
};

async function runUndo(context: CommandContext): Promise<number> {
	const {flags, input, terminal} = context;
	const step = checkStep(input);
	if (step !== undefined && flags.all === true) {
		throw new UsageError('undo takes a step or --all, not both');
	}
	const tools = openTuning(context);
	const {notices, results} = await holdSignals(async () => {
		const open = findOpen(tools.journal.read())?.id;
		const found = await recover(tools);
		const isDone = found.some(notice => notice.kind === 'reverted' && notice.transaction.id === open);
		if (isDone && step === undefined && flags.all !== true) {
			// That was the newest step: the one before it is not what was asked for.
			return {notices: found, results: [{kind: 'nothing', reason: 'nothing else is undone'} as const]};
		}
		const force = flags.force === true;
		return {
			notices: found,
			results: flags.all === true ? await undoAll({force}, tools) : [await undoStep(step, {force}, tools)],
		};
	});
	terminal.stdout.write(
		flags.json === true
			? formatJson(context, 'undo', {notices: notices.map(describeNotice), results})
			: [
					...notices.map(describeNotice),
					...results.flatMap(result => describeUndo(result, '--force')),
					...remindOfFiles(context, results),
				]
					.map(line => `${line}\n`)
					.join(''),
	);
	return Math.max(...results.map(({kind}) => statuses[kind]));
}

/** What was made to last comes back at the next start, undone or not. */
function remindOfFiles({host}: CommandContext, results: readonly UndoResult[]): string[] {
	try {
		host.readText(manifestPath);
		return results.some(({kind}) => kind === 'undone')
			? ['it was made to last: nbtop persist --install drops it from there, nbtop persist --remove drops all']
			: [];
	} catch {
		return [];
	}
}

const statuses: Readonly<Record<UndoResult['kind'], number>> = {
	nothing: 0,
	undone: 0,
	refused: 1,
	conflict: 1,
	left: notAllPutBack,
};
