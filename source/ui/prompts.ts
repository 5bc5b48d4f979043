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
	const wall = player && findTime(text, player.position().start.wall);
	if (wall === undefined) {
		return `'${text}' is no time of day: 14:30 or 14:30:05`;
	}
	player?.seek(wall);
	return undefined;
}

/** The first moment at or after the start at which a clock of the user showed that; `undefined` for what is no time. */
export function findTime(text: string, start: number): number | undefined {
	const match = /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$/.exec(text);
	const [hours, minutes, seconds] = (match ?? []).slice(1).map(part => Number(part ?? 0));
	if (hours === undefined || minutes === undefined || hours > 23 || minutes > 59 || (seconds ?? 0) > 59) {
		return undefined;
	}
	const date = new Date(start);
	date.setHours(hours, minutes, seconds ?? 0, 999);
	if (date.getTime() < start) {
		date.setDate(date.getDate() + 1);
	}
	return date.getTime();
}
