import {terminals} from './programs.mjs';

/** Programs compile and fill their caches in the first seconds: figures "after the start" begin here. */
const settledAfter = 5;

/**
What one run of pty-run.py cost: CPU in seconds a minute with children, over the whole run and after its start; memory of
the tree in MB (10^6 bytes) at the end; bytes written; the sizes of frames but the first ones.
*/
export function summarise({samples, seconds, cpu, pss, frames, firstByte, firstFrame, exit}) {
	const last = samples.at(-1);
	const settled = samples.find(([at]) => at >= Math.min(settledAfter, seconds / 3));
	const span = last[0] - settled[0];
	const later = frames.slice(Math.ceil(frames.length / 3));
	return {
		cpuPerMinute: (Math.max(last[1], cpu) / seconds) * 60,
		settledCpuPerMinute: ((last[1] - settled[1]) / span) * 60,
		rssMB: toMB(last[2]),
		pssMB: toMB(pss),
		bytesPerSecond: (last[3] - settled[3]) / span,
		...(later.length > 0 && {
			frameBytes: {median: median(later), largest: Math.max(...later)},
			framesPerSecond: frames.length / seconds,
		}),
		firstScreenMs: Math.round((firstFrame ?? firstByte) * 1000),
		exit,
	};
}

/** From the kernel's kB, which are 1024 bytes. */
function toMB(kibibytes) {
	return (kibibytes * 1024) / 1e6;
}

export function median(numbers) {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** The aims, each with what was measured: `{aim, measured, limit, isMet}`. One is left out when its programs did not run. */
export function judge(rows) {
	const find = name => rows.find(row => row.name === name && !row.missing);
	const own = find(terminals.nbtop);
	const guide = sumOfGuide(rows);
	const htop = find('htop');
	const big = rows.filter(({cpus}) => cpus);
	const full = big.find(({cpus}) => cpus === 16);
	const biggest = big.find(({cpus}) => cpus === 1152);
	const aims = [
		own && guide && ['CPU s/min below that of the four terminals', own.cpuPerMinute, guide.cpuPerMinute],
		own &&
			htop && ['CPU s/min after the start not above that of htop', own.settledCpuPerMinute, htop.settledCpuPerMinute],
		own && ['resident MB below 100', own.rssMB, 100],
		own && ['first screen in ms below 300', own.firstScreenMs, 300],
		full && ['bytes of a frame where everything changes, 16 CPUs, below 4500', full.frameBytes?.median, 4500],
		biggest && ['seconds between frames with 1152 CPUs: 1', 1 / biggest.framesPerSecond, 1.05],
	];
	return aims.flatMap(each => {
		const [aim, measured, limit] = each ?? [];
		return aim ? [{aim, measured, limit, isMet: measured <= limit}] : [];
	});
}

/** The four terminals as one row; nothing unless all of them ran. */
function sumOfGuide(rows) {
	const parts = terminals.guide.flatMap(name => rows.find(row => row.name === name && !row.missing) ?? []);
	const sum = key => parts.reduce((total, part) => total + part[key], 0);
	return parts.length < terminals.guide.length
		? undefined
		: {
				name: 'the four terminals together',
				cpuPerMinute: sum('cpuPerMinute'),
				settledCpuPerMinute: sum('settledCpuPerMinute'),
				rssMB: sum('rssMB'),
				pssMB: sum('pssMB'),
				bytesPerSecond: sum('bytesPerSecond'),
			};
}

const columns = [
	['CPU s/min', row => row.cpuPerMinute?.toFixed(2)],
	['settled', row => row.settledCpuPerMinute?.toFixed(2)],
	['RSS MB', row => row.rssMB?.toFixed(0)],
	['PSS MB', row => row.pssMB?.toFixed(0)],
	['bytes/s', row => row.bytesPerSecond?.toFixed(0)],
	['frame', row => row.frameBytes?.median],
	['largest', row => row.frameBytes?.largest],
	['frames/s', row => row.framesPerSecond?.toFixed(2)],
	['first ms', row => row.firstScreenMs],
	['file MB', row => row.bytes && (row.bytes / 1e6).toFixed(0)],
];

export function formatTable(rows, aims) {
	const sum = sumOfGuide(rows);
	const lines = [
		['', ...columns.map(([title]) => title)],
		...[...rows, ...(sum ? [sum] : [])].map(row => [row.name, ...columns.map(([, cell]) => String(cell(row) ?? ''))]),
	];
	const body = lines.map(([name, ...cells]) => name.padEnd(28) + cells.map(cell => cell.padStart(10)).join(''));
	const missing = rows.filter(row => row.missing).map(row => `${row.name}: ${row.missing}`);
	const verdicts = aims.map(({aim, measured, limit, isMet}) => {
		const figures = `${measured?.toFixed(2)} against ${limit.toFixed(2)}`;
		return `${isMet ? 'met' : 'NOT MET'}: ${aim} (${figures})`;
	});
	return `${[...body, ...missing, '', ...verdicts].join('\n')}\n`;
}

/** The course of one program's memory, and how fast it grew in the second half. */
export function formatSoak({name, samples}) {
	const half = samples.slice(Math.floor(samples.length / 2));
	const lines = samples.map(
		([at, cpu, rss]) =>
			`${at.toFixed(0).padStart(8)} s ${cpu.toFixed(2).padStart(8)} CPU s ${toMB(rss).toFixed(1).padStart(8)} MB`,
	);
	return `${name}\n${lines.join('\n')}\ngrowth in the second half: ${toMB(slope(half) * 3600).toFixed(2)} MB an hour\n`;
}

/** Resident KiB a second, as the line through the samples rises. */
function slope(samples) {
	const mean = index => samples.reduce((sum, sample) => sum + sample[index], 0) / samples.length;
	const [at, rss] = [mean(0), mean(2)];
	const rise = samples.reduce((sum, sample) => sum + (sample[0] - at) * (sample[2] - rss), 0);
	return rise / samples.reduce((sum, sample) => sum + (sample[0] - at) ** 2, 0);
}
