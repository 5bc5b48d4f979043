import type {Player} from '../session/player.ts';
import {findTimeOfDay} from '../session/time-of-day.ts';
import type {Controls} from './keymap.ts';
import {editText} from './typing.ts';
import type {Prompt, View} from './view.ts';

/** What is asked for, and what Enter does, for the last line of the screen. */
export const promptWords: Readonly<Record<Prompt['id'], {readonly title: string; readonly enter: string}>> = {
	marker: {title: 'marker', enter: 'mark'},
	time: {title: 'go to time (14:30:05)', enter: 'go'},
};

/** One press while a line of text is being typed: Enter does what it was asked for, Esc drops it. */
export function typePrompt(view: View, press: string, controls: Controls): View {
	const {prompt} = view;
	if (prompt === undefined || press === 'esc') {
		return {...view, prompt: undefined};
	}
	if (press === 'enter') {
		return {...view, prompt: undefined, reply: submit(prompt, controls)};
	}
	return {...view, prompt: {...prompt, text: editText(prompt.text, press, 200)}};
}

/** Does what was asked for; gives what is wrong with it. */
function submit({id, text}: Prompt, controls: Controls): string | undefined {
	if (id === 'marker') {
		controls.recording?.mark(text.trim() === '' ? 'marker' : text.trim());
		return undefined;
	}
	const player = controls.time?.player();
	return player && goToTime(text, player);
}

/** Goes to the last sample that a clock of the user saw at that time; gives what is wrong with it. */
function goToTime(text: string, player: Player): string | undefined {
	const wall = findTimeOfDay(text, player.position().start.wall, 'local');
	if (wall === undefined) {
		return `'${text}' is no time of day: 14:30 or 14:30:05`;
	}
	player.seek(wall - (wall % 1000) + 999);
	return undefined;
}
