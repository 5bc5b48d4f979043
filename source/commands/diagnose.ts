import {createCollector} from '../collect.ts';
import {formatDiagnosis} from '../session/diagnosis-json.ts';
import type {State} from '../session/state.ts';
import {createStore} from '../session/store.ts';
import {formatDiagnosisText} from '../ui/diagnosis.ts';
import {type Command, type CommandContext, numberFlag, refuseWords, tellWaiting} from './command.ts';
import {chooseHost, chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';

/** A fault was found: something loses packets, or makes every measurement of this path meaningless. */
const faultFound = 3;

const defaultSeconds = 10;
const defaultInterval = 1;
const longest = 3600;

export const diagnose: Command = {
	name: 'diagnose',
	summary: 'name the bottleneck, with its evidence and the steps that answer it',
	details:
		'Watches for some seconds: let iperf3 load the tunnel meanwhile. Exit status: 0 all is well or a limit is reached, 3 a fault was found.',
	options: [
		{
			name: 'for',
			type: 'number',
			value: 'SECONDS',
			help: `seconds to watch; default ${defaultSeconds}`,
			check: value => (value >= 2 && value <= longest ? undefined : `takes 2 to ${longest} seconds`),
		},
		intervalOption(defaultInterval),
		{name: 'json', type: 'boolean', help: 'print one JSON object (docs/json.md)'},
		{name: 'explain', type: 'boolean', help: 'also list the rules that cannot be judged here, and what they need'},
		...readingOptions,
	],
	run: printDiagnosis,
};

async function printDiagnosis(context: CommandContext): Promise<number> {
	const {flags, input, terminal, version} = context;
	refuseWords(input);
	const state = await watch(context);
	terminal.stdout.write(
		flags.json === true
			? `${JSON.stringify(formatDiagnosis(state, version))}\n`
			: formatDiagnosisText(state, {width: terminal.columns, explain: flags.explain === true}),
	);
	return state.verdict.severity === 'fault' ? faultFound : 0;
}

/**
Watches the machine for the time asked for, or a capture to its end. Gives the last state that had something to say: a load
that ended a little early has not been for nothing.
*/
async function watch({host: machine, flags, terminal}: CommandContext): Promise<State> {
	const {host, capture} = chooseHost(machine, flags);
	const store = createStore(pathOptions(flags));
	const collector = createCollector(host, pathOptions(flags));
	let told: State | undefined;
	/** A slow program delays no sample for longer than `patience` seconds. */
	const sample = async (patience: number): Promise<void> => {
		store.dispatch(await collector.collect(patience));
		const state = store.getState();
		told = saysNothing.has(state.verdict.id) ? told : state;
	};

	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	for (let round = 0; round < 3; round++) {
		await sample(Number.POSITIVE_INFINITY);
	}
	const interval = chooseInterval(flags, defaultInterval);
	const seconds = numberFlag(flags, 'for') ?? defaultSeconds;
	if (!capture) {
		tellWaiting(terminal, `watching for ${seconds} s: a load on the tunnel meanwhile shows what limits it`);
	}
	const end = host.realTime() + seconds;
	for (let due = host.realTime() + interval; capture ? capture.advance() : due < end + interval / 2; ) {
		if (!capture) {
			await host.sleep(Math.max(0, due - host.realTime()));
		}
		await sample(capture ? Number.POSITIVE_INFINITY : interval);
		due = Math.max(due + interval, host.realTime());
	}
	return told ?? store.getState();
}

const saysNothing: ReadonlySet<string> = new Set(['measuring', 'idle', 'no-tunnel']);
