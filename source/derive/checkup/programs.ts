import type {Check, Examined} from '../checkup.ts';
import type {Installer} from './packages.ts';

interface Need {
	readonly program: string;
	readonly group: 'show' | 'tune' | 'measure';
	/** What it is for, and what is not there without it. */
	readonly gives: string;
	readonly without: string;
	readonly state: 'limited' | 'missing';
	readonly essential?: boolean;
}

/** Programs that nbtop calls; `wg` and `netbird` are judged by what they answer. */
const needs: readonly Need[] = [
	{
		program: 'ip',
		group: 'show',
		gives: 'addresses, and the way to the peers',
		without: 'the way to the peers is not known: name the NIC with --nic',
		state: 'missing',
		essential: true,
	},
	{
		program: 'ethtool',
		group: 'show',
		gives: 'queues, rings and the driver’s own drop counters',
		without: 'queues, rings and the driver’s own drop counters are not shown',
		state: 'missing',
	},
	{
		program: 'tc',
		group: 'show',
		gives: 'drops of the queues in front of the driver',
		without: 'drops of the queues in front of the driver are not shown',
		state: 'limited',
	},
	{
		program: 'ss',
		group: 'show',
		gives: 'what limits the TCP connections over the tunnel',
		without: 'what limits TCP is not known',
		state: 'limited',
	},
	{
		program: 'flock',
		group: 'tune',
		gives: 'one change at a time',
		without: 'nothing can be tuned: two programs could write at once',
		state: 'missing',
	},
	{
		program: 'ping',
		group: 'tune',
		gives: 'what the paths to the peers carry, for the step mtu',
		without: 'the step mtu cannot probe the paths',
		state: 'limited',
	},
	{
		program: 'iperf3',
		group: 'measure',
		gives: 'the load of nbtop bench and of trials',
		without: 'nbtop bench has no load to measure with',
		state: 'missing',
	},
	{
		program: 'ssh',
		group: 'measure',
		gives: 'servers at the other end, started and stopped by nbtop',
		without: 'start iperf3 -s at the peer yourself',
		state: 'limited',
	},
];

/** The programs whose presence decides. */
export const checkedPrograms: readonly string[] = [...needs.map(({program}) => program), 'wg', 'netbird'];

export function checkPrograms({programs}: Examined, install: Installer, group: Need['group']): Check[] {
	return needs
		.filter(need => need.group === group)
		.map(({program, gives, without, state, essential}): Check => {
			const base = {id: program, group, ...(essential && {essential})};
			return programs.has(program)
				? {...base, state: 'ok', text: `${program}: ${gives}`}
				: {...base, state, text: `${program} is not installed: ${without}`, mend: install(program)};
		});
}
