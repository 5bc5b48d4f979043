import {resolvePeer} from '../bench/resolve-peer.ts';
import type {BenchTools} from '../bench/run.ts';
import {findScenario, type Scenario, scenarios} from '../bench/scenarios.ts';
import {createRemoteServers, createStandingServers, usualPort} from '../bench/servers.ts';
import {type CommandContext, numberFlag, type Option, textFlag, UsageError} from './command.ts';
import {suggest} from './help.ts';
import type {Measuring} from './measuring.ts';

/** Options of the commands that need an iperf3 server at the peer. */
export const peerOptions: readonly Option[] = [
	{
		name: 'ssh',
		type: 'string',
		value: '[USER@]HOST',
		help: 'start and stop the iperf3 servers there; else one must wait at the peer',
	},
	{
		name: 'port',
		type: 'number',
		value: 'PORT',
		help: `the port of the server at the peer; default ${usualPort}`,
		check: value => (Number.isInteger(value) && value > 0 && value < 65_536 ? undefined : 'takes a port'),
	},
];

/** The servers that `--ssh` starts take the ports from here on: not iperf3's own, where one may wait already. */
const firstPort = 5300;
const portSpan = 500;

/** The peer and its servers, as the user named them. Throws a `BenchError` when there is no such peer. */
export async function findPeerTools(context: CommandContext, query: string, measuring: Measuring): Promise<BenchTools> {
	const {host, store} = measuring;
	const {snapshot, topology} = store.getState();
	const mesh = {readings: snapshot?.readings ?? {}, topology};
	const {peer, remote} = await resolvePeer(query, textFlag(context.flags, 'ssh'), mesh, host);
	const start = firstPort + (Math.floor(host.now().wall / 1000) % portSpan);
	const servers = remote
		? await createRemoteServers(host, remote, start)
		: createStandingServers(numberFlag(context.flags, 'port'));
	return {...measuring, servers, peer};
}

/** The one argument of these commands, or the last. */
export function takePeer({input}: CommandContext, index: number, usage: string): string {
	const query = input[index];
	if (query === undefined || input.length > index + 1) {
		throw new UsageError(usage);
	}
	return query;
}

/** `--time` of each run. */
export function timeOption(byDefault: number): Option {
	return {
		name: 'time',
		type: 'number',
		value: 'SECONDS',
		help: `seconds of each run; default ${byDefault}`,
		check: value => (Number.isInteger(value) && value >= 2 && value <= 600 ? undefined : 'takes 2 to 600 seconds'),
	};
}

/** TCP needs some seconds to find its speed; of a short run that would be most. */
const usualOmit = 3;

/** Seconds to leave out before so many that are measured. */
export function chooseOmit(seconds: number): number {
	return Math.min(usualOmit, Math.max(1, Math.floor(seconds / 4)));
}

/** The scenario of that name. Throws a `UsageError` that says which there are. */
export function findNamed(name: string): Scenario {
	const scenario = findScenario(name.trim());
	if (scenario === undefined) {
		const names = scenarios.map(({id}) => id);
		throw new UsageError(`there is no scenario '${name}'${suggest(name, names)}; there are ${names.join(', ')}`);
	}
	return scenario;
}
