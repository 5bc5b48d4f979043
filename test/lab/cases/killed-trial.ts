import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {tell} from '../tune.ts';

// As many cores as a small host has: more would wait for each other.
const lab = needLab({LAB_CPUS: '2'});

const journal = '/var/lib/nbtop/journal.jsonl';
const files = ['netdev_max_backlog', 'netdev_budget', 'netdev_budget_usecs'].map(name => `/proc/sys/net/core/${name}`);

const readKnobs = (): Promise<string> => lab.sh(`cat ${files.join(' ')}`);

/** Removes what earlier cases have noted: the values themselves are those of the start. */
async function start(): Promise<string> {
	await lab.sh('rm -rf /var/lib/nbtop');
	return readKnobs();
}

/** What the shell below ends with when the trial had ended before. */
const wasOver = 3;

/**
Starts a trial, and kills nbtop alone as soon as a condition of the shell holds. One that ends before, because two runs in a
row were not to be believed on a busy machine, is begun again, so many times in all.
*/
async function killTrial(condition: string, tries = 3): Promise<void> {
	const {exitCode, stdout} = await lab.run(
		[
			'bash',
			'-c',
			`nbtop trial backlog-budget 100.64.0.2 --pairs 5 --time 6 --despite-noise >/tmp/trial.log 2>&1 & trial=$!
			until ${condition}; do
				kill -0 $trial || { cat /tmp/trial.log; exit ${wasOver}; }
				sleep 0.01
			done
			kill -9 $trial; ! wait $trial`,
		],
		{timeout: 400},
	);
	if (exitCode === wasOver && tries > 1) {
		await start();
		return killTrial(condition, tries - 1);
	}
	expect(exitCode, stdout).toBe(0);
}

/** What nbtop would tell somebody who starts it now. */
async function readNotices(): Promise<readonly string[]> {
	const {notices} = await tell(lab, 'tune');
	return notices;
}

const has = (type: string): string => `grep -q '"type":"${type}"' ${journal} 2>/dev/null`;

test.each([
	['measures the noise', "pgrep -f 'iperf[3] -c' >/dev/null"],
	['writes the step', has('intent')],
	['measures with the step', `${has('completed')} && pgrep -f 'iperf[3] -c' >/dev/null`],
	['takes the step out', has('reverting')],
	['measures without it again', `${has('reverted')} && pgrep -f 'iperf[3] -c' >/dev/null`],
])(
	'killed while it %s, a trial leaves the step as it was, or it is said until it is so',
	{timeout: 600_000},
	async (_, condition) => {
		const before = await start();
		await killTrial(condition);
		// Its load goes with it.
		await lab.sh("for i in {1..100}; do pgrep -f 'iperf[3] -c' || exit 0; sleep 0.2; done; exit 1");
		const isAsBefore = (await readKnobs()) === before;
		const notices = await readNotices();
		console.log(isAsBefore ? 'as before' : 'the step is in', notices);
		expect(isAsBefore || notices.some(notice => notice.includes('Lengthen the backlog'))).toBe(true);
		// A guard that waits to be told that it is to stay knows when that is over.
		await lab.sh(
			`for i in {1..220}; do [ "$(cat ${files.join(' ')})" = "${before.trim()}" ] && exit; sleep 1; done; exit 1`,
			{
				timeout: 240,
			},
		);
		expect(await lab.sh('nbtop undo --all', {timeout: 120})).toMatch(/nothing/i);
		expect(await readKnobs()).toBe(before);
	},
);

test('killed while it measures the noise, a trial of a step that was in force says that it is out', {
	timeout: 480_000,
}, async () => {
	const before = await start();
	expect((await tell(lab, 'tune backlog-budget --yes')).exitCode).toBe(0);
	const tuned = await readKnobs();
	expect(tuned).not.toBe(before);
	await killTrial("pgrep -f 'iperf[3] -c' >/dev/null", 1);
	expect(await readKnobs()).toBe(before);
	expect(await readNotices()).toEqual([expect.stringMatching(/Lengthen the backlog.* taken out for a comparison/)]);
	expect((await tell(lab, 'tune backlog-budget --yes')).exitCode).toBe(0);
	expect(await readKnobs()).toBe(tuned);
	await lab.sh('nbtop undo --all', {timeout: 120});
	expect(await readKnobs()).toBe(before);
});
