import {Interrupted, NotPutBack} from '../bench/bench-error.ts';
import {choosePrimary} from '../bench/primary.ts';
import {runTrial, type Trial} from '../bench/trial.ts';
import {formatTrial} from '../session/trial-json.ts';
import {steps} from '../tuning/steps.ts';
import {formatTrialText} from '../ui/trial-text.ts';
import {type Command, type CommandContext, numberFlag, type Terminal, textFlag, UsageError} from './command.ts';
import {measure, measuringOptions} from './measuring.ts';
import {chooseOmit, findNamed, findPeerTools, peerOptions, takePeer, timeOption} from './peer-tools.ts';
import {checkStep, jsonOption, notAllPutBack, openTuning} from './tuning.ts';

/** Seven pairs may have one that goes the other way; six may not. */
const defaultPairs = 7;
const defaultSeconds = 10;

export const trial: Command = {
	name: 'trial',
	arguments: 'STEP PEER',
	summary: 'prove with statistics whether a step helps: interleaved runs with and without it',
	details:
		'PEER as for nbtop bench. Says beforehand how small a change will show. The step is in only while it is measured, under a guard that takes it out if nbtop dies, and ends as it was before. Exit status: 0 there is a verdict, 1 there is none, 4 the machine is not as it was, 130 interrupted.',
	options: [
		{
			name: 'pairs',
			type: 'number',
			value: 'N',
			help: `pairs of runs, or runs a block for what cannot be toggled; default ${defaultPairs}`,
			check: value => (Number.isInteger(value) && value >= 4 && value <= 40 ? undefined : 'takes 4 to 40'),
		},
		{
			name: 'scenario',
			type: 'string',
			value: 'NAME',
			help: 'what to judge it by; default: what loads the part of the path that it works on',
		},
		timeOption(defaultSeconds),
		{
			name: 'despite-noise',
			type: 'boolean',
			help: 'go on where runs differ by more than 10 % by themselves: only a large change will show then',
		},
		jsonOption,
		...peerOptions,
		...measuringOptions,
	],
	run: compareStep,
};

async function compareStep(context: CommandContext): Promise<number> {
	const {flags, input, terminal, version} = context;
	const query = takePeer(context, 1, 'trial needs a step and a peer: nbtop trial STEP PEER');
	const id = checkStep(input.slice(0, 1));
	const step = steps.find(each => each.id === id);
	if (step === undefined) {
		throw new UsageError('trial needs a step and a peer: nbtop trial STEP PEER');
	}
	const named = textFlag(flags, 'scenario');
	const scenario = named === undefined ? choosePrimary(step.id) : findNamed(named);
	const seconds = numberFlag(flags, 'time') ?? defaultSeconds;
	const tuning = openTuning(context);
	return tellLeftovers(terminal, () =>
		measure(context, {seconds, tellsAlways: true}, async measuring => {
			const tools = await findPeerTools(context, query, measuring);
			const options = {
				...{step, scenario, seconds, omit: chooseOmit(seconds)},
				count: numberFlag(flags, 'pairs') ?? defaultPairs,
				seed: Math.floor(measuring.host.now().wall / 1000),
				despiteNoise: flags['despite-noise'] === true,
			};
			const result = await runTrial(options, {...tools, tuning, refresh: measuring.refresh}).catch((error: unknown) => {
				if (error instanceof Interrupted) {
					terminal.stderr.write(`the machine is as it was before the trial of ${step.id}\n`);
				}
				throw error;
			});
			const host = measuring.store.getState().snapshot?.readings.machine?.value.host;
			const text = {
				width: terminal.columns,
				peer: tools.peer.name ?? tools.peer.address,
				...(host !== undefined && {host}),
			};
			terminal.stdout.write(
				flags.json === true
					? `${JSON.stringify(formatTrial(result, version, tools.peer))}\n`
					: formatTrialText(result, text),
			);
			return chooseStatus(result);
		}),
	);
}

/** The status that says that the machine is not as it was, and in words why. */
export async function tellLeftovers({stderr}: Terminal, act: () => Promise<number>): Promise<number> {
	try {
		return await act();
	} catch (error) {
		if (error instanceof Error && error.cause instanceof NotPutBack) {
			stderr.write(`nbtop: ${error.message}\n`);
			return notAllPutBack;
		}
		throw error;
	}
}

function chooseStatus({verdict}: Trial): number {
	return verdict === undefined ? 1 : 0;
}
