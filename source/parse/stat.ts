import type {CpuTicks, CpuTimes} from '../model/counters.ts';
import {readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/stat';

/**
Parses `/proc/stat` (`fs/proc/stat.c`): the ticks of each online CPU, and the time of boot.

The line `cpu ` is left out: it sums the *possible* CPUs, and can go backwards when one of them leaves. The fields after
`idle` came with kernels 2.6.0 to 2.6.33 and read as 0 where they are missing. Throws a `ParseError`.
*/
export function parseStat(text: string): CpuTimes {
	const cpus: CpuTicks[] = [];
	for (const [index, line] of text.split('\n').entries()) {
		if (/^cpu\d/.test(line)) {
			cpus.push(parseCpuLine(line, index + 1));
		}
	}

	if (cpus.length === 0) {
		throw new ParseError(source, 'found no CPU');
	}

	const bootTime = /^btime (\d{1,15})$/m.exec(text)?.[1];
	return bootTime === undefined ? {cpus} : {cpus, bootTime: Number(bootTime)};
}

function parseCpuLine(text: string, line: number): CpuTicks {
	const [label = '', ...fields] = text.trimEnd().split(/ +/);
	const place = {source, line};
	if (fields.length < 4) {
		throw new ParseError(source, `found ${fields.length} of the fields of ${label}`, line);
	}

	const ticks = (column: number) => (column < fields.length ? readCount(fields[column], place) : 0);
	return {
		cpu: readCount(label.slice('cpu'.length), place),
		user: ticks(0),
		nice: ticks(1),
		system: ticks(2),
		idle: ticks(3),
		iowait: ticks(4),
		irq: ticks(5),
		softirq: ticks(6),
		steal: ticks(7),
		guest: ticks(8),
		guestNice: ticks(9),
	};
}
