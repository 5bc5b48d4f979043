import type {PathProbe, Situation, TuningStep} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import {chooseWithin, type GuardWishes, previewStep} from './preview.ts';
import {createProber} from './probe.ts';
import type {KeeperOptions, StatusKeeper} from './status-keeper.ts';
import type {Look} from './tuner-status.ts';
import {openWindow, type Window} from './window.ts';

/** Looks at one step at a time. */
export interface Viewer {
	look(step: TuningStep): void;
	/** The situation without the step; its rates are those of the time since its preview was asked for. */
	describeBefore(look: Look): Situation;
	close(): void;
}

/**
Makes previews, and remembers what was so while the user read them. What can be applied stays as it was seen. What cannot is
planned anew with each sample: the figures that it lacked may have come.
*/
export function createViewer(options: KeeperOptions & GuardWishes, {status, change}: StatusKeeper): Viewer {
	const {host, store} = options;
	const prober = createProber(host);
	let before: Window | undefined;
	/** The plan that the preview was made of. */
	let planned: string | undefined;
	/** The preparation that is under way; what another one gives is not wanted any more. */
	let underWay: symbol | undefined;

	const prepare = async (step: TuningStep): Promise<void> => {
		const own = Symbol(step.id);
		underWay = own;
		const isWanted = (): boolean => underWay === own && status().look?.step === step;
		const situation = toSituation(store.getState());
		planned = writePlan(step, situation);
		const tell = (probes: readonly PathProbe[], peers: number): void => {
			if (isWanted()) {
				change({look: {step, probes, peers}});
			}
		};
		const probes = step.needsProbes ? await prober.probe(situation, tell) : undefined;
		const preview = await previewStep(step, {...situation, ...(probes && {probes})}, host);
		const within = chooseWithin(preview, options);
		if (isWanted()) {
			change({look: {step, preview, ...(probes && {probes}), ...(within !== undefined && {within})}});
		}
		underWay = underWay === own ? undefined : underWay;
	};
	const renew = (): void => {
		const {look} = status();
		if (look === undefined || underWay !== undefined || !lacksSomething(look)) {
			return;
		}
		if (look.step.needsProbes || writePlan(look.step, toSituation(store.getState())) !== planned) {
			void prepare(look.step);
		}
	};
	const forget = onSample(store, renew);

	return {
		look(step) {
			before?.close();
			before = openWindow(store);
			change({look: {step}, answer: undefined, ...(status().run?.phase === 'over' && {run: undefined})});
			void prepare(step);
		},
		describeBefore({probes}) {
			const isMeasured = before !== undefined && before.samples() > 1;
			const situation = isMeasured ? before?.look() : undefined;
			return {...(situation ?? toSituation(store.getState())), ...(probes && {probes})};
		},
		close() {
			before?.close();
			forget();
		},
	};
}

/** Nothing can be applied, and no path has been measured for it, which takes too long to be done again and again. */
function lacksSomething({preview, probes = []}: Look): boolean {
	return preview !== undefined && preview.changes.length === 0 && probes.length === 0;
}

function writePlan(step: TuningStep, situation: Situation): string {
	return JSON.stringify(step.plan(situation));
}

function onSample({getState, subscribe}: KeeperOptions['store'], act: () => void): () => void {
	let seen = getState().snapshot;
	return subscribe(() => {
		const {snapshot} = getState();
		if (snapshot !== seen) {
			seen = snapshot;
			act();
		}
	});
}
