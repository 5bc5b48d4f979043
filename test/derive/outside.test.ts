import {expect, test} from 'vitest';
import {findOutside, isTunnelsLoad} from '../../source/derive/outside.ts';
import {derivePath} from '../../source/derive/path.ts';
import type {Rates} from '../../source/model/rates.ts';
import type {State} from '../../source/session/state.ts';
import {healthyLoad, type MachineLoad, watchMachine} from '../helpers/machine.ts';

/** The machine with other rates than its own. */
function find(change: (rates: Rates) => Rates, cpu = 1, load: MachineLoad = healthyLoad) {
	const {snapshot, topology, rates}: State = watchMachine(load, 3);
	const situation = {readings: snapshot?.readings ?? {}, topology, rates: change(rates)};
	return findOutside(situation, derivePath(situation), cpu);
}

function withLink(name: string, counters: Readonly<Record<string, number>>) {
	return (rates: Rates): Rates => ({...rates, links: {...rates.links, [name]: {...rates.links?.[name], ...counters}}});
}

const huge = {rx_packets: 700_000, tx_packets: 0, rx_bytes: 1e9, tx_bytes: 0};

test('a device that carries the tunnel and nothing else is all the tunnel’s', () => {
	const outside = find(rates => rates);
	expect(outside?.tunnelShare).toBeGreaterThan(0.99);
	expect(outside?.others).toBeLessThan(1000);
	expect(outside).not.toHaveProperty('foreign');
});

test('of the tunnel’s device counts what arrives on that core, and all where nothing does', () => {
	// 67 of its 107 packets arrive on CPU1, none on CPU2.
	const rest = 700_000 - 136_000;
	expect(find(withLink('eth0', huge), 1)?.others).toBeCloseTo((rest * 67) / 107, 0);
	expect(find(withLink('eth0', huge), 2)?.others).toBeCloseTo(rest, 0);
	expect(isTunnelsLoad(find(withLink('eth0', huge), 2))).toBe(false);
});

test('a device whose interrupts arrive elsewhere is no load of that core', () => {
	const interrupts = [{irq: '90', name: 'eth1-rx', device: 'eth1', queue: 0, role: 'rx' as const, perSecond: 900}];
	const onCpu = (cpu: number) => (rates: Rates) => ({
		...withLink('eth1', huge)(rates),
		interrupts: [
			...(rates.interrupts ?? []),
			...interrupts.map(each => ({...each, perCpu: [{cpu, perSecond: each.perSecond}]})),
		],
	});
	expect(find(onCpu(3), 1)?.tunnelShare).toBeGreaterThan(0.98);
	expect(find(onCpu(3), 3)).toMatchObject({foreign: {device: 'eth1', packets: 700_000}});
	expect(isTunnelsLoad(find(onCpu(3), 3))).toBe(false);
	// Where its interrupts arrive is not known: it may be here.
	expect(isTunnelsLoad(find(withLink('eth1', huge), 1))).toBe(false);
});

test('large packets that somebody has put together do not hide the tunnel, nor do small ones', () => {
	// 8 Gbit/s of TCP in packets of 64 KiB.
	expect(isTunnelsLoad(find(withLink('eth0', {...huge, rx_packets: 151_000})))).toBe(true);
	// As many bytes as the tunnel's, in packets of 64 bytes.
	expect(isTunnelsLoad(find(withLink('eth0', {...huge, rx_packets: 2.5e6, rx_bytes: 310e6})))).toBe(true);
});

test('an interface above another one is not counted twice', () => {
	const {counters} = healthyLoad.device;
	const load = {...healthyLoad, device: {...healthyLoad.device, driver: 'hv_netvsc', function: counters}};
	expect(find(rates => rates, 1, load)?.others).toBeLessThan(1000);
});

test('where the device has no counters nothing is known, and the tunnel not ruled out', () => {
	const outside = find(({links, ...rates}) => ({...rates, links: {wt0: links?.wt0 ?? {}}}));
	expect(outside).toBeUndefined();
	expect(isTunnelsLoad(outside)).toBe(true);
});
