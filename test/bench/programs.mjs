import {accessSync, constants, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const {version} = JSON.parse(readFileSync('package.json', 'utf8'));

export const nbtop = [process.execPath, 'dist/nbtop.cjs'];

/** What `npm run build:binary` makes, for this machine. */
export const executable = `release/nbtop-${version}-linux-${process.arch}`;

/** The four terminals of the method that nbtop replaces, and nbtop. */
export const terminals = {
	nbtop: 'nbtop',
	executable: 'nbtop, one executable',
	guide: ['mpstat -P ALL 1', 'watch interrupts', 'watch softirqs', 'watch wg show'],
};

/**
The programs that run side by side, each {name, words, missing}: nbtop, what it replaces, and two monitors that people know.
`folder` takes their settings.
@param {string} folder
*/
export function listPrograms(folder) {
	const [mpstat, interrupts, softirqs, wg] = terminals.guide;
	return [
		{name: terminals.nbtop, words: nbtop},
		check(mpstat, ['mpstat', '-P', 'ALL', '1']),
		check(interrupts, ['watch', '-n', '1', 'cat /proc/interrupts | grep -E "CPU|mlx5|eth|virtio"'], 'watch'),
		check(softirqs, ['watch', '-n', '1', 'cat /proc/softirqs | grep -E "CPU|NET_RX|NET_TX"'], 'watch'),
		// Not the guide's `wg show all dump`: that prints the private keys.
		check(wg, ['watch', '-n', '1', 'wg show'], 'wg'),
		check('htop', ['htop', '-d', '10']),
		check('btop', ['env', `XDG_CONFIG_HOME=${writeBtopSettings(folder)}`, 'btop']),
	];
}

/** The executable, if it has been built, with its size in bytes. */
export function describeExecutable() {
	const {size} = statSync(executable, {throwIfNoEntry: false}) ?? {};
	return {
		name: terminals.executable,
		words: [path.resolve(executable)],
		...(size === undefined ? {missing: `${executable} is not there (npm run build:binary)`} : {bytes: size}),
	};
}

/** btop draws every two seconds unless its settings say otherwise. */
function writeBtopSettings(folder) {
	const settings = path.join(folder, 'config');
	mkdirSync(path.join(settings, 'btop'), {recursive: true});
	writeFileSync(path.join(settings, 'btop/btop.conf'), 'update_ms = 1000\n');
	return settings;
}

function check(name, words, program = name.split(' ')[0]) {
	return {name, words, missing: findProgram(program) ? undefined : `${program} is not installed`};
}

/** How many tasks a monitor of processes reads at each turn: every thread of every process that has a command line, which the kernel's own have not. */
export function countTasks() {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.reduce((total, pid) => total + countThreads(`/proc/${pid}`), 0);
}

function countThreads(process) {
	try {
		return readFileSync(`${process}/cmdline`, 'latin1') === '' ? 0 : readdirSync(`${process}/task`).length;
	} catch {
		return 0; // It has ended.
	}
}

/** @param {string} program */
export function findProgram(program) {
	return (process.env.PATH ?? '').split(':').some(folder => {
		try {
			accessSync(path.join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
