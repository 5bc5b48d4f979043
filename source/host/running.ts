import type {ChildProcess} from 'node:child_process';

/** What a program gave that was started and not waited for; the caller adds the time. */
export interface RunOutput {
	readonly stdout: string;
	readonly stderr: string;
	/** Absent: ended by a signal. */
	readonly status?: number;
	/** It had not ended by itself when its time was over. */
	readonly timedOut?: boolean;
}

/** A program that runs while this one does other things. */
export interface Running<Output> {
	/** Resolves when it has ended and everything that it wrote is there; never rejects. */
	readonly ended: Promise<Output>;
	/** Asks it to end (SIGINT), and ends it (SIGKILL) when it has not after some seconds. */
	interrupt(): void;
}

/** Seconds between asking and ending. */
const patience = 3;
/** What a program that has ended may still have in its pipes is here by then. */
const lastWordsMs = 1000;

/**
Starts a program, its path first, that cannot outlive this one. `seconds` is its deadline. Its standard input stays open and
says nothing, so that what waits on it at the other end of an ssh connection knows when this program has gone.

A watcher shares its life: a shell that becomes the program leaves a child behind, which reads a pipe that only this
program holds. When the pipe ends without a word, this program has gone, killed or not, and the watcher ends the other. It
knows it by being its child: a number that was given away again is nobody's parent.
*/
export function startRunning(words: readonly string[], seconds: number): Running<RunOutput> {
	let child: ChildProcess | undefined;
	let timedOut = false;
	let isInterrupted = false;
	const timers: NodeJS.Timeout[] = [];
	const interrupt = (): void => {
		if (!isInterrupted) {
			isInterrupted = true;
			child?.kill('SIGINT');
			timers.push(setTimeout(() => child?.kill('SIGKILL'), patience * 1000));
		}
	};

	const run = async (): Promise<RunOutput> => {
		const {spawn} = await import('node:child_process');
		if (isInterrupted) {
			return {stdout: '', stderr: 'interrupted before it began'};
		}
		child = spawn('/bin/sh', ['-c', watched, 'sh', ...words], {
			cwd: '/',
			// A session of its own: Ctrl-C in the terminal is this program's to hand on.
			detached: true,
			env: {...process.env, LC_ALL: 'C', LANGUAGE: 'C'},
		});
		timers.push(
			setTimeout(() => {
				timedOut = true;
				interrupt();
			}, seconds * 1000),
		);
		return collect(child);
	};
	const ended = run()
		.catch((error: unknown) => ({stdout: '', stderr: String(error), status: 126}))
		.then(output => {
			timers.forEach(clearTimeout);
			return timedOut ? {...output, timedOut} : output;
		});
	return {ended, interrupt};
}

/** For `sh -c TEXT sh WORDS`: becomes the program of these words, which ends when what holds its standard input has gone. */
export const watched = `
exec 3<&0
is_alive() { read -r pid name state parent rest </proc/self/stat && [ "$parent" = "$$" ]; }
{
	trap '' INT TERM HUP
	IFS= read -r word && exit
	is_alive && kill -s INT "$$"
	for wait in 1 1 1; do is_alive && sleep "$wait"; done
	is_alive && kill -s KILL "$$"
} <&3 >/dev/null 2>&1 &
exec "$@" 3<&-`;

function collect(child: ChildProcess): Promise<RunOutput> {
	const texts = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name]?.setEncoding('utf8').on('data', (text: string) => {
			texts[name] += text;
		});
	}
	child.stdin?.on('error', () => {
		// The watcher has gone before it was told to.
	});
	return new Promise((resolve, reject) => {
		const finish = (status: number | null): void => resolve({...texts, ...(status !== null && {status})});
		let lastWords: NodeJS.Timeout | undefined;
		child.once('error', reject);
		child.once('exit', status => {
			// The word tells the watcher that all is well.
			child.stdin?.end('ended\n');
			// What it has left behind may hold its output open for ever.
			lastWords = setTimeout(() => finish(status), lastWordsMs);
		});
		child.once('close', status => {
			clearTimeout(lastWords);
			finish(status);
		});
	});
}
