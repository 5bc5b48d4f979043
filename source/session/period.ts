import type {Stamp} from '../model/snapshot.ts';
import type {Period} from './digest.ts';
import {sayTime} from './report/words.ts';
import {type SessionIndex, scanSession} from './scan.ts';
import type {Session} from './session.ts';
import {findTimeOfDay} from './time-of-day.ts';

/**
The period of a session that begins at a marker and ends at the next one, or with the session. A marker is named by its
number (`2`), by its text or a part of it that no other has, or by a time (`14:30:05`, UTC), which is the first such time
in the session: after midnight, that of the next day. Throws a `RangeError` that lists the markers there are and, for a
time that is not in it, from when to when it goes.
*/
export function findPeriod(session: Session, name: string | undefined): Period {
	const index = scanSession(session.lines);
	if (name === undefined) {
		return {from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY};
	}
	const markers = listMarkers(index);
	const moment = findMoment(name, index);
	const from = moment?.sample?.monotonic ?? findMarker(name, markers);
	if (from === undefined) {
		const known = markers.map(({text}, position) => `${position + 1} "${text}"`).join(', ');
		throw new RangeError(
			moment === undefined
				? `there is no marker '${name}' in it; ${known === '' ? 'it has none' : `there are ${known}`}`
				: `'${name}' is not in it: it goes from ${sayTime(moment.start)} to ${sayTime(moment.end)} UTC; its markers: ${known || 'none'}`,
		);
	}
	const next = markers.find(({at}) => at.monotonic > from);
	return {from, to: next?.at.monotonic ?? Number.POSITIVE_INFINITY};
}

interface Marker {
	readonly at: Stamp;
	readonly text: string;
}

function listMarkers({events}: SessionIndex): Marker[] {
	return events.flatMap(({event}) => (event.type === 'marker' ? [event] : []));
}

function findMarker(name: string, markers: readonly Marker[]): number | undefined {
	const exact = markers.find(({text}) => text === name) ?? markers[Number(name) - 1];
	const partly = markers.filter(({text}) => text.includes(name));
	return (exact ?? (partly.length === 1 ? partly[0] : undefined))?.at.monotonic;
}

/** The first sample at or after that time of day; no sample: the session ends before. `undefined` for what is no time. */
function findMoment(name: string, {samples}: SessionIndex) {
	const start = samples[0]?.at.wall;
	const wall = start === undefined ? undefined : findTimeOfDay(name, start, 'utc');
	return start === undefined || wall === undefined
		? undefined
		: {start, end: samples.at(-1)?.at.wall ?? start, sample: samples.find(({at}) => at.wall >= wall)?.at};
}
