import type {JumpKind, Player} from '../session/player.ts';
import type {RecordingStatus} from '../session/recorder.ts';
import type {KeyBinding, KeyContext} from './keymap.ts';

/** What keys do about recording; absent where there is nothing to record. */
export interface RecordingControls {
	status(): RecordingStatus;
	/** Starts or stops. */
	toggle(): void;
	/** Writes what has just happened to a file of its own. */
	saveRing(): void;
	mark(text: string): void;
}

/** What keys do about the time that is shown; absent in a capture. */
export interface TimeControls {
	/** Who plays what was; `undefined`: this is live. */
	player(): Player | undefined;
	/** Looks back into what has just happened; absent in a replay. */
	readonly rewind?: () => void;
	readonly returnToLive?: () => void;
}

/** Recording, and going through what was recorded. */
export const sessionKeys: readonly KeyBinding[] = [
	{
		key: 'r',
		keys: ['r'],
		label: 'record',
		group: 'remember',
		help: 'record to a file in ~/.local/state/nbtop/sessions; again: stop',
		disabled: unlessRecordable,
		run({controls, view, show}) {
			controls.recording?.toggle();
			show({...view});
		},
	},
	{
		key: 'R',
		keys: ['R'],
		group: 'remember',
		help: 'write the last ten minutes to a file of their own',
		disabled: unlessRecordable,
		run({controls, view, show}) {
			controls.recording?.saveRing();
			show({...view});
		},
	},
	{
		key: 'm',
		keys: ['m'],
		label: 'mark',
		group: 'remember',
		help: 'mark this moment with a line of text',
		disabled: context =>
			unlessRecordable(context) ?? (findPlayer(context) ? 'markers are set live: End returns' : undefined),
		run: ({view, show}) => show({...view, prompt: {id: 'marker', text: ''}}),
	},
	{
		key: '← →',
		keys: ['left', 'right'],
		label: 'back',
		group: 'remember',
		help: 'one sample back or forward; live, `←` looks back into the last ten minutes and `End` returns',
		disabled: context =>
			findPlayer(context) || context.controls.time?.rewind ? undefined : 'nothing of it has been kept',
		run: moveInTime,
	},
	{
		key: '< >',
		keys: ['<', '>'],
		group: 'remember',
		help: 'play slower or faster, half to sixty times as fast as it was',
		disabled: unlessPlaying,
		run: (context, press) => findPlayer(context)?.changeSpeed(press === '>' ? 1 : -1),
	},
	jumping('[ ]', 'marker', 'the previous or the next marker'),
	jumping('{ }', 'tuning', 'the previous or the next thing that tuning did'),
	jumping('( )', 'finding', 'the previous or the next moment at which something was found'),
	{
		key: '@',
		keys: ['@'],
		group: 'remember',
		help: 'go to a time of a recording (`14:30` or `14:30:05`)',
		disabled: unlessPlaying,
		run: ({view, show}) => show({...view, prompt: {id: 'time', text: ''}}),
	},
];

/** The player, while a recording or the past is shown. */
export function findPlayer({controls}: Pick<KeyContext, 'controls'>): Player | undefined {
	return controls.time?.player();
}

/** True while the last minutes are shown and collection goes on. */
export function isLookingBack(context: KeyContext): boolean {
	return findPlayer(context) !== undefined && context.controls.time?.returnToLive !== undefined;
}

function unlessRecordable({controls}: KeyContext): string | undefined {
	return controls.recording === undefined ? 'there is nothing to record here' : undefined;
}

function unlessPlaying(context: KeyContext): string | undefined {
	return findPlayer(context) ? undefined : 'this is live';
}

function jumping(key: string, kind: JumpKind, help: string): KeyBinding {
	const keys = key.split(' ');
	return {
		key,
		keys,
		group: 'remember',
		help: `in a recording: ${help}`,
		disabled: unlessPlaying,
		run: (context, press) => void findPlayer(context)?.jump(kind, press === keys[0] ? -1 : 1),
	};
}

function moveInTime(context: KeyContext, press: string): void {
	const {controls, view, show} = context;
	const player = findPlayer(context);
	if (player !== undefined) {
		player.step(press === 'left' ? -1 : 1);
	} else if (press === 'left') {
		controls.time?.rewind?.();
		show({...view, frozen: undefined});
	}
}
