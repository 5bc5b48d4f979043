import {expect, test} from 'vitest';
import {deriveSocketRates} from '../../source/derive/socket-rates.ts';
import type {TcpSocket} from '../../source/model/counters.ts';

function makeSocket(parts: Partial<TcpSocket> = {}): TcpSocket {
	return {local: '100.64.0.1:40000', peer: '100.64.0.2:5201', receiveQueue: 0, sendQueue: 0, ...parts};
}

test('bytes are per second, times are shares of the measured time', () => {
	const before = makeSocket({bytesAcked: 1000, bytesReceived: 10, busy: 100, windowLimited: 50, bufferLimited: 0});
	const now = makeSocket({bytesAcked: 5000, bytesReceived: 30, busy: 2100, windowLimited: 550, bufferLimited: 200});
	expect(deriveSocketRates([before], [now], 2)).toEqual([
		{socket: now, sent: 2000, received: 10, busy: 1, windowLimited: 0.25, bufferLimited: 0.1},
	]);
});

test('what the kernel does not print because it is 0 is 0', () => {
	expect(deriveSocketRates([makeSocket()], [makeSocket({busy: 500})], 1)).toMatchObject([{busy: 0.5, sent: 0}]);
});

test('a connection that is new, or whose addresses were used again, has no rate', () => {
	expect(deriveSocketRates([], [makeSocket()], 1)).toEqual([]);
	expect(deriveSocketRates([makeSocket({bytesAcked: 9})], [makeSocket({bytesAcked: 3})], 1)).toEqual([]);
	expect(deriveSocketRates([makeSocket({busy: 9})], [makeSocket({busy: 3})], 1)).toEqual([]);
});

test('a kernel clock that runs a little ahead gives no more than the whole time', () => {
	expect(deriveSocketRates([makeSocket({busy: 0})], [makeSocket({busy: 1012})], 1)[0]?.busy).toBe(1);
});
