import {expect, test} from 'vitest';
import {findInvalid, type RunContext} from '../../source/bench/validity.ts';
import {type Iperf3Run, parseIperf3} from '../../source/parse/iperf3.ts';
import {readFixture} from '../helpers/parser-law.ts';

const tcp = parseIperf3(readFixture('iperf3/single.json'));
const udp = parseIperf3(readFixture('iperf3/udp.json'));
const withCpu = (run: Iperf3Run, host: number, remote: number): Iperf3Run => ({
	...run,
	cpu: {host: {total: host, user: 0, system: host}, remote: {total: remote, user: 0, system: remote}},
});

test('a good run in a quiet moment is valid', () => {
	expect(findInvalid(tcp, {})).toEqual([]);
	expect(
		findInvalid(tcp, {
			connection: {before: 'p2p', after: 'p2p'},
			handshakeAge: 120,
			tunnelIndex: {before: 7, after: 7},
			lostVirtualFunction: false,
			otherTraffic: 0.05,
			steal: 5,
			expected: {mss: 1228, congestionControl: 'cubic'},
		}),
	).toEqual([]);
});

test.each<[RunContext, string]>([
	[{connection: {before: 'p2p', after: 'relayed'}}, 'the peer went from p2p to relayed'],
	[{connection: {before: 'relayed', after: 'relayed'}}, 'the peer is relayed'],
	[{connection: {after: 'relayed'}}, 'the peer is relayed'],
	[{handshakeAge: 190}, 'no handshake for 190 s'],
	[{tunnelIndex: {before: 7, after: 9}}, 'the tunnel interface was made anew'],
	[{lostVirtualFunction: true}, 'the virtual function was lost: packets took the slow path'],
	[{otherTraffic: 0.2}, "20 % of the traffic was not the run's"],
	[{steal: 7.5}, 'the hypervisor took 7.5 % of the machine'],
	[{expected: {mss: 1368}}, 'the MSS is 1228, expected 1368'],
	[{expected: {congestionControl: 'bbr'}}, 'the sender used cubic, expected bbr'],
])('%j makes it invalid', (context, reason) => {
	expect(findInvalid(tcp, context)).toEqual([reason]);
});

test('an iperf3 that fills its core measured itself', () => {
	expect(findInvalid(withCpu(tcp, 97, 40), {})).toEqual(['iperf3 here used 97 % of a core: it was the limit']);
	expect(findInvalid(withCpu(tcp, 40, 99), {})).toEqual(['iperf3 at the peer used 99 % of a core: it was the limit']);
});

test('since 3.16 its streams share the work', () => {
	const eight = withCpu({...tcp, streams: 8, version: '3.18'}, 240, 240);
	expect(findInvalid(eight, {serverVersion: '3.18'})).toEqual([]);
	expect(findInvalid(eight, {serverVersion: '3.12'})).toEqual([
		'iperf3 at the peer used 240 % of a core: it was the limit',
	]);
});

test('a UDP sender without a rate always fills its core: only the receiver counts', () => {
	expect(findInvalid(withCpu(udp, 99, 40), {})).toEqual([]);
	expect(findInvalid(withCpu(udp, 99, 99), {})).toHaveLength(1);
	expect(findInvalid(withCpu({...udp, reverse: true}, 40, 99), {})).toEqual([]);
	expect(findInvalid(withCpu({...udp, targetBitrate: 1e7}, 99, 40), {})).toHaveLength(1);
});

test("the run's own reasons come first", () => {
	const busy = parseIperf3(readFixture('iperf3/busy.json'));
	expect(findInvalid(busy, {steal: 9})).toEqual([
		'the server is busy running a test. try again later',
		'the hypervisor took 9.0 % of the machine',
	]);
});
