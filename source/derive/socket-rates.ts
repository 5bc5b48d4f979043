import type {TcpSocket} from '../model/counters.ts';
import type {SocketRate} from '../model/rates.ts';
import {subtractCounter64} from './counters.ts';

/**
What each TCP connection sent and received, and what kept it, by its two addresses.

A connection that is in one reading only, or whose counters went back (its addresses were used again), has no rate. The
kernel counts times in ticks of its clock, so that a share can come out a little above 1.
*/
export function deriveSocketRates(
	previous: readonly TcpSocket[],
	current: readonly TcpSocket[],
	seconds: number,
): SocketRate[] {
	const before = new Map(previous.map(socket => [identify(socket), socket]));
	return current.flatMap(socket => {
		const earlier = before.get(identify(socket));
		const rates = earlier === undefined ? undefined : subtract(earlier, socket, seconds);
		return rates === undefined ? [] : [rates];
	});
}

function identify({local, peer}: TcpSocket): string {
	return `${local} ${peer}`;
}

function subtract(before: TcpSocket, socket: TcpSocket, seconds: number): SocketRate | undefined {
	const delta = (name: 'bytesAcked' | 'bytesReceived' | 'busy' | 'windowLimited' | 'bufferLimited') =>
		subtractCounter64(before[name] ?? 0, socket[name] ?? 0);
	const [sent, received, busy, windowLimited, bufferLimited] = [
		delta('bytesAcked'),
		delta('bytesReceived'),
		delta('busy'),
		delta('windowLimited'),
		delta('bufferLimited'),
	];
	if (
		sent === undefined ||
		received === undefined ||
		busy === undefined ||
		windowLimited === undefined ||
		bufferLimited === undefined
	) {
		return undefined;
	}

	const share = (milliseconds: number) => Math.min(1, milliseconds / 1000 / seconds);
	return {
		socket,
		sent: sent / seconds,
		received: received / seconds,
		busy: share(busy),
		windowLimited: share(windowLimited),
		bufferLimited: share(bufferLimited),
	};
}
