import type {Host} from '../host.ts';
import type {TuningEvent} from '../model/events.ts';
import {watchFile} from '../tuning/file-watch.ts';
import {parseJournal} from '../tuning/journal.ts';

const newline = 0x0a;

/**
Follows the journal of tuning from now on: each call gives what has been added since the one before, by this program, by
its guard or by another nbtop. Where there is no journal, or it may not be read, nothing.
*/
export function followJournal(host: Pick<Host, 'readFrom' | 'fingerprint'>, file: string): () => TuningEvent[] {
	const readNew = (from: number): Uint8Array => {
		try {
			return host.readFrom(file, from);
		} catch {
			return new Uint8Array();
		}
	};
	// Asked before it is read, so that no line falls between.
	const hasChanged = watchFile(host, file);
	hasChanged();
	let offset = readNew(0).length;
	return () => {
		if (!hasChanged()) {
			return [];
		}
		const bytes = readNew(offset);
		// A line that is being written is left for the next time.
		const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
		offset += whole.length;
		return parseJournal(Buffer.from(whole).toString()).map(event => ({type: 'tuning', at: event.at, event}));
	};
}
