import type {Stamp} from '../model/snapshot.ts';
import type {Period} from './digest.ts';
import {type SessionIndex, scanSession} from './scan.ts';
import type {Session} from './session.ts';

/**
The period of a session that begins at a marker and ends at the next one, or with the session. A marker is named by its
number (`2`), by its text or a part of it that no other has, or by a time (`14:30:05`, UTC). Throws a `RangeError` that
lists the markers there are.
*/
export function findPeriod(session: Session, name: string | undefined): Period {
	const index = scanSession(session.lines);
	if (name === undefined) {
		return {from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY};
	}
	const markers = listMarkers(index);
	const from = findTime(name, index) ?? findMarker(name, markers);
	if (from === undefined) {
		const known = markers.map(({text}, position) => `${position + 1} "${text}"`).join(', ');
		throw new RangeError(`there is no marker '${name}' in it; ${known === '' ? 'it has none' : `there are ${known}`}`);
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

/** The first sample that is not before that time of its day. */
function findTime(name: string, {samples}: SessionIndex): number | undefined {
	if (!/^\d{2}:\d{2}(?::\d{2})?$/.test(name)) {
		return undefined;
	}
	const time = name.length === 5 ? `${name}:00` : name;
	return samples.find(({at}) => new Date(at.wall).toISOString().slice(11, 19) >= time)?.at.monotonic;
}
