#!/usr/bin/env node
// The first file that runs, on whatever Node there is: old syntax only, so that even a very old one gets as far as the message.
'use strict';

var version = process.versions.node;
var parts = version.split('.').map(Number);

if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 12)) {
	console.error('nbtop needs Node 22.12 or newer (this is %s); see https://nodejs.org/en/download', version);
	process.exit(1);
}

// A screen makes much short-lived garbage: V8 would grow its space for that to some fifty megabytes, and never give it back.
require('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
// What outlives two rounds of that is collected when it is a third of the rest, not when it is as much again.
require('node:v8').setFlagsFromString('--heap-growing-percent=30');

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
