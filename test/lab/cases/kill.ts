import {afterEach, describe, expect, test, vi} from 'vitest';
import {listInForce} from '../../../source/tuning/in-force.ts';
import {foldJournal, parseJournal} from '../../../source/tuning/journal.ts';
import {needLab} from '../lab.ts';
import {compareKnobs, expectGone, forget, readKnobs, tell, waitUntil} from '../tune.ts';

const lab = needLab();
vi.setConfig({testTimeout: 480_000});

afterEach(async () => {
	await lab.sh('rm -f /run/fault /usr/local/bin/ethtool /usr/local/bin/tc');
});

/** `kill -9` at the very moment at which nbtop runs a program that fits `at`. */
interface Kill {
	readonly phase: string;
	readonly who: 'nbtop' | 'the guards' | 'both';
	readonly step: string;
	readonly at: string;
	/** Before or after the program does its work. */
	readonly when: 'before' | 'after';
}

const write = {step: 'rings', at: 'ethtool -G eth0 rx 1024'} as const;
const second = {step: 'bbr-fq', at: 'tc qdisc replace dev eth0 root mq'} as const;

const kills: readonly Kill[] = [
	{phase: 'before the journal', who: 'nbtop', step: 'bbr-fq', at: 'tc -j qdisc show dev eth0', when: 'before'},
	{phase: 'between journal and write', who: 'nbtop', ...write, when: 'before'},
	{phase: 'between journal and write', who: 'the guards', ...write, when: 'before'},
	{phase: 'between journal and write', who: 'both', ...write, when: 'before'},
	{phase: 'between a write and its line', who: 'nbtop', ...write, when: 'after'},
	{phase: 'between a write and its line', who: 'both', ...write, when: 'after'},
	{phase: 'between two writes', who: 'nbtop', ...second, when: 'before'},
	{phase: 'between two writes', who: 'the guards', ...second, when: 'before'},
	{phase: 'between two writes', who: 'both', ...second, when: 'before'},
];

describe('kill -9', () => {
	test.each(kills)(
		'of $who $phase ($step): all is as before, or the journal says what is not and undo ends it',
		async ({who, step, at, when}) => {
			const before = await forget(lab);
			await plantKill({who, at, when});
			const {outcome, exitCode} = await tell(lab, `tune ${step} --yes --guard --confirm-within 20`);
			expect(await lab.sh('cat /run/struck')).toBe('');
			if (who === 'the guards') {
				expect(outcome).toMatchObject({kind: 'applied'});
			} else {
				expect(exitCode).not.toBe(0);
			}
			if (who === 'nbtop') {
				await expectGone(lab, 90);
				expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
			} else {
				await expectJournalToKnow(before, compareKnobs(before, await readKnobs(lab)), step);
			}
			const {exitCode: status, stderr, results} = await tell(lab, 'undo --all');
			expect(status, stderr).toBe(0);
			expect(results).toMatchObject([{kind: 'nothing'}]);
			if (who !== 'nbtop') {
				await expectGone(lab);
				expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
			}
			expect(await listLeft()).toEqual([]);
		},
	);

	test('of one guard of a pair, and of the other when the first has come again: the one that came puts back in time', async () => {
		const before = await forget(lab);
		const {outcome} = await tell(lab, 'tune backlog-budget --yes --guard --confirm-within 60');
		expect(outcome).toMatchObject({kind: 'applied'});
		const [first, other, ...more] = (await lab.sh(findGuards)).trim().split('\n');
		expect(more).toEqual([]);
		await lab.sh(`kill -9 ${first}`);
		await waitUntil(lab, `[ $(${findGuards} | wc -l) = 2 ]`, 40);
		await lab.sh(`kill -9 ${other}`);
		expect(await lab.sh('sysctl -n net.core.netdev_max_backlog')).toBe('10000');
		await waitUntil(lab, '[ $(sysctl -n net.core.netdev_max_backlog) = 1000 ]', 90);
		await expectGone(lab);
		expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
	});
});

/** The guards that are alive: both kinds of process are called nbtop, and the journal knows which is which. */
const findGuards = `for pid in $(sed -n 's/.*"type":"armed".*"process":{"pid":\\([0-9]*\\).*/\\1/p' /var/lib/nbtop/journal.jsonl); do
	[[ $(ps -o comm= -p $pid) != nbtop ]] || echo $pid; done`;

/** Programs of the same names, first in PATH, that kill at the planted command, once, and else are the real ones. */
async function plantKill({who, at, when}: Pick<Kill, 'who' | 'at' | 'when'>): Promise<void> {
	// nbtop runs programs through a kept shell: it is the parent of this one's parent.
	const caller = '$(ps -o ppid= -p $PPID)';
	const whom = {nbtop: caller, 'the guards': '$(guards)', both: `${caller} $(guards)`};
	const script = `#!/bin/bash
name=\${0##*/}
guards() { ${findGuards}; }
if [[ -e /run/fault && "$name $*" == $(</run/fault) ]]; then
  mv /run/fault /run/struck
  [[ ${when} == before ]] || /usr/sbin/$name "$@"
  kill -9 ${whom[who]} 2>/run/struck
  [[ ${when} == before ]] || exit 0
fi
exec /usr/sbin/$name "$@"
`;
	for (const name of ['ethtool', 'tc']) {
		await lab.sh(`cat >/usr/local/bin/${name} <<'END'\n${script}\nEND\nchmod +x /usr/local/bin/${name}`);
	}
	await lab.sh(`rm -f /run/struck; echo '${at}' >/run/fault`);
}

/** What nbtop's journal says is in force: each setting with its first value. */
async function listLeft() {
	const [boot = '', ...lines] = (
		await lab.sh('cat /proc/sys/kernel/random/boot_id; cat /var/lib/nbtop/journal.jsonl 2>/dev/null || true')
	).split('\n');
	return listInForce(foldJournal(parseJournal(lines.join('\n')), boot));
}

/** Every value that is not as before is one that the journal has, with the value from before. */
async function expectJournalToKnow(before: readonly string[], left: readonly string[], step: string): Promise<void> {
	const known = await listLeft();
	expect(known.every(({steps}) => steps.includes(step))).toBe(true);
	const lines = known.map(({setting, original}) => {
		switch (setting.kind) {
			case 'sysctl':
				return {start: `/proc/sys/${setting.name.replaceAll('.', '/')}:`, whole: original};
			case 'ring':
				return {start: 'ethtool -g eth0 : RX:', whole: `\t\t${original}`};
			default:
				return {start: 'tc qdisc show : qdisc ', whole: undefined};
		}
	});
	expect(left.filter(line => !lines.some(({start}) => line.slice(1).startsWith(start)))).toEqual([]);
	for (const {start, whole} of lines.filter(each => each.whole !== undefined)) {
		expect(before).toContain(start + whole);
	}
}
