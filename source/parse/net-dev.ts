import {type Place, readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

/**
The columns of `/proc/net/dev` (`net/core/net-procfs.c: dev_seq_printf_stats`), by the names of sysfs. Some are the sum of
several counters, each of which only ever grows: while the sum stands still, so do they.
*/
export const netDevColumns: readonly (readonly string[])[] = [
	['rx_bytes'],
	['rx_packets'],
	['rx_errors'],
	['rx_dropped', 'rx_missed_errors'],
	['rx_fifo_errors'],
	['rx_length_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors'],
	['rx_compressed'],
	['multicast'],
	['tx_bytes'],
	['tx_packets'],
	['tx_errors'],
	['tx_dropped'],
	['tx_fifo_errors'],
	['collisions'],
	['tx_carrier_errors', 'tx_aborted_errors', 'tx_window_errors', 'tx_heartbeat_errors'],
	['tx_compressed'],
];

/** The values of one interface in `/proc/net/dev`, by column; `undefined` where it has no row. Throws a `ParseError`. */
export function parseNetDevRow(text: string, name: string): readonly number[] | undefined {
	const start = findRow(text, name);
	if (start === undefined) {
		return undefined;
	}

	const end = text.indexOf('\n', start);
	const words = text
		.slice(start, end === -1 ? text.length : end)
		.trim()
		.split(/ +/);
	const place: Place = {source: '/proc/net/dev'};
	if (words.length !== netDevColumns.length) {
		throw new ParseError(place.source, `found ${words.length} counters of ${name}, expected ${netDevColumns.length}`);
	}

	return words.map(word => readCount(word, place));
}

/** Where an interface's counters begin: its name stands first in its line, behind blanks. */
function findRow(text: string, name: string): number | undefined {
	const label = `${name}:`;
	for (let start = text.indexOf(label); start !== -1; start = text.indexOf(label, start + 1)) {
		const before = text[start - 1];
		if (before === undefined || before === ' ' || before === '\n') {
			return start + label.length;
		}
	}

	return undefined;
}
