import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';

// As many cores as a small host has: more would wait for each other.
const lab = needLab({LAB_CPUS: '2'});

const journal = '/var/lib/nbtop/journal.jsonl';
const files = ['netdev_max_backlog', 'netdev_budget', 'netdev_budget_usecs'].map(name => `/proc/sys/net/core/${name}`);

const readKnobs = (): Promise<string> => lab.sh(`cat ${files.join(' ')}`);

/** Starts a trial, and kills nbtop alone as soon as a condition of the shell holds. */
async function killTrial(condition: string): Promise<void> {
	await lab.sh(
		`rm -rf /var/lib/nbtop
		nbtop trial backlog-budget 100.64.0.2 --pairs 5 --time 6 --despite-noise >/tmp/trial.log 2>&1 & trial=$!
		until ${condition}; do
			kill -0 $trial || { cat /tmp/trial.log; exit 1; }
			sleep 0.01
		done
		kill -9 $trial; ! wait $trial`,
		{timeout: 240},
	);
}

/** What nbtop would tell somebody who starts it now. */
async function readNotices(): Promise<readonly string[]> {
	const {notices} = JSON.parse(await lab.sh('nbtop tune --json', {timeout: 120})) as {notices: readonly string[]};
	return notices;
}

const has = (type: string): string => `grep -q '"type":"${type}"' ${journal} 2>/dev/null`;

test.each([
	['measures the noise', "pgrep -f 'iperf[3] -c' >/dev/null"],
	['writes the step', has('intent')],
])(
	'killed while it %s, a trial leaves the step as it was, or it is said until it is so',
	{timeout: 480_000},
	async (_, condition) => {
		const before = await readKnobs();
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
