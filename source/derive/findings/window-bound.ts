import type {SocketRate} from '../../model/rates.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, bytes, count, fact, percent, share} from './words.ts';

/**
TCP waits for a window or a buffer, not for the network: the sender's kernel counts the time (`tcp_chrono`), the receiver's is
seen from what it takes in one round trip. A round trip that has grown far beyond its least is a queue: then something else
holds the packets back, and the window is only where that ends.
*/
export const windowBound: Rule = {
	id: 'window-bound',
	severity: 'limit',
	needs: ['sockets', 'cores', 'tunnel'],
	during: 'load',
	rises: 2,
	falls: 5,
	symptomOf: [
		'relayed-peer',
		'userspace-wireguard',
		'fragmentation',
		'other-traffic',
		'softirq-pinned',
		'wireguard-receive-serial',
		'wireguard-transmit-serial',
		'crypto-bound',
	],
	refutedBy:
		'with larger buffers on both ends the rate stays as it is, or the receiver’s Recv-Q in `ss` is large: then its program is slow',
	steps: ['socket-buffers'],
	guide:
		'The guide sets 16 MB. That is less than the kernel’s own limit of late; what is needed is the rate times the round trip.',
	judge(scene, held) {
		const sockets = scene.rates.sockets ?? [];
		const sent = sumUp(sockets, socket => socket.sent);
		const received = sumUp(sockets, socket => socket.received);
		if ((sent + received) * 8 < 1e6) {
			return undefined;
		}

		return sent >= received
			? (judgeFilling(scene, sent, held) ?? judgeSending(scene, sent, held))
			: judgeReceiving(scene, received, held);
	},
};

/** Connections with less of the bytes than this are control connections and the like. */
const worthwhile = 0.05;

/**
A few losses keep the congestion window (`cwnd`) just below the peer's: then the kernel counts only a part of the time, though
no more than the peer's window could be under way.
*/
function judgeFilling({rates}: Scene, all: number, held: boolean): Judgement | undefined {
	const full = (rates.sockets ?? []).filter(
		socket =>
			socket.sent >= worthwhile * all &&
			socket.windowLimited >= (held ? 0.1 : 0.2) &&
			!isQueued(socket) &&
			fills(socket.sent, socket.socket.rtt, socket.socket.sendWindow, held),
	);
	const first = full[0];
	if (first === undefined || sumUp(full, socket => socket.sent) / all < (held ? 0.4 : 0.6)) {
		return undefined;
	}

	const {local, peer, sendWindow = 0, rtt} = first.socket;
	const window = fact(`${local} to ${peer}: the peer’s receive window`, bytes(sendWindow));
	const trip = fact(`${peer}: round trip`, milliseconds(rtt));
	const waited = fact('time in which the peer’s receive window was full', share(first.windowLimited));
	const moved = fact('TCP over the tunnel, sent', bits(all));
	return {
		text: `TCP fills the receive window of the other end in every round trip: ${window.value} in ${trip.value} for each of ${count(full.length, 'stream')}, ${moved.value} in all; its tcp_rmem bounds it`,
		evidence: [window, trip, waited, moved, fact('streams', full.length), ...describeCores(rates.all?.busy)],
	};
}

function judgeSending({rates}: Scene, all: number, held: boolean): Judgement | undefined {
	const sending = (rates.sockets ?? []).filter(socket => socket.sent >= worthwhile * all && !isQueued(socket));
	const weigh = (part: (socket: SocketRate) => number) => sumUp(sending, socket => (socket.sent * part(socket)) / all);
	const byWindow = weigh(socket => socket.windowLimited);
	const byBuffer = weigh(socket => socket.bufferLimited);
	const part = Math.max(byWindow, byBuffer);
	const first = sending[0];
	if (first === undefined || part < (held ? 0.3 : 0.5)) {
		return undefined;
	}

	const waited = fact(
		byWindow >= byBuffer
			? 'time in which the peer’s receive window was full'
			: 'time in which the send buffer was full',
		share(part),
	);
	const rtt = fact(`${first.socket.peer}: round trip`, milliseconds(first.socket.rtt));
	const moved = fact('TCP over the tunnel, sent', bits(all));
	const what =
		byWindow >= byBuffer ? `the receive window of the other end (its tcp_rmem)` : `this host's send buffers (tcp_wmem)`;
	return {
		text: `TCP waits ${waited.value} of the time for ${what}: ${count(sending.length, 'stream')} with a round trip of ${rtt.value} send ${moved.value}`,
		evidence: [waited, rtt, moved, fact('streams', sending.length), ...describeCores(rates.all?.busy)],
	};
}

function judgeReceiving({rates}: Scene, all: number, held: boolean): Judgement | undefined {
	const receiving = (rates.sockets ?? []).filter(socket => socket.received >= worthwhile * all);
	const full = receiving.filter(socket => !isQueued(socket) && isWindowFull(socket, held));
	const part = sumUp(full, socket => socket.received) / all;
	const first = full[0];
	if (first === undefined || part < (held ? 0.4 : 0.6)) {
		return undefined;
	}

	const {receiveWindow = 0, receiveRtt} = first.socket;
	const window = fact(`${first.socket.local} from ${first.socket.peer}: receive window`, bytes(receiveWindow));
	const rtt = fact(`${first.socket.local} from ${first.socket.peer}: round trip`, milliseconds(receiveRtt));
	const moved = fact('TCP over the tunnel, received', bits(all));
	return {
		text: `TCP's receive window is full in every round trip: ${window.value} in ${rtt.value} for each of ${count(full.length, 'stream')}, ${moved.value} in all; this host's tcp_rmem bounds it`,
		evidence: [window, rtt, moved, fact('streams', full.length), ...describeCores(rates.all?.busy)],
	};
}

/** What comes in one round trip against the window; a program that does not read closes it as well. */
function isWindowFull({socket, received}: SocketRate, held: boolean): boolean {
	const {receiveRtt, receiveWindow, receiveQueue} = socket;
	return receiveQueue < (receiveWindow ?? 0) / 4 && fills(received, receiveRtt, receiveWindow, held);
}

/** Bytes a second and milliseconds against the bytes of a window: is most of it under way all the time? */
function fills(perSecond: number, rtt: number | undefined, window: number | undefined, held: boolean): boolean {
	return rtt !== undefined && window !== undefined && perSecond * (rtt / 1000) >= (held ? 0.5 : 0.65) * window;
}

/** The round trip is mostly time in a queue. */
function isQueued({socket}: SocketRate): boolean {
	const {rtt, receiveRtt, leastRtt} = socket;
	const now = Math.max(rtt ?? 0, receiveRtt ?? 0);
	return leastRtt !== undefined && now > 2 * leastRtt + 10;
}

function milliseconds(value: number | undefined): string {
	return value === undefined ? '?' : `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function describeCores(busy: number | undefined) {
	return busy === undefined ? [] : [fact('all cores busy', percent(busy))];
}

function sumUp(sockets: readonly SocketRate[], pick: (socket: SocketRate) => number): number {
	return sockets.reduce((sum, socket) => sum + pick(socket), 0);
}
