import type {Host} from '../host.ts';
import type {Situation, TuningStep} from '../model/tuning.ts';
import {describeVerdict, judgeStep} from '../tuning/effect.ts';
import {listSteps} from '../tuning/in-force.ts';
import {readJournal} from '../tuning/journal-file.ts';
import {chooseWithin, type Preview, previewStep} from '../tuning/preview.ts';
import {probePaths} from '../tuning/probe.ts';
import {describeNotice, inspectJournal, type Notice, recover} from '../tuning/recover.ts';
import {tryAppending} from '../tuning/restore.ts';
import {steps} from '../tuning/steps.ts';
import {type ApplyResult, applyStep, type TuningTools} from '../tuning/tune.ts';
import {confirm} from '../tuning/undo.ts';
import {askKey} from './ask.ts';
import {type Command, type CommandContext, UsageError} from './command.ts';
import {pathOptions, readingOptions} from './sampling.ts';
import {type Survey, startSurvey} from './survey.ts';
import {formatList, formatOutcome, formatPreview, type Outcome, toJson} from './tune-text.ts';
import {
	checkStep,
	chooseStateFolder,
	formatJson,
	guardOptions,
	guardWishes,
	holdSignals,
	jsonOption,
	notAllPutBack,
	openTuning,
	stateOption,
} from './tuning.ts';

export const tune: Command = {
	name: 'tune',
	arguments: '[STEP]',
	summary: 'list the tuning steps, or apply one: previewed, read back, undone by nbtop undo',
	details:
		'Exit status: 0 done or already so, 1 refused, or failed and put back, 4 failed and not all of it put back, 2 wrong call.',
	options: [
		{name: 'dry-run', short: 'n', type: 'boolean', help: 'show what would be done, and do nothing'},
		{name: 'yes', short: 'y', type: 'boolean', help: 'apply without asking'},
		...guardOptions,
		jsonOption,
		stateOption,
		...readingOptions.filter(({name}) => name !== 'capture'),
	],
	run: runTune,
};

async function runTune(context: CommandContext): Promise<number> {
	const id = checkStep(context.input);
	const step = steps.find(each => each.id === id);
	const survey = await startSurvey(context.host, pathOptions(context.flags));
	return step === undefined ? listAll(context, survey) : tuneStep(step, context, survey);
}

// ---------------------------------------------------------------------------------------------------------------------
// The list

async function listAll(context: CommandContext, survey: Survey): Promise<number> {
	const {host, flags, terminal} = context;
	const situation = await survey.look();
	const {notices, inForce} = lookIntoJournal(context);
	const previews: Preview[] = [];
	for (const step of steps) {
		previews.push(await previewStep(step, situation, host));
	}
	terminal.stdout.write(
		flags.json === true
			? formatJson(context, 'tune', {
					notices: notices.map(describeNotice),
					steps: previews.map(each => toJson(each, inForce)),
				})
			: formatList(previews, {notices, inForce, width: chooseWidth(terminal)}),
	);
	return 0;
}

/** Who reads lines from a pipe looks for whole ones. */
function chooseWidth({isScreen, columns}: CommandContext['terminal']): number {
	return isScreen ? columns : 10_000;
}

/** Anybody may look at the plans; only root may see what is in force. */
function lookIntoJournal({host, flags}: CommandContext): {notices: Notice[]; inForce: readonly string[]} {
	try {
		const state = readJournal(host, chooseStateFolder(flags));
		const bootId = host.readText('/proc/sys/kernel/random/boot_id').trim();
		return {notices: inspectJournal(state, bootId, host), inForce: listSteps(state)};
	} catch {
		return {notices: [], inForce: []};
	}
}

// ---------------------------------------------------------------------------------------------------------------------
// One step

async function tuneStep(step: TuningStep, context: CommandContext, survey: Survey): Promise<number> {
	const {host, flags, terminal} = context;
	const isDry = flags['dry-run'] === true;
	const isAsking = !isDry && flags.yes !== true;
	if (isAsking && (flags.json === true || !terminal.isScreen)) {
		throw new UsageError(`tune ${step.id} needs --yes or --dry-run where nobody can be asked`);
	}
	const tools = isDry ? undefined : openTuning(context);
	const notices = tools === undefined ? lookIntoJournal(context).notices : await holdSignals(() => recover(tools));
	await host.sleep(settleSeconds);
	const before = await addProbes(step, await survey.look(), host);
	const preview = await previewStep(step, before, host);
	const print = (text: string): void => void (flags.json === true || terminal.stdout.write(text));
	print(formatPreview(preview, notices, chooseWidth(terminal)));

	let outcome: Outcome;
	if (tools === undefined || preview.changes.length === 0) {
		outcome = {
			kind: preview.holds ? 'holds' : preview.unavailable !== undefined ? 'unavailable' : 'planned',
		};
	} else if (isAsking && (await askKey(terminal, 'Apply this? [y/N] '))?.toLowerCase() !== 'y') {
		outcome = {kind: 'declined'};
	} else {
		outcome = await act(preview, before, context, {tools, survey, print});
	}
	print(formatOutcome(outcome));
	if (flags.json === true) {
		terminal.stdout.write(
			formatJson(context, 'tune', {notices: notices.map(describeNotice), ...toJson(preview, []), outcome}),
		);
	}
	return statuses[outcome.kind];
}

/** Seconds over which the rates before the step are taken, and those after it. */
const settleSeconds = 2;
const effectSeconds = 5;

const statuses: Readonly<Record<Outcome['kind'], number>> = {
	planned: 0,
	holds: 0,
	applied: 0,
	declined: 1,
	unavailable: 1,
	refused: 1,
	'put back': 1,
	left: notAllPutBack,
};

async function addProbes(step: TuningStep, situation: Situation, host: Host): Promise<Situation> {
	return step.needsProbes ? {...situation, probes: await probePaths(host, situation)} : situation;
}

interface Means {
	readonly tools: TuningTools;
	readonly survey: Survey;
	readonly print: (text: string) => void;
}

async function act(preview: Preview, before: Situation, context: CommandContext, means: Means): Promise<Outcome> {
	const {tools, survey, print} = means;
	const within = chooseWithin(preview, guardWishes(context.flags));
	const result = await holdSignals(() => applyStep(preview, {...(within !== undefined && {within})}, tools));
	if (result.kind !== 'applied') {
		return result;
	}
	print(`Written as ${result.id}; watching for ${effectSeconds} s.\n`);
	// What was before and what is after must not be in one rate.
	await survey.look();
	await context.host.sleep(effectSeconds);
	const after = await survey.look();
	const verdict = judgeStep(preview.step, {before, after, clamped: result.clamped});
	tryAppending(tools.journal, [{type: 'judged', id: result.id, verdict}]);
	print(`${describeVerdict(verdict)}\n`);
	return {...result, verdict, ...(within !== undefined && {confirmation: await askToConfirm(result, context, tools)})};
}

/** Only a key pressed after the change shows that the connection still stands. */
async function askToConfirm(
	{id, deadline = 0}: ApplyResult & {readonly kind: 'applied'},
	{flags, host, terminal}: CommandContext,
	tools: TuningTools,
): Promise<string> {
	const left = Math.round(deadline - host.now().monotonic);
	const invitation = `within ${left} s, or it is put back: nbtop confirm ${id}`;
	if (flags.json === true || !terminal.isScreen) {
		return invitation;
	}
	const key = await askKey(terminal, `Keep it? Press y within ${left} s, or it is put back. `, left);
	if (key?.toLowerCase() !== 'y') {
		return key === undefined ? 'nobody confirmed it: the guard puts it back' : invitation;
	}
	const confirmed = await confirm(id, tools);
	return 'id' in confirmed ? 'confirmed: it stays' : confirmed.reason;
}
