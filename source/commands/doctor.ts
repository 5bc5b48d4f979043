import {readCheckupFacts} from '../collect/checkup.ts';
import {createCollector} from '../collect.ts';
import {type Check, examine, lacksEssential, type StepOutlook} from '../derive/checkup.ts';
import type {Host} from '../host.ts';
import type {Situation} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import {createStore} from '../session/store.ts';
import {type Preview, previewStep} from '../tuning/preview.ts';
import {steps} from '../tuning/steps.ts';
import {formatCheckup} from '../ui/checkup-text.ts';
import {type Command, type CommandContext, refuseWords} from './command.ts';
import {pathOptions, readingOptions} from './sampling.ts';
import {jsonOption} from './tuning.ts';

export const doctor: Command = {
	name: 'doctor',
	summary: 'tell what this machine can show and tune, what is missing, and what mends it',
	details:
		'Changes nothing, and sends nothing. Exit status: 0 nothing essential is missing, 1 nbtop cannot show the whole path here (no tunnel, no peers, or no way to them).',
	options: [jsonOption, ...readingOptions.filter(({name}) => name !== 'capture')],
	run: printCheckup,
};

async function printCheckup(context: CommandContext): Promise<number> {
	const {host, flags, input, terminal, version} = context;
	refuseWords(input);
	const store = createStore(pathOptions(flags));
	const collector = createCollector(host, {...pathOptions(flags), eager: true});
	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	for (let round = 0; round < 3; round++) {
		store.dispatch(await collector.collect(Number.POSITIVE_INFINITY));
	}
	const state = store.getState();
	const situation = toSituation(state);
	const checks = examine({
		...situation,
		...(await readCheckupFacts(host)),
		problems: state.snapshot?.problems ?? [],
		steps: await lookAhead(situation, host),
	});
	const {host: name, kernel} = situation.readings.machine?.value ?? {};
	terminal.stdout.write(
		flags.json === true
			? `${JSON.stringify({schema: 'nbtop.doctor/1', version, host: name ?? null, kernel: kernel ?? null, checks: checks.map(toJson)})}\n`
			: formatCheckup(checks, terminal.columns),
	);
	return lacksEssential(checks) ? 1 : 0;
}

function toJson({id, group, state, text, mend, essential}: Check) {
	return {id, group, state, essential: essential === true, text, mend: mend ?? null};
}

async function lookAhead(situation: Situation, host: Host): Promise<StepOutlook[]> {
	const outlooks: StepOutlook[] = [];
	for (const step of steps) {
		outlooks.push(describeOutlook(await previewStep(step, situation, host)));
	}
	return outlooks;
}

function describeOutlook({step, changes, unavailable, holds, unprobed}: Preview): StepOutlook {
	if (holds) {
		return {id: step.id, state: 'holds', text: unavailable ?? 'nothing to do'};
	}
	if (unavailable !== undefined) {
		return unprobed
			? {id: step.id, state: 'needs a look', text: `nbtop tune ${step.id} probes for it (${unavailable})`}
			: {id: step.id, state: 'unavailable', text: unavailable};
	}
	const count = changes.length === 1 ? 'one change' : `${changes.length} changes`;
	return {id: step.id, state: 'ready', text: `${count}, shown by nbtop tune ${step.id} --dry-run`};
}
