/** What a process may do, from `/proc/PID/status`; a part is absent where the text does not tell it. */
export interface ProcessStatus {
	readonly effectiveUser?: number;
	/** `CapEff`: one bit per capability, numbered as in `linux/capability.h`. */
	readonly capabilities?: bigint;
}

/** Numbers of `linux/capability.h`. */
export const capability = {netAdmin: 12, sysAdmin: 21} as const;

/** Parses `/proc/PID/status` (`fs/proc/array.c`), one `Name:` and its value per line. Lines that it does not know do no harm. */
export function parseProcessStatus(text: string): ProcessStatus {
	const user = /^Uid:\t\d+\t(\d{1,10})\t/m.exec(text)?.[1];
	const mask = /^CapEff:\t([\da-f]{1,16})$/im.exec(text)?.[1];
	return {
		...(user === undefined ? {} : {effectiveUser: Number(user)}),
		...(mask === undefined ? {} : {capabilities: BigInt(`0x${mask}`)}),
	};
}

export function hasCapability({capabilities = 0n}: ProcessStatus, number: number): boolean {
	return ((capabilities >> BigInt(number)) & 1n) === 1n;
}
