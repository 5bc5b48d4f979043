import type {Measurer, Task} from '../bench/measurer.ts';
import {steps} from '../tuning/steps.ts';
import type {KeyBinding, KeyContext} from './keymap.ts';
import {isLookingBack} from './session-keys.ts';

/** Loading the tunnel: scenarios, comparisons, the guided loop. Each key shows what it would do; `y` begins it. */
export const measuringKeys: readonly KeyBinding[] = [
	{
		key: 'b',
		keys: ['b'],
		label: 'bench',
		group: 'measure',
		overlays: ['measure'],
		help: 'measure the tunnel to a peer with iperf3; pressed again: the next peer',
		disabled: unlessMeasurable,
		run(context) {
			const {measuring} = context.controls;
			if (context.view.overlay?.id === 'measure' && measuring && measuring.status().running === undefined) {
				measuring.changePeer();
			} else {
				look({kind: 'bench'}, context);
			}
		},
	},
	{
		key: 't',
		keys: ['t'],
		label: 'trial',
		overlays: ['step'],
		group: 'measure',
		help: 'prove whether the step that is being looked at, or chosen, helps: runs with and without it',
		disabled: context =>
			unlessMeasurable(context) ??
			unlessTunable(context) ??
			(findStep(context) === undefined ? 'look at a step first (1 to 9, 0)' : undefined),
		run(context) {
			const step = findStep(context);
			if (step !== undefined) {
				look({kind: 'trial', step}, context);
			}
		},
	},
	{
		key: 'A',
		keys: ['A'],
		group: 'measure',
		help: 'the guided loop: measure, name the limit, try the step that answers it, keep what is proven better',
		disabled: context => unlessMeasurable(context) ?? unlessTunable(context),
		run: context => look({kind: 'autopilot'}, context),
	},
	{
		key: 'x',
		keys: ['x'],
		label: 'stop',
		overlays: ['measure'],
		group: 'measure',
		help: 'stop what is being measured; a step that was in for it is taken out',
		disabled: ({controls}) => (controls.measuring?.status().running ? undefined : 'nothing is being measured'),
		run: ({controls}) => controls.measuring?.stop(),
	},
];

/** `y` also begins the measurement that is being looked at. */
export function beginningMeasurement(binding: KeyBinding): KeyBinding {
	return binding.key === 'y'
		? {
				...binding,
				overlays: [...(binding.overlays ?? []), 'measure'],
				disabled: context => (isAsked(context) ? findObjection(context) : binding.disabled?.(context)),
				run(context, press) {
					if (isAsked(context)) {
						context.controls.measuring?.begin();
					} else {
						binding.run(context, press);
					}
				},
			}
		: binding;
}

function isAsked({view}: KeyContext): boolean {
	return view.overlay?.id === 'measure';
}

function findObjection({controls}: KeyContext): string | undefined {
	const status = controls.measuring?.status();
	if (status?.running !== undefined) {
		return 'something is being measured: x stops it';
	}
	return status?.peer === undefined ? 'no tunnel here has a peer' : undefined;
}

function look(task: Task, {controls, view, show}: KeyContext): void {
	const running = controls.measuring?.status().running;
	controls.measuring?.look(running?.task ?? task);
	show({...view, overlay: {id: 'measure', scroll: 0}});
}

function findStep({view, controls}: KeyContext) {
	const looked = view.overlay?.id === 'step' ? controls.tuning?.status().look?.step : undefined;
	return looked ?? (view.focus === 'settings' ? steps.find(({id}) => id === view.step) : undefined);
}

function unlessMeasurable(context: KeyContext): string | undefined {
	const {measuring}: {readonly measuring?: Measurer} = context.controls;
	if (measuring === undefined) {
		return 'nothing can be measured here: this is no live machine';
	}
	return isLookingBack(context) ? 'this is the past: End returns' : undefined;
}

function unlessTunable({controls}: KeyContext): string | undefined {
	return controls.tuning?.status().refusal;
}
