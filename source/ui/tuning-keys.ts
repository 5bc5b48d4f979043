import type {TuningStep} from '../model/tuning.ts';
import {findOpen, listSteps} from '../tuning/in-force.ts';
import {steps} from '../tuning/steps.ts';
import type {Tuner} from '../tuning/tuner.ts';
import {findObstacle, findWriting, type TunerStatus} from '../tuning/tuner-status.ts';
import type {KeyBinding, KeyContext} from './keymap.ts';
import {isLookingBack} from './session-keys.ts';
import {changePane, type OverlayId, type View} from './view.ts';

/** Looking at steps, applying them, and taking them back. */
export const tuningKeys: readonly KeyBinding[] = [
	{
		key: '1-9 0',
		keys: steps.map(step => step.key),
		label: 'steps',
		group: 'tune',
		help: 'look at a tuning step: what it would change, why, and at what risk; nothing is changed by that',
		disabled: context =>
			unlessTunable(context) ?? (isLookingBack(context) ? 'this is the past: End returns' : undefined),
		run({controls, view, show}, press) {
			const step = steps.find(({key}) => key === press);
			if (step !== undefined) {
				controls.tuning?.look(step);
				show(open(view, 'step'));
			}
		},
	},
	{
		key: 'y',
		keys: ['y'],
		label: 'apply',
		overlays: ['step', 'undo'],
		group: 'tune',
		help: 'yes: apply the step that is being looked at, or do what is asked',
		disabled: context => unlessTunable(context) ?? findObjection(context),
		run({controls, view}) {
			if (view.overlay?.id === 'step') {
				controls.tuning?.apply();
			} else {
				controls.tuning?.undo({all: true});
			}
		},
	},
	{
		key: 'c',
		keys: ['c'],
		label: 'keep',
		overlays: ['step', 'undo', 'log'],
		group: 'tune',
		help: 'keep a step that waits to be confirmed; that the key arrives shows that the connection still stands',
		disabled: withStatus(({journal}) => {
			const waiting = findOpen(journal);
			return waiting?.phase === 'waiting' ? undefined : 'nothing waits to be confirmed';
		}),
		run: ({controls}) => controls.tuning?.confirm(),
	},
	{
		key: 'u',
		keys: ['u'],
		label: 'undo',
		overlays: ['step', 'log'],
		group: 'tune',
		help: 'undo the step that was applied last: every value is what it was before',
		disabled: withStatus(status => findWriting(status) ?? unlessInForce(status)),
		run({controls, view, show}) {
			controls.tuning?.undo();
			show(open(view, 'undo'));
		},
	},
	{
		key: 'U',
		keys: ['U'],
		overlays: [],
		group: 'tune',
		help: 'undo all steps, after a question',
		disabled: withStatus(status => findWriting(status) ?? unlessInForce(status)),
		run({controls, view, show}) {
			controls.tuning?.leave();
			show(open(view, 'undo'));
		},
	},
	{
		key: 'F',
		keys: ['F'],
		label: 'overwrite',
		overlays: ['undo'],
		group: 'tune',
		help: 'undo also what somebody else has changed since, when `u` has refused to',
		disabled: withStatus(({undoing}) =>
			undoing?.results?.some(({kind}) => kind === 'conflict') ? undefined : 'nothing was refused',
		),
		run({controls}) {
			const all = controls.tuning?.status().undoing?.all;
			controls.tuning?.undo({force: true, ...(all !== undefined && {all})});
		},
	},
	{
		key: 'L',
		keys: ['L'],
		label: 'log',
		group: 'tune',
		help: 'what tuning did: every command and write, its time and its result',
		run: ({view, show}) => show(open(view, 'log')),
	},
];

/** In the pane of the settings the arrows choose a step; beyond the steps they scroll. */
export function choosingSteps(binding: KeyBinding): KeyBinding {
	return {
		...binding,
		disabled: context =>
			(findNextStep(context, 1) ?? findNextStep(context, -1)) ? undefined : binding.disabled?.(context),
		run(context, press) {
			const isDown = press === 'down' || press === 'j';
			const next = findNextStep(context, isDown ? 1 : -1);
			if (next === undefined) {
				binding.run(context, press);
			} else {
				const {view, shown, scroll, show} = context;
				const line = steps.indexOf(next);
				const seen = Math.max(line - shown + 1, Math.min(scroll, line));
				show(changePane({...view, step: next.id}, {scroll: seen}));
			}
		},
	};
}

/** The step that the arrow leads to; `undefined` where it only scrolls. */
function findNextStep({view, controls, scroll}: KeyContext, direction: 1 | -1): TuningStep | undefined {
	const isHere = view.focus === 'settings' && view.overlay === undefined && view.panes.settings.filter === '';
	if (!isHere || controls.tuning === undefined) {
		return undefined;
	}
	const at = steps.findIndex(({id}) => id === view.step);
	// What is out of sight is not chosen blindly.
	return scroll > Math.max(0, at) ? undefined : steps[Math.max(0, at + direction)];
}

/** Enter, where a step is chosen, looks at it; anywhere else it is what it was. */
export function lookingAtSteps(binding: KeyBinding): KeyBinding {
	return {
		...binding,
		run(context, press) {
			const {view, controls, show} = context;
			const step = view.focus === 'settings' ? steps.find(({id}) => id === view.step) : undefined;
			if (step === undefined || controls.tuning === undefined || isLookingBack(context)) {
				binding.run(context, press);
			} else {
				controls.tuning.look(step);
				show(open(view, 'step'));
			}
		},
	};
}

/** Why the program may not stop now: half of a step would stay for as long as it is stopped. */
export function unlessWriting({controls}: KeyContext): string | undefined {
	const status = controls.tuning?.status();
	return status && findWriting(status);
}

/** Closing an overlay is having read it. */
export function leaveOverlay(view: View, tuning: Tuner | undefined): View {
	const id = view.overlay?.id;
	if (id === 'log') {
		tuning?.acknowledge();
	} else if (id === 'step' || id === 'undo') {
		tuning?.leave();
	}
	return {...view, overlay: undefined};
}

/** What a crash has left open is the first thing to be seen. */
export function startView(view: View, tuning: Tuner | undefined): View {
	const quiet: readonly string[] = ['reverted', 'restarted', 'elsewhere'];
	const isOpen = tuning?.status().notices.some(({kind}) => !quiet.includes(kind));
	return isOpen ? open(view, 'log') : view;
}

function open(view: View, id: OverlayId): View {
	return {...view, overlay: {id, scroll: 0}};
}

function unlessTunable({controls}: KeyContext): string | undefined {
	return controls.tuning === undefined ? 'nothing can be tuned here: this is no live machine' : undefined;
}

function withStatus(judge: (status: TunerStatus) => string | undefined) {
	return (context: KeyContext): string | undefined => {
		const status = context.controls.tuning?.status();
		return status === undefined ? unlessTunable(context) : judge(status);
	};
}

function unlessInForce({journal}: TunerStatus): string | undefined {
	return listSteps(journal).length === 0 && findOpen(journal) === undefined
		? 'nothing to undo: no step is in force'
		: undefined;
}

function findObjection({controls, view}: KeyContext): string | undefined {
	const status = controls.tuning?.status();
	switch (view.overlay?.id) {
		case 'step':
			return status && findObstacle(status);
		case 'undo':
			return status?.undoing === undefined
				? (status?.refusal ?? (status && unlessInForce(status)))
				: 'nothing is asked';
		default:
			return 'nothing is asked';
	}
}
