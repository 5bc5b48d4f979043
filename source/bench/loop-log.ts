import {type Host, HostError} from '../host.ts';
import type {AutopilotEvent} from '../model/events.ts';

/** What the guided loop has decided, on the disk: after a crash it goes on from there. */
export interface LoopLog {
	readonly events: readonly AutopilotEvent[];
	/** Returns when it is on the disk. */
	append(event: AutopilotEvent): void;
	/** The loop is over: the next one begins anew. */
	clear(): void;
}

/** Opens the log beside the journal. Throws a `HostError` when it cannot be read or written. */
export function openLoopLog(host: Host, folder: string): LoopLog {
	const file = `${folder}/autopilot.jsonl`;
	const events = readEvents(host, file);
	return {
		events,
		append(event) {
			host.appendDurably(file, `${JSON.stringify(event)}\n`);
			events.push(event);
		},
		clear() {
			host.remove(file);
			events.length = 0;
		},
	};
}

function readEvents(host: Host, file: string): AutopilotEvent[] {
	try {
		return host.readText(file).split('\n').flatMap(readEvent);
	} catch (error) {
		if (error instanceof HostError && error.code === 'ENOENT') {
			return [];
		}
		throw error;
	}
}

/** A line that a crash has torn costs nothing but itself. */
function readEvent(line: string): AutopilotEvent[] {
	try {
		const event = JSON.parse(line) as AutopilotEvent;
		return event.type === 'autopilot' ? [event] : [];
	} catch {
		return [];
	}
}
