import type {TcpSocket} from '../model/counters.ts';
import {omitUnknown} from './json.ts';
import {readCount} from './number.ts';
import {stripControls} from './printable.ts';

const source = 'ss -tinm';

/**
Parses `ss -tinmH` (iproute2 `misc/ss.c: tcp_stats_print`): the established TCP connections.

A connection is a line with its state, queues and addresses; what the kernel tells of it stands on lines that begin with a
blank (or, with `-O`, on the same one). The kernel's zeros are not printed: they are absent here. Times are milliseconds.
Throws a `ParseError` where the queues of a connection are no numbers.
*/
export function parseSockets(text: string): TcpSocket[] {
	const lines = text.split('\n').filter(line => line.trim() !== '');
	const connections: string[] = [];
	for (const line of lines) {
		if (/^\s/.test(line) && connections.length > 0) {
			connections.push(`${connections.pop()} ${line.trim()}`);
		} else {
			connections.push(line);
		}
	}

	return connections.filter(line => line.startsWith('ESTAB')).map(parseConnection);
}

function parseConnection(line: string): TcpSocket {
	const [, receiveQueue, sendQueue, local = '', peer = '', ...words] = stripControls(line).split(/\s+/);
	const values = new Map<string, string>();
	for (const word of words) {
		const colon = word.indexOf(':');
		if (colon > 0 && !values.has(word.slice(0, colon))) {
			values.set(word.slice(0, colon), word.slice(colon + 1));
		}
	}

	const number = (name: string) => readLeadingNumber(values.get(name));
	const memory = values.get('skmem') ?? '';
	return {
		local,
		peer,
		receiveQueue: readCount(receiveQueue, {source}),
		sendQueue: readCount(sendQueue, {source}),
		...omitUnknown({
			receiveBuffer: readLeadingNumber(/\brb(\d+)/.exec(memory)?.[1]),
			sendBuffer: readLeadingNumber(/\btb(\d+)/.exec(memory)?.[1]),
			congestion: words.find(word => /^[a-z][a-z\d_]*$/.test(word) && !flags.has(word)),
			rtt: number('rtt'),
			receiveRtt: number('rcv_rtt'),
			leastRtt: number('minrtt'),
			mss: number('mss'),
			congestionWindow: number('cwnd'),
			bytesAcked: number('bytes_acked'),
			bytesReceived: number('bytes_received'),
			busy: number('busy'),
			windowLimited: number('rwnd_limited'),
			bufferLimited: number('sndbuf_limited'),
			receiveWindow: number('rcv_ssthresh'),
			sendWindow: number('snd_wnd'),
			applicationLimited: words.includes('app_limited') || undefined,
		}),
	};
}

/** Words without a value that stand before the name of the congestion control, or are none. */
const flags = new Set([
	'ts',
	'sack',
	'ecn',
	'ecnseen',
	'fastopen',
	'app_limited',
	'send',
	'pacing_rate',
	'delivery_rate',
]);

/** `0.216/0.149`, `2244ms`, `4ms(0.2%)`: the first number. */
function readLeadingNumber(text: string | undefined): number | undefined {
	const number = /^\d+(?:\.\d+)?/.exec(text ?? '')?.[0];
	return number === undefined ? undefined : Number(number);
}
