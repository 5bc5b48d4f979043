import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {sampleOnce} from '../sample.ts';
import {underTraffic} from '../traffic.ts';
import {readCounters} from '../witness.ts';

const lab = needLab({LAB_WG: 'userspace'});

test('tells a userspace tunnel from a kernel one, and its peer and rates with it', async () => {
	expect(await lab.sh('ip -d -j link show wt0')).toContain('"info_kind":"tun"');
	const before = await readCounters(lab);
	const sample = await underTraffic(lab, {direction: 'in', megabits: 5}, async () => sampleOnce(lab));
	const after = await readCounters(lab);
	expect(sample.tunnels).toMatchObject([{interface: 'wt0', kind: 'userspace', underlays: ['eth0']}]);
	const [peer] = sample.tunnels[0]?.peers ?? [];
	const name = `wg.${peer?.publicKey}.rx`;
	expect(peer?.rxBytes).toBeGreaterThan(before[name] ?? Number.NaN);
	expect(peer?.rxBytes).toBeLessThanOrEqual(after[name] ?? Number.NaN);
	expect(peer?.rxBytesPerSecond).toBeGreaterThan(0);
});
