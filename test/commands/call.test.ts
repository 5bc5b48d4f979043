import {describe, expect, test} from 'vitest';
import {parseCall} from '../../source/commands/call.ts';
import {commonOptions, type Option} from '../../source/commands/command.ts';
import {commands} from '../../source/commands.ts';

describe.each(commands.map(command => [`nbtop ${command.name}`.trim(), command] as const))('%s', (_name, command) => {
	const start = command.name === '' ? [] : [command.name];

	test.each([...command.options, ...commonOptions].map(option => [option.name, option] as const))(
		'knows --%s as it is documented',
		(_option, option) => {
			const value = chooseValue(option);
			const {flags} = parseCall([...start, `--${option.name}`, ...(option.type === 'boolean' ? [] : [String(value)])]);
			expect(flags).toEqual({[option.name]: value});
		},
	);
});

function chooseValue({type, check}: Option): boolean | number | string {
	return type === 'boolean' ? true : type === 'string' ? 'text' : check?.(2) === undefined ? 2 : 20;
}

test.each(['--no-foo', '--no-read-only', '--no-ascii'])('%s is no option', word => {
	expect(() => parseCall([word])).toThrow(`unknown option ${word}`);
});
