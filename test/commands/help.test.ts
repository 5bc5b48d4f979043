import {expect, test} from 'vitest';
import {commonOptions} from '../../source/commands/command.ts';
import {formatHelp} from '../../source/commands/help.ts';
import {commands} from '../../source/commands.ts';

const join = (text: string): string => text.replaceAll(/\s+/g, ' ');

test.each(commands.map(each => [each.name, each] as const))(
	'the help of nbtop %s fits 80 columns, and every word of it is there',
	(_, command) => {
		const options = [...command.options, ...commonOptions];
		const text = formatHelp(command, options, {commands, width: 80});
		expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
		for (const part of [command.summary, command.details ?? '', ...options.map(({help}) => help)]) {
			expect(join(text)).toContain(join(part));
		}
	},
);

test('what goes on in the next line stands under its beginning', () => {
	const [screen] = commands.filter(({name}) => name === '');
	const lines = screen === undefined ? [] : formatHelp(screen, screen.options, {commands, width: 80}).split('\n');
	const at = lines.findIndex(line => line.includes('nbtop demo'));
	expect(lines.slice(at, at + 2)).toEqual([
		'  nbtop demo              watch a session that was recorded on a badly set',
		'                          machine: no root, tunnel or Linux needed',
	]);
});
