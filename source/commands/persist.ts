import type {Host} from '../host.ts';
import type {Readings} from '../model/snapshot.ts';
import {findOpen} from '../tuning/in-force.ts';
import {type JournalState, settingKey} from '../tuning/journal.ts';
import {readJournal} from '../tuning/journal-file.ts';
import {describeMissingCallers} from '../tuning/persist/callers.ts';
import {diffLines} from '../tuning/persist/diff.ts';
import {manifestPath, type PersistFile, writePersistFiles} from '../tuning/persist/files.ts';
import {type FileChange, listInstalled, reload, removeInstalled, writeFiles} from '../tuning/persist/installed.ts';
import {findArguments, type IrqbalanceArguments} from '../tuning/persist/irqbalance-arguments.ts';
import {type Standing, verifyWanted} from '../tuning/persist/verify.ts';
import {collectWanted, type Wanted, type WantedList} from '../tuning/persist/wanted.ts';
import {describeSetting} from '../tuning/settings.ts';
import {describeOpen} from '../tuning/tune.ts';
import {askKey} from './ask.ts';
import {type Command, type CommandContext, Failure, textFlag, UsageError} from './command.ts';
import {pathOptions, readingOptions} from './sampling.ts';
import {startSurvey} from './survey.ts';
import {chooseStateFolder, formatJson, jsonOption, stateOption} from './tuning.ts';

export const persist: Command = {
	name: 'persist',
	summary: 'make the steps in force outlast a restart, and the coming and going of devices',
	details:
		'Writes a sysctl file, udev rules, a unit and a plain script, for what tuning has set for good, as long as it holds; no nbtop runs at boot. Without an option it shows what would change. Exit status: 0 done or all as wanted, 1 failed or not all as wanted.',
	options: [
		{name: 'install', type: 'boolean', help: 'write the files, after showing what changes'},
		{name: 'remove', type: 'boolean', help: 'remove all that was written'},
		{name: 'verify', type: 'boolean', help: 'compare what was written with what is so now'},
		{name: 'print', type: 'string', value: 'DIR', help: 'write the same files below a folder, to be carried elsewhere'},
		{name: 'yes', short: 'y', type: 'boolean', help: 'do not ask'},
		jsonOption,
		stateOption,
		...readingOptions.filter(({name}) => name !== 'capture'),
	],
	async run(context) {
		const {flags, input} = context;
		const chosen = (['install', 'remove', 'verify', 'print'] as const).filter(name => flags[name] !== undefined);
		if (input.length > 0 || chosen.length > 1) {
			throw new UsageError('persist takes one of --install, --remove, --verify and --print DIR');
		}
		return await actions[chosen[0] ?? 'show'](context);
	},
};

const actions = {show, install, remove, verify, print};

// ---------------------------------------------------------------------------------------------------------------------
// Writing

interface Draft extends WantedList {
	readonly files: readonly PersistFile[];
	/** Those that differ from what lies there. */
	readonly changes: readonly FileChange[];
	/** What this machine will not call by itself. */
	readonly uncalled: readonly string[];
	/** Why nothing may be written now. */
	readonly hindrance?: string;
}

async function draft({host, flags, version}: CommandContext): Promise<Draft> {
	const survey = await startSurvey(host, pathOptions(flags));
	const {readings} = await survey.look();
	const state = readJournal(host, chooseStateFolder(flags));
	const list = collectWanted(state, readings.links?.value ?? [], readings.irqs?.value);
	const own = await keepLive(list.wanted, state, readings, host);
	const earlier = await keepEarlier(list.wanted, readings, host);
	const told = readIrqbalanceArguments(readings, host);
	const {wanted, notes} = leaveOutBan(
		{wanted: [...own.wanted, ...earlier.wanted], notes: [...list.notes, ...own.notes, ...earlier.notes]},
		told,
	);
	const open = findOpen(state);
	const irqbalanceArguments = 'words' in told ? told.words : [];
	const files = writePersistFiles({wanted, version, irqbalanceArguments});
	const changes = files.flatMap(file => {
		const before = tryReading(host, file.path);
		return before === file.text ? [] : [{...file, ...(before !== undefined && {before})}];
	});
	const uncalled = describeMissingCallers(wanted, host);
	return {wanted, notes, files, changes, uncalled, ...(open && {hindrance: describeOpen(open)})};
}

/** A step that is not confirmed may have cut the connection: at the next start its files would bring back what a guard takes out. */
function expectNothingOpen({hindrance}: Draft): void {
	if (hindrance !== undefined) {
		throw new Failure(`nothing was written: ${hindrance}`);
	}
}

/**
What tuning has set and is not so any more is somebody else's by now. Interrupts that were only left where they were
(those that the journal does not have) go with the list that irqbalance was told.
*/
async function keepLive(
	wanted: readonly Wanted[],
	{stacks}: JournalState,
	readings: Readings,
	host: Host,
): Promise<WantedList> {
	const {wanted: live, notes} = await dropChanged(wanted, readings, host);
	const isBan = ({setting}: Wanted): boolean => setting.kind === 'irqbalance-ban';
	const isForgotten = wanted.some(isBan) && !live.some(isBan);
	const isSet = ({setting}: Wanted): boolean => setting.kind !== 'irq-affinity' || stacks.has(settingKey(setting));
	return {wanted: isForgotten ? live.filter(isSet) : live, notes};
}

/**
After a restart the journal has nothing in force, but what was made to last is. It stays among the wanted as long as it still
holds, or cannot be seen: a tunnel that is down comes again. What was undone since does not.
*/
async function keepEarlier(wanted: readonly Wanted[], readings: Readings, host: Host): Promise<WantedList> {
	const known = new Set(wanted.map(({setting}) => settingKey(setting)));
	const earlier = (readManifest(host) ?? []).filter(({setting}) => !known.has(settingKey(setting)));
	return dropChanged(earlier, readings, host);
}

/** Those that hold, or cannot be seen now. */
async function dropChanged(wanted: readonly Wanted[], readings: Readings, host: Host): Promise<WantedList> {
	const standings = await verifyWanted(wanted, readings, host);
	const isChanged = (standing?: Standing): boolean => standing?.holds === false && standing.live !== undefined;
	return {
		wanted: wanted.filter((_, index) => !isChanged(standings[index])),
		notes: standings
			.filter(isChanged)
			.map(each => `${each.label}: it was ${each.wanted}, and is ${each.live || 'none'} now`),
	};
}

/** What the distribution's own file says; ours is read after it. */
function readIrqbalanceArguments({machine}: Readings, host: Host): IrqbalanceArguments {
	const paths = ['/etc/default/irqbalance', '/etc/sysconfig/irqbalance'];
	const files = paths.map(path => ({path, text: tryReading(host, path) ?? ''}));
	return findArguments(files, machine?.value.irqbalance?.arguments);
}

/** Our script would take the place of what the machine's own arguments say. */
function leaveOutBan({wanted, notes}: WantedList, told: IrqbalanceArguments): WantedList {
	const isBan = ({setting}: Wanted): boolean => setting.kind === 'irqbalance-ban';
	return 'objection' in told && wanted.some(isBan)
		? {
				wanted: wanted.filter(wish => !isBan(wish)),
				notes: [...notes, `${describeSetting({kind: 'irqbalance-ban'})}: ${told.objection}`],
			}
		: {wanted, notes};
}

async function show(context: CommandContext): Promise<number> {
	const made = await draft(context);
	const {wanted, notes, changes, uncalled, hindrance} = made;
	report(context, {wanted, notes, changes: changes.map(({path}) => path), uncalled}, [
		...describeDraft(made),
		...(changes.length > 0 && hindrance === undefined ? ['nbtop persist --install writes this'] : []),
	]);
	return 0;
}

async function print(context: CommandContext): Promise<number> {
	const {host, flags} = context;
	const folder = textFlag(flags, 'print') ?? '.';
	const made = await draft(context);
	expectNothingOpen(made);
	const {files, notes} = made;
	for (const {path, text, mode} of files) {
		const target = `${folder}${path}`;
		host.makeFolder(target.slice(0, target.lastIndexOf('/')));
		host.saveFile(target, text, {mode});
	}
	report(context, {files: files.map(({path}) => path), notes}, [
		...notes.map(note => `not among them: ${note}`),
		files.length === 0 ? 'nothing is in force that is to last: nothing to print' : `${files.length} files in ${folder}`,
	]);
	return 0;
}

async function install(context: CommandContext): Promise<number> {
	const {host, flags, terminal} = context;
	const made = await draft(context);
	expectNothingOpen(made);
	const {changes, uncalled} = made;
	const stale = listInstalled(host).filter(path => !made.files.some(file => file.path === path));
	const lines = [...describeDraft(made), ...stale.map(path => `remove ${path}`)];
	if (made.files.length === 0 || changes.length + stale.length === 0) {
		report(context, {changed: []}, [
			...lines,
			made.files.length === 0 ? 'nothing was written' : 'all of it is written already',
		]);
		return made.files.length === 0 ? 1 : 0;
	}
	if (flags.yes !== true) {
		if (flags.json === true || !terminal.isScreen) {
			throw new UsageError('persist --install needs --yes where nobody can be asked');
		}
		terminal.stdout.write(lines.map(line => `${line}\n`).join(''));
		if ((await askKey(terminal, 'Write this? [y/N] '))?.toLowerCase() !== 'y') {
			return 1;
		}
	}
	writeFiles(changes, host);
	await removeInstalled(stale, host);
	const problems = await reload(host);
	const paths = changes.map(({path}) => path);
	report(context, {changed: paths, removed: stale, problems, uncalled}, [
		...(flags.yes === true ? lines : []),
		...problems,
		`written: ${paths.length} files; nbtop persist --verify compares, nbtop persist --remove takes them away`,
	]);
	return problems.length > 0 ? 1 : 0;
}

async function remove(context: CommandContext): Promise<number> {
	const {host} = context;
	const paths = listInstalled(host);
	await removeInstalled(paths, host);
	const problems = paths.length > 0 ? await reload(host) : [];
	report(context, {removed: paths, problems}, [
		...paths.map(path => `removed ${path}`),
		...problems,
		paths.length === 0
			? 'nothing of nbtop persist is here'
			: 'what is set now stays until the next start; nbtop undo --all puts it back',
	]);
	return problems.length > 0 ? 1 : 0;
}

function describeDraft({files, notes, wanted, changes, uncalled}: Draft): string[] {
	if (files.length === 0) {
		return [...notes.map(note => `not among them: ${note}`), 'nothing is in force that is to last'];
	}
	return [
		`${wanted.length} values in force`,
		...notes.map(note => `not among them: ${note}`),
		...changes.flatMap(({path, before, text}) => [`+++ ${path}`, ...diffLines(before ?? '', text)]),
		...uncalled,
	];
}

// ---------------------------------------------------------------------------------------------------------------------
// Comparing

async function verify(context: CommandContext): Promise<number> {
	const {host, flags} = context;
	const wanted = readManifest(host);
	if (wanted === undefined) {
		throw new Failure('nothing of nbtop persist is here: nbtop persist --install first');
	}
	const survey = await startSurvey(host, pathOptions(flags));
	const {readings}: {readings: Readings} = await survey.look();
	const standings = await verifyWanted(wanted, readings, host);
	const drifted = standings.filter(({holds}) => !holds);
	report(context, {standings}, [
		...standings.map(describeStanding),
		drifted.length === 0 ? 'all as wanted' : `${drifted.length} of ${standings.length} not as wanted`,
	]);
	return drifted.length === 0 ? 0 : 1;
}

function readManifest(host: Host): readonly Wanted[] | undefined {
	const text = tryReading(host, manifestPath);
	if (text === undefined) {
		return undefined;
	}
	try {
		const manifest: {wanted?: readonly Wanted[]} = JSON.parse(text);
		return manifest.wanted ?? [];
	} catch {
		throw new Failure(`${manifestPath} cannot be read: nbtop persist --install writes it anew`);
	}
}

function describeStanding({label, wanted, live, holds, cause}: Standing): string {
	if (holds) {
		return `  ${label} is ${live}`;
	}
	return `! ${label} is ${live ?? 'not there'}, wanted ${wanted}${cause === undefined ? '' : `: ${cause}`}`;
}

function report(context: CommandContext, json: object, lines: readonly string[]): void {
	const {flags, terminal} = context;
	terminal.stdout.write(
		flags.json === true ? formatJson(context, 'persist', json) : lines.map(line => `${line}\n`).join(''),
	);
}

function tryReading(host: Host, path: string): string | undefined {
	try {
		return host.readText(path);
	} catch {
		return undefined;
	}
}
