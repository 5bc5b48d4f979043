import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {writeBigCapture} from './big-capture.mjs';
import {countTasks, describeExecutable, findProgram, listPrograms, nbtop} from './programs.mjs';
import {formatSoak, formatTable, judge, median, summarise} from './report.mjs';

const help = `npm run bench -- [options]

Runs nbtop and what it replaces side by side, each in a terminal of 180x50, and compares what they cost.

  --seconds N   how long each runs; default 60
  --quick       15 seconds and fewer starts
  --only A,B    only programs whose name contains A or B
  --tasks N     beside N idle processes more: what htop and btop cost grows with their number; default 0
  --soak N      instead: nbtop alone for N minutes, once a second and five times a second, and its memory every half minute
  --json FILE   where the figures go; default dist/bench.json
`;

const {values: options} = parseArgs({
	options: {
		seconds: {type: 'string', default: '60'},
		quick: {type: 'boolean', default: false},
		only: {type: 'string', default: ''},
		tasks: {type: 'string', default: '0'},
		soak: {type: 'string'},
		json: {type: 'string', default: 'dist/bench.json'},
		help: {type: 'boolean', short: 'h', default: false},
	},
});
const seconds = options.quick ? 15 : Number(options.seconds);
const starts = options.quick ? 3 : 9;
/** A start that takes longer is taken to have taken this long. */
const startSeconds = 2;
const cpuCounts = [4, 16, 64, 256, 1152];
const screen = {columns: 180, rows: 50};

if (options.help) {
	process.stdout.write(help);
} else if (!findProgram('python3')) {
	fail('it needs python3 for the terminals (apt install python3)');
} else if (!existsSync('dist/nbtop.cjs')) {
	fail('there is no dist/nbtop.cjs: run npm run build first');
} else if (options.soak === undefined) {
	await compare();
} else {
	await soak(Number(options.soak) * 60);
}

/** @param {string} message */
function fail(message) {
	process.stderr.write(`bench: ${message}\n`);
	process.exitCode = 1;
}

async function compare() {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-bench-'));
	const idle = Array.from({length: Number(options.tasks)}, () => spawn('sleep', ['1h'], {stdio: 'ignore'}));
	try {
		const names = options.only.split(',');
		const isWanted = ({name}) => names.some(part => name.includes(part));
		const live = listPrograms(folder).filter(isWanted);
		const tasks = countTasks();
		// The first start after a build compiles what every later one finds in the cache.
		await runInTerminal(nbtop, 5 * startSeconds, startSeconds);
		const captures = cpuCounts.map(cpus => captureProgram(folder, cpus)).filter(isWanted);
		// By itself: one more program would take CPU time from all that run side by side.
		const single = [describeExecutable()].filter(isWanted);
		const rows = [...(await runTogether(live)), ...(await runTogether(single)), ...(await runCaptures(captures))];
		for (const {name, words, missing} of [...live.filter(({words}) => words === nbtop), ...single]) {
			await addStarts(words, missing ? undefined : rows.find(row => row.name === name));
		}
		const aims = judge(rows);
		process.stdout.write(`${tasks} tasks at the start, the kernel's own not counted\n${formatTable(rows, aims)}`);
		writeFileSync(options.json, `${JSON.stringify({seconds, ...screen, tasks, rows, aims}, undefined, '\t')}\n`);
	} finally {
		for (const each of idle) {
			each.kill();
		}
		rmSync(folder, {recursive: true, force: true});
	}
}

function captureProgram(folder, cpus) {
	const capture = path.join(folder, `capture-${cpus}`);
	return {name: `nbtop --capture, ${cpus} CPUs`, words: [...nbtop, '--capture', capture, '--loop'], capture, cpus};
}

/** One after the other, so that a machine of two CPUs is not the limit; each capture is gone before the next one is made. */
async function runCaptures(programs) {
	const rows = [];
	for (const program of programs) {
		writeBigCapture(program.capture, program.cpus);
		rows.push(...(await runTogether([program])));
		rmSync(program.capture, {recursive: true, force: true});
	}

	return rows;
}

async function runTogether(programs) {
	return Promise.all(
		programs.map(async ({name, words, missing, cpus, bytes}) =>
			missing ? {name, missing} : {name, cpus, bytes, ...summarise(await runInTerminal(words, seconds, 1))},
		),
	);
}

/** Times to the first screen, one start at a time: side by side they would wait for each other. */
async function addStarts(words, row) {
	if (!row) {
		return;
	}

	const runs = [];
	for (let start = 0; start < starts; start++) {
		runs.push(await runInTerminal(words, startSeconds, startSeconds));
	}

	row.firstScreenMs = median(runs.map(({firstFrame}) => Math.round((firstFrame ?? startSeconds) * 1000)));
	row.startCpuMs = median(runs.map(({cpu}) => Math.round(cpu * 1000)));
}

async function soak(duration) {
	const intervals = ['1', '0.2'];
	const runs = await Promise.all(
		intervals.map(interval => runInTerminal([...nbtop, '--interval', interval], duration, Math.min(30, duration / 4))),
	);
	const rows = runs.map((run, index) => ({name: `nbtop --interval ${intervals[index]}`, ...run}));
	process.stdout.write(rows.map(formatSoak).join('\n'));
	writeFileSync(options.json, `${JSON.stringify({soak: rows}, undefined, '\t')}\n`);
}

/** What test/bench/pty-run.py prints for these words. */
async function runInTerminal(words, seconds, step) {
	const runner = path.join(import.meta.dirname, 'pty-run.py');
	const size = [screen.columns, screen.rows].map(String);
	const child = spawn('python3', [runner, ...size, String(seconds), String(step), '--', ...words], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let text = '';
	for await (const chunk of child.stdout) {
		text += chunk;
	}

	return JSON.parse(text);
}
