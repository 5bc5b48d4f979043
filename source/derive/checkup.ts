import type {Problem, Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {checkDevices} from './checkup/devices.ts';
import {checkKernel} from './checkup/kernel.ts';
import {chooseInstaller} from './checkup/packages.ts';
import {checkPrograms} from './checkup/programs.ts';
import {checkRights} from './checkup/rights.ts';
import {checkTunnel} from './checkup/tunnel.ts';

/** What one machine gave when it was asked what nbtop can do there. */
export interface Examined {
	readonly readings: Readings;
	readonly topology: Topology;
	/** What could not be read, in the sources' own words. */
	readonly problems: readonly Problem[];
	/** The programs that are there, of those in `checkedPrograms`. */
	readonly programs: ReadonlySet<string>;
	/** Mount points that may not be written to, of those that hold the knobs (`/proc/sys`, `/sys`). */
	readonly readOnly: readonly string[];
	/** By module whether this kernel has it, built in or to be loaded; absent: its list cannot be read. */
	readonly modules?: Readonly<Record<string, boolean>>;
	/** `ID` and `ID_LIKE` of os-release(5), in this order. */
	readonly distribution: readonly string[];
	readonly steps: readonly StepOutlook[];
}

/** What a tuning step would do here now, or why not. */
export interface StepOutlook {
	readonly id: string;
	readonly state: 'ready' | 'holds' | 'unavailable' | 'needs a look';
	readonly text: string;
}

/** `ok`: all there. `limited`: nbtop shows or tunes less. `missing`: a whole part of it does not work. */
export type CheckState = 'ok' | 'limited' | 'missing';

/** One thing that nbtop needs, whether it is there, and the one command that mends it. */
export interface Check {
	readonly id: string;
	readonly group: CheckGroup;
	readonly state: CheckState;
	readonly text: string;
	/** Absent: there is nothing to mend, or no command that could. */
	readonly mend?: string;
	/** True: without it nbtop does not show what it is for. */
	readonly essential?: boolean;
}

export type CheckGroup = 'show' | 'device' | 'tune' | 'measure' | 'step';

/** The checkup of a machine, in the order in which it is to be mended. */
export function examine(examined: Examined): Check[] {
	const install = chooseInstaller(examined.distribution, isRoot(examined));
	return [
		...checkTunnel(examined, install),
		...checkPrograms(examined, install, 'show'),
		...checkKernel(examined),
		...checkDevices(examined),
		...checkRights(examined),
		...checkPrograms(examined, install, 'tune'),
		...checkPrograms(examined, install, 'measure'),
		...checkOthers(examined),
		...examined.steps.map(checkStep),
	];
}

/** Whether something is missing without which nbtop does not show what it is for. */
export function lacksEssential(checks: readonly Check[]): boolean {
	return checks.some(({state, essential}) => state === 'missing' && essential === true);
}

function isRoot({readings}: Examined): boolean {
	return readings.machine?.value.root === true;
}

/** What the checks above say in their own words. */
const told = /is not installed|may not read the tunnel/;

function checkOthers({problems}: Examined): Check[] {
	return problems
		.filter(({source, message}) => source !== 'tunnel' && !told.test(message))
		.map(({source, message}) => ({id: `source-${source}`, group: 'show', state: 'limited', text: message}));
}

function checkStep({id, state, text}: StepOutlook): Check {
	const isOpen = state === 'ready' || state === 'needs a look';
	return {
		id,
		group: 'step',
		state: state === 'unavailable' ? 'limited' : 'ok',
		text,
		...(isOpen && {mend: `nbtop tune ${id}`}),
	};
}
