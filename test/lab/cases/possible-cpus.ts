import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {startSamples} from '../sample.ts';
import {underTraffic} from '../traffic.ts';
import {readCounters} from '../witness.ts';

const lab = needLab({LAB_MAXCPUS: '8'});

test('shows the CPUs that are there where the kernel has columns for more', async () => {
	expect((await lab.sh('cat /sys/devices/system/cpu/possible /sys/devices/system/cpu/online')).trim()).toBe('0-7\n0-3');
	await underTraffic(lab, {direction: 'in'}, async () => {
		const before = await readCounters(lab);
		const samples = await startSamples(lab);
		const sample = await samples.next();
		const after = await readCounters(lab);
		expect(sample.cpus.map(cpu => cpu.cpu)).toEqual([0, 1, 2, 3]);
		expect(sample.problems.filter(each => /softirqs|softnet|interrupts/.test(each.source))).toEqual([]);
		for (const {cpu, netRxPerSecond} of sample.cpus) {
			const most = (after[`softirq.NET_RX.cpu${cpu}`] ?? 0) - (before[`softirq.NET_RX.cpu${cpu}`] ?? 0);
			expect(netRxPerSecond * sample.seconds, `cpu${cpu}`).toBeLessThanOrEqual(most + 0.1);
		}
		expect(Math.max(...sample.cpus.map(cpu => cpu.netRxPerSecond))).toBeGreaterThan(10);
	});
});
