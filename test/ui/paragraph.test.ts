import {expect, test} from 'vitest';
import {row, shellParagraph} from '../../source/ui/paragraph.ts';
import type {Span} from '../../source/ui/table-text.ts';

function toText(lines: Span[][]): string[] {
	return lines.map(line => line.map(({text}) => text).join(''));
}

test('a line for the shell goes on in the next one where it does not fit, as the shell understands it', () => {
	const line = "ip route add 192.0.2.0/24 via '10.0.0.1' dev eth0 metric 100";
	const lines = toText(shellParagraph(line, 30));
	expect(lines).toEqual([
		'  ip route add \\',
		'    192.0.2.0/24 via \\',
		"    '10.0.0.1' dev eth0 \\",
		'    metric 100',
	]);
	expect(Math.max(...lines.map(each => each.length))).toBeLessThanOrEqual(30);
	expect(
		lines
			.join('\n')
			.replaceAll(/ \\\n\s+/g, ' ')
			.trim(),
	).toBe(line);
});

test('words in quotes are never broken, whatever their length', () => {
	const long = `sysctl -w 'net.ipv4.tcp_rmem=4096 131072 16777216'`;
	expect(toText(shellParagraph(long, 24))).toEqual(['  sysctl -w \\', "    'net.ipv4.tcp_rmem=4096 131072 16777216'"]);
	expect(toText(shellParagraph("echo 'it'\\''s one word'", 12))).toEqual(["  echo 'it'\\''s one word'"]);
});

test('what does not fit beside its label stands under it', () => {
	const options = {tone: 'accent', labelWidth: 8} as const;
	expect(toText(row('budget', '300', {...options, width: 20}))).toEqual(['  budget    300']);
	expect(toText(row('budget', '300 and more', {...options, width: 20}))).toEqual(['  budget', '    300 and more']);
});
