import type {Subprocess} from 'execa';

/** What one run gave. */
export interface LaneOutput {
	readonly stdout: string;
	readonly stderr: string;
	/** When the first of it came: what counts has been read before it is printed. Without any answer, when it was given up. */
	readonly at: number;
	/** Absent: it ran out of time. */
	readonly status?: number;
	readonly timedOut?: boolean;
}

/** Runs programs through a few kept shells. */
export interface Lanes {
	run(words: readonly string[], seconds: number): Promise<LaneOutput>;
	/** CPU seconds of the shells and of the programs that they have run. `readStat` gives the text of `/proc/PID/stat`. */
	cpuSeconds(readStat: (pid: number) => string): number;
	close(): void;
}

/**
The kept shell: reads a mark, a count and that many words, runs the words as a program, and ends its output and its errors
with NUL and the mark. Words are only ever data: they become positional parameters and are never part of a line that the
shell reads. The first line leaves a watcher behind that reads a pipe which only this program holds: when that ends, this
program has gone, killed or not, and the watcher ends the lane with the program that hangs in it. (A `timeout` before
each program does the same, and doubles what the programs cost.)
*/
const script = `
(read -r _ <&3; kill -KILL 0) </dev/null >/dev/null 2>&1 & exec 3<&-
while IFS= read -r mark && IFS= read -r count; do
	set --
	while [ "$count" -gt 0 ]; do IFS= read -r word; set -- "$@" "$word"; count=$((count - 1)); done
	"$@" </dev/null
	status=$?
	printf '\\000%s %s\\n' "$mark" "$status"
	printf '\\000%s\\n' "$mark" >&2
done`;

/** When no lane has become free for so long, another one is opened: a program that hangs holds up no other. */
const patienceMs = 150;
const laneLimit = 4;
/** How often lanes that nobody waits for are closed, but for one: each is two processes, and a busy second opens them all. */
const spareMs = 30_000;

interface Job {
	readonly words: readonly string[];
	readonly seconds: number;
	readonly settle: (output: LaneOutput) => void;
}

/**
A fork from a big program costs some ten milliseconds, from a small kept shell less than one. Programs run one after the
other in one lane; while one hangs, the others go on in another.
*/
export function createLanes({closeSpareMs = spareMs, now = () => performance.now() / 1000} = {}): Lanes {
	const refuse = (reason: string): LaneOutput => ({stdout: '', stderr: reason, status: 126, at: now()});
	const lanes = new Set<Lane>();
	const waiting: Job[] = [];
	let patience: NodeJS.Timeout | undefined;
	let sparing: NodeJS.Timeout | undefined;
	let spentByEnded = 0;
	let closed = false;

	const assign = (): void => {
		for (const lane of lanes) {
			const job = lane.isBusy() ? undefined : waiting.shift();
			if (job !== undefined) {
				lane.start(job);
				// A lane that has become free is no sign of one that hangs.
				clearTimeout(patience);
				patience = undefined;
			}
		}
		if (waiting.length > 0 && !closed) {
			openWhenSlow();
		}
	};
	const openWhenSlow = (): void => {
		if (lanes.size === 0) {
			open();
		} else if (lanes.size < laneLimit) {
			patience ??= setTimeout(() => {
				patience = undefined;
				if (waiting.length > 0) {
					open();
				}
			}, patienceMs);
		}
	};
	const closeSpareLater = (): void => {
		sparing ??= setTimeout(() => {
			sparing = undefined;
			const [, ...spare] = [...lanes].filter(lane => !lane.isBusy());
			for (const lane of spare) {
				lane.end();
			}
			if (lanes.size > 1 + spare.length) {
				closeSpareLater();
			}
		}, closeSpareMs).unref();
	};
	const open = (): void => {
		closeSpareLater();
		const lane = openLane({
			now,
			refuse,
			whenFree: assign,
			whenEnded() {
				spentByEnded += lane.cpuSeconds();
				lanes.delete(lane);
				assign();
			},
		});
		lanes.add(lane);
		assign();
	};
	const close = (): void => {
		closed = true;
		clearTimeout(patience);
		clearTimeout(sparing);
		process.off('exit', close);
		for (const lane of lanes) {
			lane.end();
		}
		for (const job of waiting.splice(0)) {
			job.settle(refuse('closing'));
		}
	};
	process.on('exit', close);

	return {
		run: (words, seconds) =>
			new Promise(settle => {
				if (closed || words.some(word => /[\n\0]/.test(word))) {
					settle(refuse(closed ? 'closing' : 'a word with a line break cannot be run'));
					return;
				}
				waiting.push({words, seconds, settle});
				assign();
			}),
		cpuSeconds: readStat => [...lanes].reduce((sum, lane) => sum + lane.cpuSeconds(readStat), spentByEnded),
		close,
	};
}

interface Lane {
	isBusy(): boolean;
	start(job: Job): void;
	/** The newest figure when `readStat` is given, else the one before. */
	cpuSeconds(readStat?: (pid: number) => string): number;
	end(): void;
}

interface LaneOptions {
	/** Seconds, of the clock by which outputs are stamped. */
	readonly now: () => number;
	readonly refuse: (reason: string) => LaneOutput;
	readonly whenFree: () => void;
	readonly whenEnded: () => void;
}

function openLane({now, refuse, whenFree, whenEnded}: LaneOptions): Lane {
	let shell: Subprocess | undefined;
	let job: Job | undefined;
	let gathered: Gathered | undefined;
	let timer: NodeJS.Timeout | undefined;
	let ended = false;
	let spent = 0;

	const settle = (output: LaneOutput): void => {
		clearTimeout(timer);
		const done = job;
		job = undefined;
		done?.settle(output);
	};
	/** The shell leads a process group of its own: the program that hangs goes with it. */
	const end = (): void => {
		if (ended) {
			return;
		}
		ended = true;
		if (shell?.pid !== undefined) {
			try {
				process.kill(-shell.pid, 'SIGKILL');
			} catch {
				// It has already gone.
			}
		}
		settle(refuse('closing'));
	};
	const giveUp = (late: Job, {stdout, at = now()}: Gathered): void => {
		if (job === late) {
			job = undefined;
			end();
			late.settle({stdout, stderr: `no answer within ${late.seconds} s`, timedOut: true, at});
		}
	};
	const give = (next: Job): void => {
		const texts: Gathered = {mark: createMark(), stdout: '', stderr: ''};
		gathered = texts;
		// Timers come before what has been waiting in the pipes: where this program itself was held up, the answer is there.
		timer = setTimeout(() => setImmediate(() => giveUp(next, texts)), next.seconds * 1000);
		const request = [texts.mark, String(next.words.length), ...next.words];
		shell?.stdin?.write(`${request.join('\n')}\n`);
	};
	const take = (name: 'stdout' | 'stderr', chunk: string): void => {
		if (gathered === undefined) {
			return;
		}
		gathered[name] += chunk;
		gathered.at ??= now();
		const output = chunk.endsWith('\n') ? findOutput(gathered) : undefined;
		if (output !== undefined) {
			gathered = undefined;
			settle(output);
			whenFree();
		}
	};

	const opening = startShell().then(({shell: started}) => {
		shell = started;
		started.stdin?.on('error', () => {
			// The shell has gone; its end is reported below.
		});
		for (const name of ['stdout', 'stderr'] as const) {
			started[name]?.setEncoding('utf8').on('data', (chunk: string) => take(name, chunk));
		}
		void started.then(() => {
			end();
			whenEnded();
		});
		if (ended) {
			ended = false;
			end();
		}
	});

	return {
		isBusy: () => job !== undefined || ended,
		start(next) {
			job = next;
			void opening.then(() => (ended ? settle(refuse('closing')) : give(next)));
		},
		cpuSeconds(readStat) {
			if (readStat !== undefined && shell?.pid !== undefined && !ended) {
				spent = readSpent(readStat, shell.pid) ?? spent;
			}
			return spent;
		},
		end,
	};
}

/** What no program prints by chance, and none can know beforehand. Without Node's crypto, which takes two megabytes. */
function createMark(): string {
	return [Math.random(), Math.random(), performance.now()].map(number => number.toString(36).slice(2)).join('-');
}

/** Imported only when the first program runs: the first screen does not wait for it. */
async function startShell(): Promise<{readonly shell: Subprocess}> {
	const {execa} = await import('execa');
	const shell = execa('/bin/sh', ['-c', script], {
		// The fourth is the watcher's.
		stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
		buffer: false,
		reject: false,
		detached: true,
		// The folder in which nbtop was started may be closed to this user, or gone.
		cwd: '/',
		env: {LC_ALL: 'C', LANGUAGE: 'C'},
	});
	// In an object, because a subprocess is a promise of its own end.
	return {shell: shell as Subprocess};
}

/** What one run has given so far. */
interface Gathered {
	readonly mark: string;
	stdout: string;
	stderr: string;
	/** When its first part came. */
	at?: number;
}

/** What stands before the mark; nothing while one of the two streams has not shown it. */
function findOutput({mark, stdout, stderr, at}: Gathered): LaneOutput | undefined {
	const [end, errorEnd] = [stdout.lastIndexOf('\0'), stderr.lastIndexOf('\0')];
	const status = stdout.slice(end + 1 + mark.length);
	const isWhole =
		end !== -1 &&
		stdout.startsWith(mark, end + 1) &&
		/^ \d+\n$/.test(status) &&
		stderr.slice(errorEnd) === `\0${mark}\n`;
	return isWhole && at !== undefined
		? {stdout: stdout.slice(0, end), stderr: stderr.slice(0, errorEnd), status: Number(status), at}
		: undefined;
}

/** Fields 14 to 17 of `/proc/PID/stat`: its own time and that of the children it has waited for, in ticks of 10 ms. */
function readSpent(readStat: (pid: number) => string, pid: number): number | undefined {
	try {
		const text = readStat(pid);
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
	} catch {
		return undefined;
	}
}
