import type {SessionHeader} from '../model/events.ts';

/** A session as it was read: its header, and its lines after that. */
export interface Session {
	readonly name: string;
	readonly header: SessionHeader;
	readonly lines: Lines;
	/** What was dropped on the way, in words. */
	readonly notes: readonly string[];
}

/** Lines that are made into text only when somebody asks: a session of hours has more of them than fit twice. */
export interface Lines {
	readonly length: number;
	text(index: number): string;
}
