import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createRemote, isTarget} from '../../source/bench/remote.ts';
import {createRealHost} from '../../source/host.ts';
import {createFakeMachine} from '../helpers/host.ts';

/** A machine that keeps the words which ssh was given. */
function record() {
	let words: readonly string[] = [];
	const machine = createFakeMachine({
		programs: {
			ssh(args) {
				words = args;
				return {};
			},
		},
	});
	return {machine, words: () => words};
}

/** The line that ssh would hand to the shell at the other end. */
async function lineOf(line: readonly string[]): Promise<string> {
	const {machine, words} = record();
	await createRemote(machine.host, 'beta').run(line, 5);
	return words().at(-1) ?? '';
}

test('a shell at the other end gets back the words as they were, whatever they hold', async () => {
	const host = createRealHost();
	const word = fc.string({unit: 'binary-ascii', maxLength: 12}).filter(text => !text.includes('\0'));
	await fc.assert(
		fc.asyncProperty(fc.array(word, {minLength: 1, maxLength: 4}), async words => {
			const line = await lineOf(['printf', '%s\\0', ...words]);
			const {stdout} = await host.start('sh', ['-c', line], 5).ended;
			expect(stdout.split('\0').slice(0, -1)).toEqual(words);
		}),
		{numRuns: 40},
	);
	host.close();
}, 60_000);

test('never asks on the terminal, and the target cannot become an option', async () => {
	const {machine, words} = record();
	await createRemote(machine.host, 'root@beta').run(['true'], 5);
	const args = words();
	expect(args.slice(args.indexOf('--'))).toEqual(['--', 'root@beta', 'true']);
	expect(args.join(' ')).toContain('-o BatchMode=yes');
});

test.each([
	['beta', true],
	['root@beta', true],
	['root@10.77.0.2', true],
	['fe80::1', true],
	['-oProxyCommand=id', false],
	['beta; id', false],
	['$(id)', false],
	['a@b@c', false],
	['', false],
])("'%s' may be handed to ssh: %s", (text, expected) => {
	expect(isTarget(text)).toBe(expected);
});
