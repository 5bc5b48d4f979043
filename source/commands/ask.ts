import type {Terminal} from './command.ts';

/**
Asks for one key. What was typed before the question is thrown away: it answers nothing. Gives the key, or `undefined`
when the time is up, or the terminal has gone. Ctrl-C counts as a key (`\u0003`).
*/
export async function askKey(
	{stdin, stdout}: Pick<Terminal, 'stdin' | 'stdout'>,
	question: string,
	seconds = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
	stdin.setRawMode(true);
	stdin.resume();
	try {
		await dropTyped(stdin);
		stdout.write(question);
		const key = await nextKey(stdin, seconds);
		stdout.write(key === undefined ? '\n' : `${key.replaceAll(/[^ -~]/g, '')}\n`);
		return key;
	} finally {
		stdin.setRawMode(false);
		stdin.pause();
	}
}

/** What the terminal holds back arrives at once when it is read. */
async function dropTyped(stdin: NodeJS.ReadStream): Promise<void> {
	const drop = (): void => undefined;
	stdin.on('data', drop);
	await new Promise(resolve => setTimeout(resolve, 100));
	stdin.off('data', drop);
}

async function nextKey(stdin: NodeJS.ReadStream, seconds: number): Promise<string | undefined> {
	const {promise, resolve} = Promise.withResolvers<string | undefined>();
	const onData = (data: Buffer | string): void => resolve(String(data));
	const onEnd = (): void => resolve(undefined);
	const timer = Number.isFinite(seconds) ? setTimeout(onEnd, seconds * 1000) : undefined;
	stdin.once('data', onData).once('end', onEnd).once('error', onEnd);
	const key = await promise;
	clearTimeout(timer);
	stdin.off('data', onData).off('end', onEnd).off('error', onEnd);
	return key;
}
