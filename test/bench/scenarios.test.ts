import {describe, expect, test} from 'vitest';
import {
	findDeadline,
	findScenario,
	isAtLeast,
	listServerArguments,
	readFigure,
	type ScenarioOptions,
	scenarios,
} from '../../source/bench/scenarios.ts';
import {parseIperf3} from '../../source/parse/iperf3.ts';
import {readFixture} from '../helpers/parser-law.ts';

const debian12: ScenarioOptions = {
	address: '100.64.0.2',
	port: 5300,
	seconds: 12,
	omit: 3,
	versions: {client: '3.12', server: '3.12'},
};
const list = (id: string, changes: Partial<ScenarioOptions> = {}) =>
	findScenario(id)
		?.arguments({...debian12, ...changes})
		.join(' ');
const common = '-c 100.64.0.2 -p 5300 -4 -J -i 1 -t 12 --connect-timeout 3000 --snd-timeout 10000';

describe('the client of', () => {
	test.each([
		['tcp-forward', `${common} -P 8 -O 3`],
		['tcp-reverse', `${common} -P 8 -O 3 -R --rcv-timeout 10000`],
		['udp-1200', `${common} -u -b 0 -l 1200`],
		['udp-64', `${common} -u -b 0 -l 64`],
		['tcp-single', `${common} -P 1 -O 3`],
		['underlay', `${common} -P 8 -O 3`],
	])('%s has the arguments of the guide, and time-outs', (id, wanted) => {
		expect(list(id)).toBe(wanted);
	});

	test('UDP leaves nothing out before 3.14, at either end', () => {
		expect(list('udp-64', {versions: {client: '3.18', server: '3.18'}})).toContain('-O 3');
		expect(list('udp-64', {versions: {client: '3.18', server: '3.12'}})).not.toContain('-O');
		expect(list('udp-64', {versions: {client: '3.18'}})).not.toContain('-O');
	});

	test('a second UDP run sends at the rate that it is given', () => {
		expect(list('udp-1200', {bitrate: 45_000_000})).toContain('-b 45000000');
	});

	test('an old iperf3 gets no option that it does not know', () => {
		expect(list('tcp-reverse', {versions: {client: '3.9'}})).toBe(
			'-c 100.64.0.2 -p 5300 -4 -J -i 1 -t 12 --connect-timeout 3000 -P 8 -O 3 -R',
		);
		expect(list('tcp-single', {live: true})).toContain(' -J ');
		expect(list('tcp-single', {live: true, versions: {client: '3.17.1'}})).toContain(' --json-stream ');
	});

	test('IPv6 asks for IPv6, and a name for neither', () => {
		expect(list('tcp-single', {address: 'fd00::2'})).toContain('-c fd00::2 -p 5300 -6 -J');
		expect(list('tcp-single', {address: 'peer.netbird.cloud'})).toContain('-c peer.netbird.cloud -p 5300 -J');
	});

	test('nothing omitted asks to omit nothing', () => {
		expect(list('tcp-single', {omit: 0})).not.toContain('-O');
	});
});

test('the server takes one client, on one address, and ends when nobody comes', () => {
	expect(listServerArguments({address: '100.64.0.2', port: 5300, version: '3.12'}).join(' ')).toBe(
		'-s -1 -J -p 5300 -B 100.64.0.2 --idle-timeout 30 --rcv-timeout 10000',
	);
	expect(listServerArguments({address: '100.64.0.2', port: 5300}).join(' ')).toBe('-s -1 -J -p 5300 -B 100.64.0.2');
});

test('a run may take its time and 15 seconds more', () => {
	expect(findDeadline(debian12)).toBe(30);
});

test('the figure is what arrived: bits, or datagrams', () => {
	const run = parseIperf3(readFixture('iperf3/udp64.json'));
	expect(readFigure({figure: 'bits'}, run)).toBe(3_191_680.0343446755);
	expect(readFigure({figure: 'packets'}, run)).toBeCloseTo(31_248 / 5.012713, 6);
	expect(readFigure({figure: 'packets'}, parseIperf3(readFixture('iperf3/single.json')))).toBeUndefined();
});

test('every scenario says what its figure means', () => {
	expect(new Set(scenarios.map(scenario => scenario.id)).size).toBe(6);
	expect(scenarios.filter(scenario => scenario.means === '' || scenario.needs === '')).toEqual([]);
	expect(findScenario('no-such')).toBeUndefined();
});

test('versions compare by their numbers', () => {
	expect(isAtLeast('3.9', '3.12')).toBe(false);
	expect(isAtLeast('3.12', '3.9')).toBe(true);
	expect(isAtLeast('3.19.1', '3.19')).toBe(true);
	expect(isAtLeast('3.19', '3.19.1')).toBe(false);
	expect(isAtLeast('3.12', '3.12')).toBe(true);
	expect(isAtLeast(undefined, '3.0')).toBe(false);
});
