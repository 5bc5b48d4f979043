import type {Lab} from './lab.ts';

/** What a case looks at of the JSON of `nbtop tune`, `undo` and `confirm` (docs/json.md). */
export interface Told {
	readonly exitCode: number;
	readonly stderr: string;
	readonly notices: readonly string[];
	readonly state?: string;
	readonly reason?: string;
	readonly changes?: readonly {readonly label: string; readonly from: string; readonly to: string}[];
	readonly outcome?: {
		readonly kind: string;
		readonly id?: string;
		readonly reason?: string;
		readonly deadline?: number;
	};
	readonly results?: readonly {
		readonly kind: string;
		readonly step?: string;
		readonly reason?: string;
		readonly conflicts?: readonly {readonly original: string; readonly ours: string; readonly theirs: string}[];
	}[];
}

/** Runs `nbtop WORDS --json` in alpha: the real program, as somebody would at a prompt. */
export async function tell(lab: Lab, words: string): Promise<Told> {
	const {stdout, stderr, exitCode} = await lab.run(['bash', '-c', `nbtop ${words} --json`], {timeout: 180});
	return {notices: [], ...(stdout === '' ? {} : (JSON.parse(stdout) as object)), exitCode, stderr};
}

/** Waits until a condition of bash is true in alpha, as long as a slow machine needs. */
export async function waitUntil(lab: Lab, condition: string, seconds: number): Promise<void> {
	await lab.sh(`for i in {1..${2 * seconds}}; do if ${condition}; then exit 0; fi; sleep 0.5; done; ps -ef; exit 1`, {
		timeout: 2 * seconds + 30,
	});
}

/** No nbtop runs in alpha any more, and no guard. */
export async function expectGone(lab: Lab, seconds = 60): Promise<void> {
	// The first words are those of one that is just starting.
	await waitUntil(lab, "! { pgrep -f 'nbtop[.]cjs|guard[.]mjs' || pgrep -x nbtop; } >/dev/null", seconds);
}

/** Removes what earlier cases have noted: the values themselves are those of the start. */
export async function forget(lab: Lab): Promise<readonly string[]> {
	await lab.sh('rm -rf /var/lib/nbtop');
	return readKnobs(lab);
}

/** Every knob of the machine, not only those that nbtop turns, as sorted lines (`guest/knobs`). */
export async function readKnobs(lab: Lab): Promise<readonly string[]> {
	return (await lab.sh(`${import.meta.dirname}/guest/knobs`, {timeout: 120})).trim().split('\n');
}

/** The lines that are only in one of the two, with the sign of `diff`. */
export function compareKnobs(before: readonly string[], after: readonly string[]): string[] {
	const [old, now] = [before, after].map(lines => new Set(lines.map(dropHandles))) as [Set<string>, Set<string>];
	return [
		...[...old].filter(line => !now.has(line)).map(line => `-${line}`),
		...[...now].filter(line => !old.has(line)).map(line => `+${line}`),
	].filter(line => !stays.some(each => each.test(line)));
}

/** Queues that differ from each other can only be given back under handles of their own, which mean nothing for these two kinds. */
function dropHandles(line: string): string {
	return line.startsWith('tc qdisc')
		? line.replace(/ (mq|pfifo_fast) [\da-f]+:/, ' $1').replace(/ parent [\da-f]*:/, ' parent :')
		: line;
}

/** What undoing does not take back, as the step says: the kernel keeps the modules that it has loaded for a value. */
const stays = [
	/\/proc\/sys\/net\/ipv4\/tcp_(?:available|allowed)_congestion_control:/,
	/\/proc\/modules : (?:tcp_bbr|sch_fq)$/,
	/\/sys\/module\/(?:tcp_bbr|sch_fq)\/parameters\//,
];
