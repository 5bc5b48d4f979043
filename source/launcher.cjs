#!/usr/bin/env node
// The first file that runs, on whatever Node there is: old syntax only, so that even a very old one gets as far as the message.
'use strict';

var version = process.versions.node;
var parts = version.split('.').map(Number);

if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 12)) {
	console.error('nbtop needs Node 22.12 or newer (this is %s); see https://nodejs.org/en/download', version);
	process.exit(1);
}

// At this signal Node opens its debugger to whoever is on this machine, and nbtop may be root.
process.on('SIGUSR1', function ignore() {});

var fs = require('node:fs');
var path = require('node:path');
var v8 = require('node:v8');
var vm = require('node:vm');

var basename = path.basename;
var dirname = path.dirname;
var join = path.join;

/** When what a start needs has run, and next to nothing of it has been forgotten. */
var keepAfterMs = 5000;
/** So often what is garbage by then goes back to the machine. */
var giveBackMs = 600000;
var mark = 'NBTOP_LAUNCHED';
/**
A little more room for garbage halves what that costs. The other is where the first look at all that lives is due: a start ends
below it. Eight seconds after a look at all that lives V8 would look again, twice, for the sake of memory alone: that is a fifth
of the first minute's CPU time, for two megabytes. Compiled code is good for one set of settings, so they are the same in runs
that are too short for them.
*/
var sizes = ['--min-semi-space-size=4', '--initial-old-space-size=24', '--no-memory-reducer'];

if (isLong(process.argv[2]) && process.env[mark] === undefined && typeof process.execve === 'function') {
	startSmall();
}
forgetSettings();
sizes.forEach(v8.setFlagsFromString);

// What outlives two rounds of collecting short-lived garbage is collected when it is a fifth of the rest, not when it is as much again.
v8.setFlagsFromString('--heap-growing-percent=20');
// The space for short-lived garbage would grow to some fifty megabytes, and never shrink.
v8.setFlagsFromString('--semi-space-growth-factor=1');

// The compiler in the middle takes twenty megabytes for React's work loop at once, and saves next to nothing at a frame a second.
v8.setFlagsFromString('--no-maglev');
// The last compiler is for what loops over a thousand CPUs: at a frame a second it takes minutes to earn back what one function
// costs it. The count is more than thirty times the usual one, which V8 12.4 (Node 22) and all later ones know.
v8.setFlagsFromString('--invocation-count-for-turbofan=100000');

if (isLong(process.argv[2])) {
	setInterval(giveBack, giveBackMs).unref();
}
runProgram(join(__dirname, 'program.cjs'));

/** Runs the program from the compiled code that an earlier run of the screen has kept, where there is some. */
function runProgram(file) {
	// Beyond ASCII everything is escaped: read as such, it takes one byte a character.
	var source = fs.readFileSync(file, 'latin1');
	var place = placeOfCode(source);
	var wrapped = ['(function (exports, require, module, __filename, __dirname) {', source, '\n})'].join('');
	var script = new vm.Script(wrapped, {filename: file, cachedData: place && readIfThere(place)});
	if (place !== undefined && script.cachedDataRejected !== false && isScreen(process.argv[2])) {
		setTimeout(keepCode, keepAfterMs, script, place).unref();
	}
	script.runInThisContext()(exports, require, module, file, __dirname);
}

/**
Where this program's compiled code is kept: in the user's own cache folder, under the name of the program and of what V8
makes of it. Never in a place where somebody else could lay something for root to run. Nothing where there is no such place.
*/
function placeOfCode(source) {
	var name = ['code', v8.cachedDataVersionTag().toString(16), source.slice(3, 35)].join('-');
	var home = null;
	var folder = null;
	try {
		home = require('node:os').homedir();
		folder = join(process.env.XDG_CACHE_HOME || join(home, '.cache'), 'nbtop');
		if (!isOwn(home)) {
			return undefined;
		}
		makeFolders(folder);
		return isOwn(folder) ? join(folder, name) : undefined;
	} catch (_error) {
		return undefined;
	}
}

/** Node's own way to make those above it too tries for ever below `/proc`, where none can be made. */
function makeFolders(folder) {
	if (!fs.existsSync(folder)) {
		makeFolders(dirname(folder));
		fs.mkdirSync(folder, {mode: 448});
	}
}

/** Nobody else may have put anything there. */
function isOwn(folder) {
	var found = fs.statSync(folder);
	return found.uid === process.getuid() && (found.mode & 18) === 0;
}

function readIfThere(file) {
	try {
		return fs.readFileSync(file);
	} catch (_error) {
		return undefined;
	}
}

/**
Keeps the code of all that has run by now. (Node's own cache takes a module before it runs, and so little more than its
outermost function: the other three thousand were compiled at every start.) A file takes its name when it is whole on the
disk; those of other versions of the program go.
*/
function keepCode(script, place) {
	var folder = dirname(place);
	var draft = [place, process.pid].join('.');
	// All but the program's own part, which is 32 characters long.
	var prefix = basename(place).slice(0, -32);
	try {
		fs.writeFileSync(draft, script.createCachedData(), {mode: 384, flag: 'wx', flush: true});
		fs.readdirSync(folder).forEach(function forget(name) {
			if (name !== basename(draft) && name.slice(0, prefix.length) === prefix) {
				fs.unlinkSync(join(folder, name));
			}
		});
		fs.renameSync(draft, place);
	} catch (_error) {
		// A full or read-only disk: the next start takes a little longer, like this one.
		fs.rmSync(draft, {force: true});
	}
}

function isScreen(word) {
	return word === undefined || word[0] === '-';
}

/** Whether this may run for hours: the screen, and a recording. */
function isLong(word) {
	return isScreen(word) || word === 'record';
}

/**
Becomes this program once more, under settings that are taken at the start of a process alone: it costs thirty milliseconds
and saves ten megabytes. The C library keeps what each thread gives back apart from all others and mostly to itself; one
worker is enough for the compiler and the collector.
*/
function startSmall() {
	var environment = Object.assign({}, process.env, settings());
	var flags = ['--v8-pool-size=1'].concat(sizes);
	process.execve(
		process.execPath,
		[process.execPath].concat(flags, process.execArgv, __filename, process.argv.slice(2)),
		environment,
	);
}

/**
A fifth of what V8 holds by then is garbage between what lives, and it alone would keep that for good. This takes it some fifty
milliseconds; what it did without `--no-memory-reducer` costs more, more often, and gives back less.
*/
function giveBack() {
	v8.setFlagsFromString('--expose-gc');
	vm.runInNewContext('gc')({type: 'major', execution: 'sync', flavor: 'last-resort'});
	v8.setFlagsFromString('--no-expose-gc');
}

function settings() {
	var chosen = {MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536'};
	chosen[mark] = '1';
	return chosen;
}

/** They are not meant for the programs that this one starts. */
function forgetSettings() {
	if (process.env[mark] !== undefined) {
		Object.keys(settings()).forEach(function forget(name) {
			delete process.env[name];
		});
	}
}
