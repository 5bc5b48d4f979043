import {readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

/** What `/proc/PID/stat` tells of a process or thread. Times are ticks (USER_HZ, 100 a second). */
export interface ProcessStat {
	readonly pid: number;
	/** As the kernel shows it: up to 64 characters for a kworker, whose last work is a part of the name. */
	readonly name: string;
	/** `R`, `S`, `D`, `Z`, … */
	readonly state: string;
	readonly user: number;
	readonly system: number;
	/** Of the children that it has waited for. */
	readonly childrenUser: number;
	readonly childrenSystem: number;
	/** The threads of the process. */
	readonly threads: number;
	/** Ticks since boot when it started. */
	readonly startTime: number;
	readonly residentPages: number;
	/** The CPU it ran on last. */
	readonly cpu: number;
}

/**
Parses `/proc/PID/stat` (`fs/proc/array.c: do_task_stat`, numbered as in proc_pid_stat(5)).

A name may itself hold blanks, line ends and parentheses: it ends at the last one. Throws a `ParseError`.
*/
export function parseProcessStat(text: string): ProcessStat {
	const source = '/proc/PID/stat';
	const match = /^(\d{1,10}) \((.*)\) (\S) (.*)$/s.exec(text.trimEnd());
	if (match === null) {
		throw new ParseError(source, 'expected a number, a name in parentheses and a state', 1);
	}

	const [, pid = '', name = '', state = '', rest = ''] = match;
	const fields = rest.split(' ');
	const field = (number: number) => readCount(fields[number - 4], {source, line: 1});
	return {
		pid: Number(pid),
		name,
		state,
		user: field(14),
		system: field(15),
		childrenUser: field(16),
		childrenSystem: field(17),
		threads: field(20),
		startTime: field(22),
		residentPages: field(24),
		cpu: field(39),
	};
}
