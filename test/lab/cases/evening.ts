import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {settingWords} from '../../../source/commands/report.ts';
import {digestSession} from '../../../source/session/digest.ts';
import {createReport} from '../../../source/session/report.ts';
import {parseSession} from '../../../source/session/session-file.ts';
import {needLab, prompt} from '../lab.ts';
import {runFolder} from '../run-folder.ts';
import {type Figures, measure} from '../traffic.ts';
import {readCounters, risen} from '../witness.ts';

const lab = needLab();

const titles = {
	backlog: 'Lengthen the backlog of each core, and its rounds',
	rps: 'Spread received packets over the cores in software',
	rings: 'Enlarge the NIC’s receive ring',
};

/** The ring that is set, not the largest one; how many lines follow differs by ethtool's version. */
const ring = `ethtool -g eth0 | sed -n '/^Current/,$ s/^RX:[[:space:]]*//p'`;

/** What the kernel itself says of the knobs that the steps turn. */
async function readKnobs() {
	const text = await lab.sh(
		`cat /proc/sys/net/core/netdev_max_backlog /sys/class/net/eth0/queues/rx-0/rps_cpus; ${ring}`,
	);
	const [backlog, rps, rx] = text.trim().split('\n');
	return {backlog, rps: Number.parseInt(rps ?? '', 16), ring: rx};
}

async function load(): Promise<number> {
	const figures: Figures = await measure(lab, {direction: 'in', seconds: 45});
	expect(figures.error).toBeUndefined();
	return figures.end?.sum_received?.bits_per_second ?? 0;
}

test('a recorded evening is told as it was: baseline, three steps, a guard that reverts, an undo, a note', {
	timeout: 900_000,
}, async () => {
	const name = 'evening.jsonl';
	const file = join(runFolder, 'share', name);
	rmSync(file, {force: true});
	const knobs = [await readKnobs()];
	const screen = await lab.login(120, 40);
	screen.type(`nbtop --record /share/${name}\r`);
	await screen.waitFor(/REC evening/, 120_000);
	const before = await readCounters(lab);
	const bits: number[] = [];
	const tune = async (words: string): Promise<void> => {
		await lab.sh(`nbtop ${words}`, {timeout: 240});
		knobs.push(await readKnobs());
	};

	bits.push(await load());
	await tune('tune backlog-budget --yes');
	bits.push(await load());
	await tune('tune rps-rfs --yes');
	screen.type('mspread now\r');
	bits.push(await load());
	await tune('tune rings --yes --guard --confirm-within 60');
	await lab.sh(`for i in {1..120}; do [ "$(${ring})" = ${knobs[0]?.ring} ] && exit; sleep 1; done; exit 1`, {
		timeout: 240,
	});
	knobs.push(await readKnobs());
	bits.push(await load());
	await tune('undo rps-rfs');
	bits.push(await load());
	const after = await readCounters(lab);
	screen.type('q');
	await screen.waitFor(prompt, 120_000);

	const session = await parseSession(readFileSync(file), name);
	expect(session.notes).toEqual([]);
	const digest = digestSession(session);
	const report = createReport(digest, settingWords);

	// The configurations, in their order, each with the throughput that iperf3 saw.
	const rows = report.comparison;
	expect(rows.map(({configuration}) => configuration)).toEqual([
		'as found',
		`+ ${titles.backlog}`,
		`+ ${titles.rps}`,
		`+ ${titles.rings}`,
		expect.stringMatching(`^− ${titles.rings} \\(.*confirm`),
		`− ${titles.rps} (undone)`,
	]);
	const measured = rows.filter(({configuration}) => configuration !== `+ ${titles.rings}`);
	for (const [index, row] of measured.entries()) {
		// Headers of the inner packets: an MTU of 1280 makes them 4 %. Ramps and lost ticks of the guest are the rest.
		expect.soft((row.bitsPerSecond ?? 0) / (bits[index] ?? 0), row.configuration).toBeGreaterThan(0.8);
		expect.soft((row.bitsPerSecond ?? 0) / (bits[index] ?? 0), row.configuration).toBeLessThan(1.35);
	}

	// The steps, with the values that the kernel had before and after each.
	expect(report.steps.map(({title, outcome}) => [title, outcome])).toEqual([
		[titles.backlog, expect.stringMatching(/^kept/)],
		[titles.rps, 'put back: undone'],
		[titles.rings, expect.stringMatching(/^put back: .*confirm/)],
	]);
	const told = (label: RegExp) => report.steps.flatMap(({changes}) => changes).find(change => label.test(change.label));
	expect(told(/netdev_max_backlog/)).toMatchObject({from: knobs[0]?.backlog, actual: knobs[1]?.backlog});
	expect(Number.parseInt(told(/rps_cpus of eth0 rx-0/)?.actual ?? '', 16)).toBe(knobs[2]?.rps);
	expect(told(/ring/)).toMatchObject({from: knobs[2]?.ring, actual: knobs[3]?.ring, restored: knobs[4]?.ring});
	expect(knobs[3]?.ring).not.toBe(knobs[4]?.ring);

	// What is another at the end is what is another on the machine, and nothing else of these.
	const changed = report.settings.filter(({name: setting}) => /backlog|rps_cpus|ring rx/.test(setting));
	expect(changed).toEqual([{name: 'net.core.netdev_max_backlog', before: knobs[0]?.backlog, after: knobs[5]?.backlog}]);

	// Losses by the kernel's own count.
	const rose = Object.entries(risen(before, after)).filter(([counter]) => counter.startsWith('softnet.dropped.'));
	const lost = rose.reduce((sum, [, count]) => sum + count, 0);
	const seen = digest.figures.reduce((sum, {dropped}) => sum + (dropped.softnet ?? 0), 0);
	expect(seen).toBe(lost);

	expect(report.timeline.filter(({type}) => type === 'marker')).toMatchObject([{text: 'spread now'}]);
});
