import {type BenchResult, runBench} from '../bench/bench.ts';
import {findProgress} from '../bench/progress.ts';
import {findScenario, type Scenario, scenarios} from '../bench/scenarios.ts';
import {formatBench} from '../session/bench-json.ts';
import type {Store} from '../session/store.ts';
import {formatBenchText, formatProgress} from '../ui/bench-text.ts';
import {
	type Command,
	type CommandContext,
	type Flags,
	numberFlag,
	type Terminal,
	textFlag,
	UsageError,
} from './command.ts';
import {suggest} from './help.ts';
import {interruptedStatus, measure, measuringOptions} from './measuring.ts';
import {findPeerTools, peerOptions, takePeer} from './peer-tools.ts';

const defaultSeconds = 30;
/** TCP needs some seconds to find its speed; of a short run that would be most. */
const usualOmit = 3;

export const bench: Command = {
	name: 'bench',
	arguments: 'PEER',
	summary: 'measure the tunnel to a peer with iperf3, and say what its figures mean together',
	details:
		'PEER is a NetBird name, an address in the mesh, or an ssh target ([USER@]HOST). Loads the tunnel for about half a minute a scenario. Exit status: 0 measured, 1 not all of it or not to be believed, 130 interrupted.',
	options: [
		{
			name: 'scenario',
			type: 'string',
			value: 'NAMES',
			help: `which ones, with commas between: ${scenarios.map(({id}) => id).join(', ')}`,
		},
		{
			name: 'time',
			type: 'number',
			value: 'SECONDS',
			help: `seconds of each run; default ${defaultSeconds}`,
			check: value => (Number.isInteger(value) && value >= 2 && value <= 600 ? undefined : 'takes 2 to 600 seconds'),
		},
		{name: 'underlay', type: 'boolean', help: 'measure beside the tunnel too, to know what the tunnel costs'},
		{name: 'json', type: 'boolean', help: 'print one JSON object (docs/json.md)'},
		...peerOptions,
		...measuringOptions,
	],
	run: measureScenarios,
};

async function measureScenarios(context: CommandContext): Promise<number> {
	const {flags, terminal, version} = context;
	const query = takePeer(context, 0, 'bench needs one peer: nbtop bench PEER');
	const chosen = chooseScenarios(flags);
	const seconds = numberFlag(flags, 'time') ?? defaultSeconds;
	return measure(context, seconds, async measuring => {
		const tools = await findPeerTools(context, query, measuring);
		const forget = showProgress(measuring.store, terminal);
		const result = await runBench({scenarios: chosen, seconds, omit: chooseOmit(seconds)}, tools).finally(forget);
		const host = measuring.store.getState().snapshot?.readings.machine?.value.host;
		terminal.stdout.write(
			flags.json === true
				? `${JSON.stringify(formatBench(result, version, host))}\n`
				: formatBenchText(result, {width: terminal.columns, ...(host !== undefined && {host})}),
		);
		return chooseStatus(result, measuring.signal);
	});
}

function chooseStatus({items, broken}: BenchResult, {aborted}: AbortSignal): number {
	const isWhole = broken === undefined && items.every(({runs}) => runs.at(-1)?.run.invalid.length === 0);
	return aborted ? interruptedStatus : isWhole ? 0 : 1;
}

export function chooseOmit(seconds: number): number {
	return Math.min(usualOmit, Math.max(1, Math.floor(seconds / 4)));
}

function chooseScenarios(flags: Flags): readonly Scenario[] {
	const names = textFlag(flags, 'scenario')?.split(',');
	const chosen = names?.map(findNamed) ?? scenarios.filter(({path}) => path === 'overlay');
	const extra = flags.underlay === true ? [findNamed('underlay')] : [];
	return [...new Set([...chosen, ...extra])];
}

/** The scenario of that name; throws a `UsageError` that says which there are. */
export function findNamed(name: string): Scenario {
	const scenario = findScenario(name.trim());
	if (scenario === undefined) {
		const names = scenarios.map(({id}) => id);
		throw new UsageError(`there is no scenario '${name}'${suggest(name, names)}; there are ${names.join(', ')}`);
	}
	return scenario;
}

const clearLine = '\r\u001B[K';

/** Keeps one line on the terminal's error stream up to date; the answer takes it away. */
export function showProgress(store: Store, {stderr}: Terminal): () => void {
	if (stderr.isTTY !== true) {
		return () => undefined;
	}
	const forget = store.subscribe(() => {
		const progress = findProgress(store.getState());
		stderr.write(
			clearLine + (progress === undefined ? '' : formatProgress(progress).slice(0, (stderr.columns ?? 80) - 1)),
		);
	});
	return () => {
		forget();
		stderr.write(clearLine);
	};
}
