import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import type {Sample} from '../sample.ts';
import {type Ranges, startSysstat} from '../sysstat.ts';
import {underTraffic} from '../traffic.ts';
import {boundRise, type Watched, watchBeside} from '../witness.ts';

const lab = needLab();

/*
The tolerance. nbtop's interval starts and ends at moments that an onlooker knows only roughly: the sample begins at `time`, and each
source is read some time after that, which under emulation takes most of a second for files and some seconds for programs. But
counters only rise: what nbtop counted lies between what rose within the stretch shortened by that slack at both ends, and what
rose within the stretch lengthened by it. No guess about how steady the load is goes into it.
*/
const slack = 1.5;
const programSlack = 4;
const seconds = 12;

test.each(['in', 'out'] as const)(
	'cores, interrupts, softnet, queues and peers agree with the kernel, traffic %s',
	async direction => {
		const {watched, sample, ranges} = await underTraffic(lab, {direction}, async () => {
			const sysstat = startSysstat(lab);
			const watched = await watchBeside(lab, ['nbtop', 'once', '--json', '--interval', String(seconds)]);
			const sample = JSON.parse(watched.lines[0]?.text ?? '') as Sample;
			const end = Date.parse(sample.time) / 1000;
			return {watched, sample, ranges: await sysstat.stop(end - sample.seconds, end)};
		});
		expect(sample.schema).toBe('nbtop.sample/1');
		expect(sample.cpus.map(cpu => cpu.cpu)).toEqual([0, 1, 2, 3]);
		compareWithSysstat(sample, ranges);
		const rose = createJudge(watched, sample);
		for (const cpu of sample.cpus) {
			const name = `cpu${cpu.cpu}`;
			rose(`softirq.NET_RX.${name}`, cpu.netRxPerSecond);
			rose(`softirq.NET_TX.${name}`, cpu.netTxPerSecond);
			rose(`softnet.processed.${name}`, cpu.softnet.processed);
			rose(`softnet.squeezed.${name}`, cpu.softnet.squeezed);
			rose(`softnet.dropped.${name}`, cpu.softnet.dropped);
			rose(`softnet.receivedRps.${name}`, cpu.softnet.receivedRps);
		}
		for (const row of sample.interrupts.filter(each => each.device === 'eth0')) {
			rose(
				[0, 1, 2, 3].map(cpu => `irq.${row.irq}.cpu${cpu}`),
				row.perSecond,
			);
		}
		for (const interfaceName of ['eth0', 'wt0']) {
			const rates = sample.nics.find(nic => nic.device === interfaceName)?.perSecond ?? {};
			for (const counter of ['rx_bytes', 'tx_bytes', 'rx_packets', 'tx_packets']) {
				rose(`${interfaceName}.${counter}`, rates[counter]);
			}
		}
		for (const {direction: side, queue, packetsPerSecond} of sample.nics.find(nic => nic.device === 'eth0')?.queues ??
			[]) {
			rose(`ethtool.${side}_queue_${queue}_packets`, packetsPerSecond, programSlack);
		}
		const peer = sample.tunnels[0]?.peers[0];
		rose(`wg.${peer?.publicKey}.rx`, peer?.rxBytesPerSecond, programSlack);
		rose(`wg.${peer?.publicKey}.tx`, peer?.txBytesPerSecond, programSlack);
		expect(rose.busy).toBeGreaterThan(12); // figures that were not 0, so that agreement means something
	},
);

/**
An average lies between the least and the greatest of the seconds that it is made of. Three percent points, or a fifth of a rate, are
for the first and the last of them, of which nbtop saw only a part.
*/
function compareWithSysstat({cpus, interrupts}: Sample, ranges: Ranges): void {
	const lies = (value: number, name: string, by: number): void => {
		const {least, most} = ranges[name] ?? {least: Number.NaN, most: Number.NaN};
		expect.soft(value, name).toBeGreaterThanOrEqual(least - by);
		expect.soft(value, name).toBeLessThanOrEqual(most + by);
	};
	for (const cpu of cpus) {
		for (const column of ['usr', 'nice', 'sys', 'iowait', 'irq', 'soft', 'steal', 'guest', 'gnice', 'idle'] as const) {
			lies(cpu[column], `${cpu.cpu} %${column}`, 3);
		}
		lies(cpu.softnet.processed, `${cpu.cpu} total/s`, 1 + 0.2 * cpu.softnet.processed);
		lies(cpu.softnet.squeezed, `${cpu.cpu} squeezd/s`, 1 + 0.2 * cpu.softnet.squeezed);
	}
	for (const {irq, perSecond} of interrupts.filter(each => each.device === 'eth0')) {
		lies(perSecond, `${irq} all`, 1 + 0.2 * perSecond);
	}
}

/** Says whether a rate fits what the witness saw of these counters, taken together. */
function createJudge(watched: Watched, sample: Sample) {
	const end = Date.parse(sample.time) / 1000 - watched.wallOffset;
	const start = end - sample.seconds;
	const judge = (names: string | readonly string[], rate: number | null | undefined, by = slack): void => {
		const bounds = [names].flat().map(name => boundRise(watched, name, start, end, by));
		const least = bounds.reduce((sum, each) => sum + each.least, 0);
		const most = bounds.reduce((sum, each) => sum + each.most, 0);
		// The source's own interval differs from that of /proc/stat by the same slack.
		const label = `${[names].flat()[0]} of ${sample.seconds.toFixed(1)} s`;
		expect.soft(rate, label).toBeGreaterThanOrEqual(least / (sample.seconds + by) - 0.01);
		expect.soft(rate, label).toBeLessThanOrEqual(most / (sample.seconds - by) + 0.01);
		judge.busy += least > 0 ? 1 : 0;
	};
	judge.busy = 0;
	return judge;
}
