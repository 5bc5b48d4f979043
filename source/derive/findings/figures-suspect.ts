import type {Evidence} from '../../model/findings.ts';
import {formatCpuList} from '../../parse/cpu-list.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, list, percent, share} from './words.ts';

interface Doubt {
	readonly text: string;
	readonly evidence: readonly Evidence[];
}

/** What makes figures say something else than they seem to. */
export const figuresSuspect: Rule = {
	id: 'figures-suspect',
	severity: 'hint',
	needs: ['cores'],
	during: 'always',
	rises: 1,
	falls: 20,
	refutedBy: 'it is not so in the next minute',
	steps: [],
	judge(scene) {
		const doubts = checks.flatMap(check => check(scene) ?? []);
		return doubts.length === 0
			? undefined
			: {
					text: `some figures mislead: ${list(doubts.map(({text}) => text))}`,
					evidence: doubts.flatMap(({evidence}) => evidence),
				};
	},
};

const checks: readonly ((scene: Scene) => Doubt | undefined)[] = [
	checkClock,
	checkCounters,
	checkOffline,
	checkLostTicks,
	checkOwnCost,
	checkInterruptTime,
];

/** Ages of handshakes are of the wall clock. */
function checkClock({clockStep}: Scene): Doubt | undefined {
	if (clockStep === undefined || Math.abs(clockStep) < 0.5) {
		return undefined;
	}

	const step = fact('the clock was set by', `${clockStep.toFixed(1)} s`);
	return {text: `the clock was set by ${step.value}, and with it the handshakes' age`, evidence: [step]};
}

function checkCounters({path, rates, readings, previous}: Scene): Doubt | undefined {
	const names = [path?.tunnel.interface, path?.underlay?.interface, path?.device].filter(name => name !== undefined);
	const reset = names.find(
		name =>
			rates.links !== undefined &&
			rates.links[name] === undefined &&
			previous.linkStatistics?.value[name] !== undefined &&
			readings.linkStatistics?.value[name] !== undefined,
	);
	return reset === undefined
		? undefined
		: {text: `counters of ${reset} went back`, evidence: [fact(`${reset}: counters`, 'went back')]};
}

function checkOffline({readings}: Scene): Doubt | undefined {
	const {online = [], present = []} = readings.machine?.value.cpus ?? {};
	const offline = present.filter(cpu => !online.includes(cpu));
	if (online.length === 0 || offline.length === 0) {
		return undefined;
	}

	const names = fact('CPUs that are offline', formatCpuList(offline));
	return {text: `CPU ${names.value} ${offline.length === 1 ? 'is' : 'are'} offline`, evidence: [names]};
}

/** Where a good part of the time was not counted the host has taken it without a word. */
function checkLostTicks({counted, load}: Scene): Doubt | undefined {
	if (load.level !== 'load' || counted === undefined || counted.least.share >= 0.85) {
		return undefined;
	}

	const {cpu, share: part} = counted.least;
	const ticks = fact(`CPU${cpu}: counted time`, share(part));
	return {text: `only ${ticks.value} of CPU${cpu}'s time was counted, the host has the rest`, evidence: [ticks]};
}

/** Percent of the whole machine that this program may take before it is a part of what it shows. */
const costly = 10;

function checkOwnCost({rates, load}: Scene): Doubt | undefined {
	const used = rates.self?.cpuPercent ?? 0;
	const cores = rates.cpus?.length ?? 1;
	if (load.level === 'none' || used / cores < costly) {
		return undefined;
	}

	const own = fact('nbtop: of one CPU', percent(used));
	return {text: `nbtop itself uses ${own.value} of a CPU (a longer --interval costs less)`, evidence: [own]};
}

/** Where interrupts come at a high rate and their time is counted as that of what they interrupt. */
function checkInterruptTime({readings, load}: Scene): Doubt | undefined {
	if (load.level !== 'load' || readings.machine?.value.irqTimeAccounting !== false) {
		return undefined;
	}

	return {
		text: 'this kernel does not measure interrupt time: %irq is 0, and %soft is sampled',
		evidence: [fact('CONFIG_IRQ_TIME_ACCOUNTING', 'not set')],
	};
}
