import {expect, test} from 'vitest';
import {deriveSoftirqRates, deriveSoftnetRates, sumSoftnetRates} from '../../source/derive/softnet-rates.ts';
import {parseSoftirqs} from '../../source/parse/softirqs.ts';

const row = (
	cpu: number,
	...[processed = 0, dropped = 0, timeSqueeze = 0, receivedRps = 0, flowLimit = 0]: number[]
) => ({
	cpu,
	processed,
	dropped,
	timeSqueeze,
	receivedRps,
	flowLimit,
});

test('rows are matched by CPU, whatever their place', () => {
	const before = [row(0, 1, 2, 3, 4, 5), row(2, 100, 200, 300, 400, 500)];
	const now = [{...row(2, 120, 204, 308, 416, 510), backlogLength: 9}, row(0, 3, 2, 3, 4, 5)];
	const rates = deriveSoftnetRates(before, now, 2);
	expect([...rates.keys()]).toEqual([2, 0]);
	expect(rates.get(2)).toEqual({
		processed: 10,
		dropped: 2,
		timeSqueeze: 4,
		receivedRps: 8,
		flowLimit: 5,
		droppedDelta: 4,
		backlogLength: 9,
	});
	expect(rates.get(0)).toMatchObject({processed: 1, dropped: 0});
	expect(rates.get(0)).not.toHaveProperty('backlogLength');
});

test('a counter of 32 bits goes around', () => {
	expect(deriveSoftnetRates([row(0, 2 ** 32 - 10)], [row(0, 20)], 1).get(0)?.processed).toBe(30);
});

test('a CPU that came, went, or was set back has no rates', () => {
	expect(deriveSoftnetRates([row(0), row(1), row(2, 500, 7)], [row(0), row(2, 600, 3), row(3)], 1).size).toBe(1);
});

test('rates of all CPUs add up; a backlog that one of them does not tell is not known', () => {
	const rates = deriveSoftnetRates(
		[row(0), row(1)],
		[
			{...row(0, 1, 2, 3, 4, 5), backlogLength: 6},
			{...row(1, 10, 20, 30, 40, 50), backlogLength: 60},
		],
		1,
	);
	expect(sumSoftnetRates([...rates.values()])).toEqual({
		processed: 11,
		dropped: 22,
		timeSqueeze: 33,
		receivedRps: 44,
		flowLimit: 55,
		droppedDelta: 22,
		backlogLength: 66,
	});
	const unknown = deriveSoftnetRates([row(2)], [row(2, 1)], 1).values();
	expect(sumSoftnetRates([...rates.values(), ...unknown])).not.toHaveProperty('backlogLength');
	expect(sumSoftnetRates([])).toBeUndefined();
});

test('soft interrupts are matched by the CPUs of the two headers', () => {
	const before = parseSoftirqs('CPU0 CPU1 CPU2\nNET_TX: 1 2 3\nNET_RX: 10 20 30\n');
	const now = parseSoftirqs('CPU0 CPU2 CPU3\nNET_RX: 14 36 50\n');
	expect([...deriveSoftirqRates(before, now, 'NET_RX', 2)]).toEqual([
		[0, 2],
		[2, 3],
	]);
	expect(deriveSoftirqRates(before, now, 'NET_TX', 2).size).toBe(0);
});
