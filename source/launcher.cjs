#!/usr/bin/env node
// The first file that runs, on whatever Node there is: old syntax only, so that even a very old one gets as far as the message.
'use strict';

var version = process.versions.node;
var parts = version.split('.').map(Number);

if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 12)) {
	console.error('nbtop needs Node 22.12 or newer (this is %s); see https://nodejs.org/en/download', version);
	process.exit(1);
}

var mark = 'NBTOP_LAUNCHED';

if (isLong(process.argv[2]) && process.env[mark] === undefined && typeof process.execve === 'function') {
	startSmall();
}
forgetSettings();

// What outlives two rounds of collecting short-lived garbage is collected when it is a fifth of the rest, not when it is as much again.
require('node:v8').setFlagsFromString('--heap-growing-percent=20');
// The space for short-lived garbage would grow to some fifty megabytes, and never shrink.
require('node:v8').setFlagsFromString('--semi-space-growth-factor=1');

// The compiler in the middle takes twenty megabytes for React's work loop at once, and saves next to nothing at a frame a second.
require('node:v8').setFlagsFromString('--no-maglev');

cacheCompiledCode();

// An old parser takes the word `import` for a syntax error of the whole file, so it is kept from it in a text.
// biome-ignore lint/security/noGlobalEval: a fixed text
eval("import('./nbtop.mjs')");

/**
Lets Node keep the compiled program in the user's own cache folder: a tenth less work at each start. Never in Node's
default place under /tmp, where anybody could lay something for root to run.
*/
function cacheCompiledCode() {
	var join = require('node:path').join;
	var home = null;
	try {
		home = require('node:os').homedir();
		if (require('node:fs').statSync(home).uid === process.getuid()) {
			require('node:module').enableCompileCache(join(process.env.XDG_CACHE_HOME || join(home, '.cache'), 'nbtop'));
		}
	} catch (_error) {
		// No home of one's own: no cache.
	}
}

/** Whether this may run for hours: the screen, and a recording. */
function isLong(word) {
	return word === undefined || word[0] === '-' || word === 'record';
}

/**
Becomes this program once more, under settings that are taken at the start of a process alone: it costs thirty milliseconds
and saves ten megabytes. The C library keeps what each thread gives back apart from all others and mostly to itself; one
worker is enough for the compiler and the collector, and a little more room for garbage halves what that costs.
*/
function startSmall() {
	var environment = Object.assign({}, process.env, settings());
	var flags = ['--v8-pool-size=1', '--min-semi-space-size=2'];
	process.execve(
		process.execPath,
		[process.execPath].concat(flags, process.execArgv, __filename, process.argv.slice(2)),
		environment,
	);
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
