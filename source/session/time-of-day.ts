/** Whose clock a time of day is meant on: that of reports, or the user's own. */
export type Clock = 'utc' | 'local';

/**
The first moment (milliseconds since 1970) at or after the start at which a clock showed that time of day (`14:30`,
`14:30:05`): one that goes past midnight shows it on the next day. A time without seconds is its whole minute. `undefined`
for what is no time of day.
*/
export function findTimeOfDay(text: string, start: number, clock: Clock): number | undefined {
	const match = /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$/.exec(text);
	const [hours = 24, minutes = 0, seconds = 0] = (match ?? []).slice(1).map(part => Number(part ?? 0));
	if (hours > 23 || minutes > 59 || seconds > 59) {
		return undefined;
	}
	const length = match?.[3] === undefined ? 60_000 : 1000;
	const today = setTime(start, 0, {hours, minutes, seconds}, clock);
	return today + length > start ? Math.max(today, start) : setTime(start, 1, {hours, minutes, seconds}, clock);
}

interface Time {
	readonly hours: number;
	readonly minutes: number;
	readonly seconds: number;
}

/** That time on the day of the start, or so many days later: a day of a local clock may have 23 or 25 hours. */
function setTime(start: number, days: number, {hours, minutes, seconds}: Time, clock: Clock): number {
	const date = new Date(start);
	if (clock === 'utc') {
		date.setUTCDate(date.getUTCDate() + days);
		return date.setUTCHours(hours, minutes, seconds, 0);
	}
	date.setDate(date.getDate() + days);
	return date.setHours(hours, minutes, seconds, 0);
}
