import type {Key} from 'ink';

/**
The names of the keys that one piece of input stands for: `tab`, `shift-tab`, `up`, `enter`, `esc`, `ctrl-z`, or the
character itself. Keys that are typed fast over a slow line arrive together.
*/
export function namePresses(input: string, key: Key): string[] {
	const special = specialKeys.find(([name]) => key[name]);
	if (special !== undefined) {
		return [key.tab && key.shift ? 'shift-tab' : special[1]];
	}
	if (key.ctrl) {
		return input === '' ? [] : [`ctrl-${input}`];
	}
	// Alt and a key, or what is left of a sequence that nobody knows: not what the user meant by the letter.
	return key.meta ? [] : Array.from(input, nameCharacter);
}

/** Of several keys in one piece Ink names none: control characters are still what they are. */
function nameCharacter(character: string): string {
	const named = controlKeys[character];
	const code = character.charCodeAt(0);
	return named ?? (code > 0 && code < 0x1b ? `ctrl-${String.fromCharCode(code + 0x60)}` : character);
}

const controlKeys: Readonly<Record<string, string>> = {
	'\t': 'tab',
	'\r': 'enter',
	'\n': 'enter',
	'\u007F': 'backspace',
};

const specialKeys: readonly (readonly [keyof Key, string])[] = [
	['tab', 'tab'],
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'esc'],
	['backspace', 'backspace'],
	['delete', 'backspace'],
];
