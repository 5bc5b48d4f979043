import {describe, expect, test} from 'vitest';
import {
	parseChannels,
	parseCoalesce,
	parseDriverInfo,
	parseFeatures,
	parseRings,
	parseRss,
	parseRxFlowHash,
} from '../../source/parse/ethtool.ts';
import {expectValuesOrParseError, readFixture} from '../helpers/parser-law.ts';

const fixture = (name: string) => readFixture(`virtio-guest/ethtool-${name}`);

const limits = (values: readonly (number | string)[]) =>
	`Channel parameters for eth0:
Pre-set maximums:
RX:		${values[0]}
TX:		${values[1]}
Other:		${values[2]}
Combined:	${values[3]}
Current hardware settings:
RX:		${values[4]}
TX:		${values[5]}
Other:		${values[6]}
Combined:	${values[7]}
`;

describe('channels and rings', () => {
	test('what may be and what is are told apart, and n/a is absent', () => {
		expect(parseChannels(fixture('l'))).toEqual({maximum: {combined: 4}, current: {combined: 1}});
		expect(parseRings(fixture('g'))).toEqual({maximum: {rx: 1024, tx: 256}, current: {rx: 256, tx: 256}});
		expect(parseChannels(limits([8, 7, 6, 5, 4, 3, 2, 1]))).toEqual({
			maximum: {rx: 8, tx: 7, other: 6, combined: 5},
			current: {rx: 4, tx: 3, other: 2, combined: 1},
		});
	});

	test('a kind whose maximum is 0 does not exist, one that is 0 now does', () => {
		expect(parseChannels(limits([0, 0, 0, 4, 0, 0, 0, 0]))).toEqual({maximum: {combined: 4}, current: {combined: 0}});
	});

	test('keys of newer versions and of another command are not taken for rings', () => {
		const text = fixture('g').replace('TX Push:\toff', 'RX Buf Len:\t2048\nTX push buff len:\t99');
		expect(parseRings(text)).toEqual({maximum: {rx: 1024, tx: 256}, current: {rx: 256, tx: 256}});
	});
});

test('a feature is on or off, and may be fixed', () => {
	const features = parseFeatures(fixture('k'));
	expect(Object.keys(features)).toHaveLength(fixture('k').trimEnd().split('\n').length - 1);
	expect(features['rx-checksumming']).toEqual({on: true, fixed: true});
	expect(features['tx-checksum-ip-generic']).toEqual({on: true, fixed: false});
	expect(features['large-receive-offload']).toEqual({on: false, fixed: true});
	expect(parseFeatures('Features for eth0:\nrx-gro-hw: off [requested on]\n')).toEqual({
		'rx-gro-hw': {on: false, fixed: false},
	});
});

test('coalescing has the names that ethtool -C takes, two of them on a line of their own', () => {
	expect(parseCoalesce(fixture('c'))).toEqual({'rx-usecs': '0', 'rx-frames': '1', 'tx-usecs': '0', 'tx-frames': '1'});
	const text = 'Coalesce parameters for eth0:\nAdaptive RX: on  TX: off\nrx-usecs:\t8\n\nCQE mode RX: off  TX: n/a\n';
	expect(parseCoalesce(text)).toEqual({
		'adaptive-rx': 'on',
		'adaptive-tx': 'off',
		'rx-usecs': '8',
		'cqe-mode-rx': 'off',
	});
});

test('driver info without a value is absent', () => {
	expect(parseDriverInfo(fixture('i'))).toEqual({
		driver: 'virtio_net',
		driverVersion: '1.0.0',
		busInfo: '0000:00:04.0',
	});
	expect(parseDriverInfo('driver: hv_netvsc\nversion: 6.1\nfirmware-version: N/A\nbus-info: \n')).toEqual({
		driver: 'hv_netvsc',
		driverVersion: '6.1',
	});
});

describe('receive-side scaling', () => {
	const table = `RX flow hash indirection table for eth0 with 4 RX ring(s):
    0:      0     1     2     3     0     1     2     3
    8:      3     2     1     0
RSS hash key:
12:34:56:78:9a:bc
RSS hash function:
    toeplitz: off
    xor: on
    crc32: off
`;

	test('the table has the ring of each bucket, and the function is the one that is on', () => {
		expect(parseRss(table)).toEqual({rings: 4, table: [0, 1, 2, 3, 0, 1, 2, 3, 3, 2, 1, 0], hashFunction: 'xor'});
	});

	test('a device without a table is known by its rings alone', () => {
		expect(parseRss(fixture('x'))).toEqual({rings: 1, hashFunction: 'toeplitz'});
	});

	test('what is hashed becomes the letters of ethtool -N', () => {
		const heading = 'UDP over IPV4 flows use these fields for computing Hash flow key:\n';
		const ports = 'L4 bytes 0 & 1 [TCP/UDP src port]\nL4 bytes 2 & 3 [TCP/UDP dst port]\n';
		expect(parseRxFlowHash(`${heading}IP SA\nIP DA\n${ports}\n`)).toBe('sdfn');
		expect(parseRxFlowHash(`${heading}IP SA\nIP DA\n\n`)).toBe('sd');
		expect(parseRxFlowHash(fixture('n-udp4'))).toBe('');
	});
});

test('a refusal is an error that names the command', () => {
	const refusal = 'netlink error: Operation not supported\n';
	expect(() => parseChannels(refusal)).toThrow('ethtool -l line 1: expected "Channel parameters"');
	expect(() => parseRxFlowHash('')).toThrow('ethtool -n rx-flow-hash');
	expect(() => parseRxFlowHash('UDP over IPV4 flows use these fields for computing Hash flow key:\n')).toThrow(
		'line 2',
	);
	expect(() => parseRss('')).toThrow('ethtool -x');
});

test.each([
	['channels', parseChannels, fixture('l')],
	['rings', parseRings, fixture('g')],
	['features', parseFeatures, fixture('k')],
	['coalesce', parseCoalesce, fixture('c')],
	['driver info', parseDriverInfo, fixture('i')],
	['RSS', parseRss, fixture('x')],
	['flow hash', parseRxFlowHash, fixture('n-udp4')],
])('any text gives %s or a parse error', (_, parse, example) => {
	expectValuesOrParseError(parse, [example]);
});
