import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {startTraffic} from '../traffic.ts';
import {readCounters, risen} from '../witness.ts';

const lab = needLab();

test.each(['in', 'out', 'both'] as const)('traffic %s flows over the tunnel until it is stopped', async direction => {
	const traffic = await startTraffic(lab, {direction, seconds: 100});
	const before = await readCounters(lab);
	await lab.sh('sleep 2');
	const moved = risen(before, await readCounters(lab));
	const expected = {in: ['rx'], out: ['tx'], both: ['rx', 'tx']}[direction];
	for (const side of expected) {
		expect(moved[`wt0.${side}_bytes`], side).toBeGreaterThan(200_000);
	}
	await traffic.stop();
	const stopped = await readCounters(lab);
	await lab.sh('sleep 1');
	expect(risen(stopped, await readCounters(lab))['wt0.rx_bytes']).toBeLessThan(20_000);
});
