import {expect, test} from 'vitest';
import {tellWaiting} from '../../source/commands/command.ts';

test.each([
	[true, ['recording\n']],
	[false, []],
])('who waits at a terminal (%s) is told what for, a log is not', (isTTY, told) => {
	const written: string[] = [];
	tellWaiting({stderr: {isTTY, write: (text: string) => written.push(text)} as never}, 'recording');
	expect(written).toEqual(told);
});
