import type {CpuTicks, CpuTimes} from '../model/counters.ts';
import {type Place, readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/stat';

/**
Parses `/proc/stat` (`fs/proc/stat.c`): the ticks of each online CPU, and the time of boot.

The line `cpu ` is left out: it sums the *possible* CPUs, and can go backwards when one of them leaves. The fields after
`idle` came with kernels 2.6.0 to 2.6.33 and read as 0 where they are missing. Throws a `ParseError`.
*/
export function parseStat(text: string): CpuTimes {
	const cpus: CpuTicks[] = [];
	let bootTime: number | undefined;
	const lines = text.split('\n');
	for (let index = 0; index < lines.length; index++) {
		const line = lines[index] ?? '';
		if (/^cpu\d/.test(line)) {
			cpus.push(parseCpuLine(line, {source, line: index + 1}));
		} else if (/^btime \d{1,15}$/.test(line)) {
			bootTime = Number(line.slice('btime '.length));
		}
	}

	if (cpus.length === 0) {
		throw new ParseError(source, 'found no CPU');
	}

	return bootTime === undefined ? {cpus} : {cpus, bootTime};
}

function parseCpuLine(text: string, place: Required<Place>): CpuTicks {
	const words = text.split(' ');
	const label = words[0] ?? '';
	if (words.length < 5) {
		throw new ParseError(source, `found ${words.length - 1} of the fields of ${label}`, place.line);
	}

	const ticks = (field: number) => (field < words.length ? readCount(words[field], place) : 0);
	return {
		cpu: readCount(label.slice('cpu'.length), place),
		user: ticks(1),
		nice: ticks(2),
		system: ticks(3),
		idle: ticks(4),
		iowait: ticks(5),
		irq: ticks(6),
		softirq: ticks(7),
		steal: ticks(8),
		guest: ticks(9),
		guestNice: ticks(10),
	};
}
