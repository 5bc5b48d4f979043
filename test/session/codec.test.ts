import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {SampleEvent, SessionEvent} from '../../source/model/events.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {createDecoder, createEncoder, formatHeader, samplesPerKey} from '../../source/session/codec.ts';
import {formatJson} from '../../source/session/delta.ts';

const counts = fc.uint32Array({minLength: 4, maxLength: 4});
const names = fc.constantFrom('eth0', 'wt0', 'a"b\n', '', '__proto__');

/** Readings of any sources in any order, as they come and go; of some of them only. */
const readings: fc.Arbitrary<Readings> = fc
	.record(
		{
			interrupts: fc
				.array(fc.record({irq: fc.constantFrom('30', '31', 'LOC'), counts, description: fc.constant('edge')}), {
					maxLength: 3,
				})
				.map(rows => ({cpus: [0, 1, 2, 3], rows})),
			softirqs: counts.map(NET_RX => ({cpus: [0, 1, 2, 3], rows: {NET_RX}})),
			linkStatistics: fc.dictionary(names, fc.dictionary(names, fc.maxSafeNat())),
			self: fc.record({cpuSeconds: fc.double({min: 0, max: 1e6, noNaN: true}), residentBytes: fc.maxSafeNat()}),
			sysctls: fc.dictionary(names, fc.string({unit: 'binary'})),
		},
		{requiredKeys: []},
	)
	.map(
		parts =>
			Object.fromEntries(Object.entries(parts).map(([name, value], index) => [name, {at: index, value}])) as Readings,
	);

const sample: fc.Arbitrary<SampleEvent> = fc.record(
	{
		type: fc.constant('sample' as const),
		at: fc.record({monotonic: fc.double({min: 0, max: 1e9, noNaN: true}), wall: fc.maxSafeNat()}),
		readings,
		problems: fc.array(fc.record({source: fc.constantFrom('nics', 'wireguard'), message: fc.string()}), {maxLength: 2}),
		gone: fc.subarray(['self', 'sysctls'] as const),
	},
	{requiredKeys: ['type', 'at', 'readings', 'problems']},
);

const note: fc.Arbitrary<SessionEvent> = fc.record({
	type: fc.constantFrom('note' as const, 'marker' as const),
	at: fc.constant({monotonic: 1, wall: 2}),
	text: fc.string({unit: 'binary'}),
});

/** What is written, as JSON knows it: no -0, and lists of numbers instead of typed arrays. */
function plain(value: unknown): unknown {
	return JSON.parse(formatJson(value));
}

/** The events that lines say, from a whole sample on with what was known before it. */
function readAll(lines: readonly string[]) {
	const decoder = createDecoder();
	return lines.map(line => decoder.decode(line));
}

test('what is written is read: every event, in its order, with every counter', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof({arbitrary: sample, weight: 5}, note), {maxLength: 150}), events => {
			const encoder = createEncoder();
			const lines = events.map(event => encoder.encode(event).text);
			const found = readAll(lines).map(each =>
				each.kind === 'damaged' ? each.reason : plain('event' in each && each.event),
			);
			expect(found).toEqual(events.map(plain));
		}),
		{numRuns: 150},
	);
});

test('no line holds a line end or a control character', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(sample, note), {maxLength: 5}), events => {
			const encoder = createEncoder();
			for (const event of events) {
				expect(encoder.encode(event).text).toMatch(/^[^\p{Cc}]*$/u);
			}
		}),
	);
});

/** A counter that grows, a setting that stays, and a source that is read every seventh time. */
function makeSample(index: number): SampleEvent {
	const at = {monotonic: 100 + index, wall: 1_800_000_000_000 + 1000 * index};
	return {
		type: 'sample',
		at,
		readings: {
			softirqs: {at: at.monotonic, value: {cpus: [0, 1], rows: {NET_RX: [index * 1000, 7]}}},
			...(index % 7 === 0 && {sysctls: {at: at.monotonic, value: {'net.core.netdev_budget': '300'}}}),
		},
		problems: [],
	};
}

function encodeAll(count: number): string[] {
	const encoder = createEncoder();
	return Array.from({length: count}, (_, index) => encoder.encode(makeSample(index)).text);
}

test('a whole sample is read without those before it, and brings along what they knew', () => {
	const lines = encodeAll(3 * samplesPerKey);
	const [first, second] = readAll(lines.slice(samplesPerKey, samplesPerKey + 2));
	expect(first).toMatchObject({kind: 'sample', event: makeSample(samplesPerKey)});
	expect(first).toHaveProperty('carried.sysctls.at', 100 + 56);
	expect(second).toMatchObject({kind: 'sample', event: makeSample(samplesPerKey + 1)});
});

test('a missing or damaged line costs what cannot be known up to the next whole sample, and nothing is made up', () => {
	const lines = encodeAll(3 * samplesPerKey);
	for (const hurt of [lines.toSpliced(70, 1), lines.with(70, lines[70]?.slice(0, 40) ?? '')]) {
		const found = readAll(hurt);
		const events = found.flatMap(each => (each.kind === 'sample' ? [each.event] : []));
		expect(events).toEqual(
			[...Array(70).keys(), ...Array.from({length: samplesPerKey}, (_, index) => 2 * samplesPerKey + index)].map(
				makeSample,
			),
		);
		expect(found.some(each => each.kind === 'damaged')).toBe(true);
	}
});

test('a damaged line that is no sample costs only itself', () => {
	const lines = encodeAll(20);
	const found = readAll([...lines.slice(0, 10), '{"type":"mark', ...lines.slice(10)]);
	expect(found.map(({kind}) => kind)).toEqual([...Array(10).fill('sample'), 'damaged', ...Array(10).fill('sample')]);
});

test('an event of a later version survives', () => {
	const event = {type: 'teleport', at: {monotonic: 1, wall: 2}, to: 'the moon'};
	expect(readAll([JSON.stringify(event)])).toEqual([{kind: 'unknown', event}]);
});

test('a header is told from events, and sessions that were put together are read one after the other', () => {
	const header = {type: 'session', format: 1, version: '1.2.3', at: {monotonic: 1, wall: 2}} as const;
	const found = readAll([formatHeader(header), ...encodeAll(3), formatHeader(header), ...encodeAll(3)]);
	expect(found.map(({kind}) => kind)).toEqual([
		'header',
		...Array(3).fill('sample'),
		'header',
		...Array(3).fill('sample'),
	]);
	expect(found[0]).toEqual({kind: 'header', header});
});

test.each([
	'',
	'null',
	'7',
	'"sample"',
	'{}',
	'{"type":7}',
	'{"type":"note","text":"without a time"}',
	'{"type":"sample","n":0,"key":true,"at":{"monotonic":1,"wall":1}}',
])('%s is damaged, and ends nothing', line => {
	expect(readAll([line])[0]?.kind).toBe('damaged');
});
