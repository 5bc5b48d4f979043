import {type BenchResult, runBench} from '../bench/bench.ts';
import {type Scenario, scenarios} from '../bench/scenarios.ts';
import {formatBench} from '../session/bench-json.ts';
import {formatBenchText} from '../ui/bench-text.ts';
import {type Command, type CommandContext, type Flags, numberFlag, textFlag} from './command.ts';
import {interruptedStatus, measure, measuringOptions} from './measuring.ts';
import {chooseOmit, findNamed, findPeerTools, peerOptions, takePeer, timeOption} from './peer-tools.ts';

const defaultSeconds = 30;

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
		timeOption(defaultSeconds),
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
	return measure(context, {seconds, tellsAlways: false}, async measuring => {
		const tools = await findPeerTools(context, query, measuring);
		const result = await runBench({scenarios: chosen, seconds, omit: chooseOmit(seconds)}, tools);
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

function chooseScenarios(flags: Flags): readonly Scenario[] {
	const names = textFlag(flags, 'scenario')?.split(',');
	const chosen = names?.map(findNamed) ?? scenarios.filter(({path}) => path === 'overlay');
	const extra = flags.underlay === true ? [findNamed('underlay')] : [];
	return [...new Set([...chosen, ...extra])];
}
