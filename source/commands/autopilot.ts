import {runAutopilot} from '../bench/autopilot.ts';
import type {LoopOptions} from '../bench/loop.ts';
import {openLoopLog} from '../bench/loop-log.ts';
import {scenarios} from '../bench/scenarios.ts';
import type {TuningStep} from '../model/tuning.ts';
import {formatAutopilot} from '../session/autopilot-json.ts';
import {steps} from '../tuning/steps.ts';
import {formatAutopilotText} from '../ui/autopilot-text.ts';
import {askKey} from './ask.ts';
import {type Command, type CommandContext, type Flags, numberFlag, textFlag, UsageError} from './command.ts';
import {interruptedStatus, measure, measuringOptions} from './measuring.ts';
import {chooseOmit, findNamed, findPeerTools, peerOptions, takePeer, timeOption} from './peer-tools.ts';
import {report} from './report.ts';
import {tellLeftovers} from './trial.ts';
import {checkStep, jsonOption, openTuning} from './tuning.ts';

const defaultPairs = 7;
const defaultSeconds = 10;
const defaultBudget = '30m';

export const autopilot: Command = {
	name: 'autopilot',
	arguments: 'PEER',
	summary: 'the guided loop: measure, name the limit, try the step that answers it, keep what is proven better',
	details:
		'PEER as for nbtop bench. Loads the tunnel all the time. A step is in only while it is measured, under a guard, until it is proven; what is not better goes back. Any key stops it. After a crash the same call goes on where it was, within a day. Exit status: 0 it came to its end, 1 it could not begin or had to stop, 4 the machine is not as it was meant to be left, 130 stopped by the user.',
	options: [
		{name: 'dry-run', short: 'n', type: 'boolean', help: 'measure and say what would be tried first; change nothing'},
		{name: 'yes', short: 'y', type: 'boolean', help: 'begin without asking'},
		{
			name: 'steps',
			type: 'string',
			value: 'NAMES',
			help: 'the steps that may be tried, with commas between; default: all',
		},
		{
			name: 'budget',
			type: 'string',
			value: 'TIME',
			help: `how long at most: 90s, 30m, 2h; default ${defaultBudget}`,
		},
		{
			name: 'pairs',
			type: 'number',
			value: 'N',
			help: `pairs of runs of each comparison; default ${defaultPairs}`,
			check: value => (Number.isInteger(value) && value >= 5 && value <= 40 ? undefined : 'takes 5 to 40'),
		},
		{
			name: 'scenario',
			type: 'string',
			value: 'NAMES',
			help: `what to measure at the start and the end; default: ${scenarios
				.filter(({path}) => path === 'overlay')
				.map(({id}) => id)
				.join(', ')}`,
		},
		timeOption(defaultSeconds),
		jsonOption,
		...peerOptions,
		...measuringOptions,
	],
	run: runLoop,
};

async function runLoop(context: CommandContext): Promise<number> {
	const {flags, terminal, host, version} = context;
	const query = takePeer(context, 0, 'autopilot needs one peer: nbtop autopilot PEER');
	const options = chooseOptions(flags);
	const tuning = openTuning(context);
	if (!(await mayBegin(context, options))) {
		return 1;
	}
	const {seconds, dryRun} = options;
	const onRecorded = (file: string) => writeReport(context, file);
	return tellLeftovers(terminal, () =>
		measure(
			context,
			{seconds, tellsAlways: true, recordsAlways: !dryRun, stopsOnKey: true, onRecorded},
			async measuring => {
				const tools = await findPeerTools(context, query, measuring);
				const log = openLoopLog(host, tuning.journal.folder);
				const result = await runAutopilot(options, {...tools, tuning, refresh: measuring.refresh, log});
				const name = measuring.store.getState().snapshot?.readings.machine?.value.host;
				const text = {
					width: terminal.columns,
					peer: tools.peer.name ?? tools.peer.address,
					...(name !== undefined && {host: name}),
				};
				terminal.stdout.write(
					flags.json === true
						? `${JSON.stringify(formatAutopilot(result, version, tools.peer))}\n`
						: formatAutopilotText(result, text),
				);
				return result.interrupted ? interruptedStatus : result.failed ? 1 : 0;
			},
		),
	);
}

/** The report of the session, beside it. */
function writeReport(context: CommandContext, file: string): Promise<number> {
	const output = `${file.replace(/\.jsonl(?:\.gz)?$/, '')}.md`;
	return report.run({...context, input: [file], flags: {output}});
}

async function mayBegin({flags, terminal}: CommandContext, {dryRun}: LoopOptions): Promise<boolean> {
	if (dryRun || flags.yes === true) {
		return true;
	}
	if (flags.json === true || !terminal.isScreen) {
		throw new UsageError('autopilot needs --yes or --dry-run where nobody can be asked');
	}
	const question = 'This loads the tunnel and changes settings of this machine, one at a time. Begin? [y/N] ';
	return (await askKey(terminal, question))?.toLowerCase() === 'y';
}

function chooseOptions(flags: Flags): LoopOptions {
	const seconds = numberFlag(flags, 'time') ?? defaultSeconds;
	return {
		steps: chooseSteps(flags),
		scenarios:
			textFlag(flags, 'scenario')?.split(',').map(findNamed) ?? scenarios.filter(({path}) => path === 'overlay'),
		seconds,
		omit: chooseOmit(seconds),
		count: numberFlag(flags, 'pairs') ?? defaultPairs,
		budget: parseBudget(textFlag(flags, 'budget') ?? defaultBudget),
		dryRun: flags['dry-run'] === true,
	};
}

function chooseSteps(flags: Flags): readonly TuningStep[] {
	const names = textFlag(flags, 'steps')
		?.split(',')
		.map(name => checkStep([name.trim()]));
	return names === undefined ? steps : steps.filter(({id}) => names.includes(id));
}

const units: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600};

/** `90s`, `30m`, `2h` in seconds. Throws a `UsageError`. */
function parseBudget(text: string): number {
	const [, number, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
	if (number === undefined) {
		throw new UsageError(`--budget takes a time like 90s, 30m or 2h, not '${text}'`);
	}
	return Number(number) * (units[unit] ?? 1);
}
