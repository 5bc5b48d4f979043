/**
How far a 32-bit counter has come in `seconds`: undefined where that cannot be known.

A counter that went backwards has wrapped at 2^32 or was set back (device made anew, IRQ number used again). It has wrapped
where it stood in its upper half before, and the way around is no more than `maximumPerSecond` allows.
*/
export function subtractCounter32(
	previous: number,
	current: number,
	maximumPerSecond: number,
	seconds: number,
): number | undefined {
	if (current >= previous) {
		return current - previous;
	}

	const wrapped = current + 2 ** 32 - previous;
	return previous > 2 ** 31 && wrapped <= maximumPerSecond * seconds ? wrapped : undefined;
}

/** How far a 64-bit counter has come: undefined where it was set back. In a lifetime none of them wraps. */
export function subtractCounter64(previous: number, current: number): number | undefined {
	return current >= previous ? current - previous : undefined;
}

/** No CPU takes more interrupts, hard or soft, in a second. */
export const maximumInterrupts = 2e6;

/** No CPU takes more packets in a second. */
export const maximumPackets = 2e7;
