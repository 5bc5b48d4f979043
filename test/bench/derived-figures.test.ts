import {describe, expect, test} from 'vitest';
import {deriveFigures, type ScenarioResults, summariseRuns} from '../../source/bench/derived-figures.ts';
import {parseIperf3} from '../../source/parse/iperf3.ts';
import {readFixture} from '../helpers/parser-law.ts';

const parse = (name: string) => parseIperf3(readFixture(`iperf3/${name}.json`));

describe('a summary', () => {
	test('is the median of the valid runs', () => {
		const run = parse('single');
		const runs = [70e6, 90e6, 80e6].map(goodput => ({...run, goodput}));
		expect(summariseRuns([...runs, {...run, goodput: 1, invalid: ['disturbed']}])).toEqual({runs: 3, goodput: 80e6});
	});

	test('of UDP has packets and losses too', () => {
		expect(summariseRuns([parse('udp64')])).toEqual({
			runs: 1,
			goodput: 3_191_680.0343446755,
			packetsPerSecond: expect.closeTo(31_248 / 5.012713, 6),
			lossPercent: expect.closeTo(0.0064, 4),
		});
	});

	test('of no valid run is none', () => {
		expect(summariseRuns([parse('refused')])).toBeUndefined();
		expect(summariseRuns([])).toBeUndefined();
	});
});

const result = (goodput: number, more: {packetsPerSecond?: number; lossPercent?: number} = {}) => ({
	runs: 3,
	goodput,
	...more,
});
const derive = (results: ScenarioResults, id: string) => deriveFigures(results).find(figure => figure.id === id);

test('what did not run is not derived', () => {
	expect(deriveFigures({})).toEqual([]);
	expect(deriveFigures({'tcp-forward': result(1e9), 'tcp-single': result(5e8)}).map(figure => figure.id)).toEqual([
		'streams',
	]);
});

test.each([
	[0.8, 'fight'],
	[1.05, 'a core or the cap'],
	[1.8, 'limited by itself'],
])('8 streams at %f times one', (ratio, meaning) => {
	const figure = derive({'tcp-forward': result(ratio * 1e9), 'tcp-single': result(1e9)}, 'streams');
	expect(figure?.value).toBeCloseTo(ratio, 12);
	expect(figure?.text).toContain(meaning);
});

test.each([
	[0.6, 'leaves a part'],
	[1, 'gets what the path carries'],
	[1.4, 'limited by its sender'],
])('TCP at %f times UDP', (ratio, meaning) => {
	const results = {'tcp-forward': result(ratio * 1e9), 'udp-1200': result(1e9, {lossPercent: 0.1})};
	expect(derive(results, 'protocol')).toMatchObject({
		value: expect.closeTo(ratio, 12),
		text: expect.stringContaining(meaning),
	});
});

test('TCP is not compared with a UDP run that lost', () => {
	const lossy = derive({'tcp-forward': result(1e9), 'udp-1200': result(9e8, {lossPercent: 1.1})}, 'protocol');
	expect(lossy).not.toHaveProperty('value');
	expect(lossy?.text).toBe('A UDP run that lost 1.1 % says nothing: it needs one at a lower rate.');
	expect(derive({'tcp-forward': result(1e9), 'udp-1200': result(9e8)}, 'protocol')?.text).toContain('of unknown loss');
});

test.each([
	[0.5, 'not in the path'],
	[1, 'carries packets'],
	[3, 'Bytes count too'],
])('small packets at %f times large ones', (ratio, meaning) => {
	const results = {
		'udp-64': result(1, {packetsPerSecond: ratio * 80_000}),
		'udp-1200': result(1, {packetsPerSecond: 80_000}),
	};
	expect(derive(results, 'packet-size')).toMatchObject({
		value: expect.closeTo(ratio, 12),
		text: expect.stringContaining(meaning),
	});
});

test.each([
	[0.7, 'To the peer is slower'],
	[1.1, 'the same'],
	[1.3, 'From the peer is slower'],
])('forward at %f times reverse', (ratio, meaning) => {
	const results = {'tcp-forward': result(ratio * 1e9), 'tcp-reverse': result(1e9)};
	expect(derive(results, 'direction')?.text).toContain(meaning);
});

test.each([
	[0.3, 'more than half'],
	[0.7, 'more than its headers'],
	[0.95, 'network itself'],
	[1.2, 'do not take the same path'],
])('the tunnel at %f times the underlay', (ratio, meaning) => {
	const results = {'tcp-forward': result(ratio * 1e9), underlay: result(1e9)};
	expect(derive(results, 'tunnel')).toMatchObject({
		value: expect.closeTo(ratio, 12),
		text: expect.stringContaining(meaning),
	});
});
