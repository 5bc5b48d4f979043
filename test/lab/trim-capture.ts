import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** What no rule looks at, and most of a capture's size: other processes, modules, memory, the kernel's build options. */
const unneeded =
	/^-- (?:file|error E\w+) (?:\/proc\/(?:modules|meminfo|net\/snmp6|self\/status)|\/boot\/\S+|\/lib\/modules\/\S+) /;
const process = /^-- file \/proc\/\d+\/stat /;
const threadsOfInterest = /^\d+ \((?:kworker\/\d.*wg-crypt|napi\/|ksoftirqd\/|iperf3|wireguard-go|irqbalance)/m;

/** Leaves out of every sample of a capture what the rules do not need; a bug report keeps it all. */
export function trimCapture(folder: string): void {
	for (const name of readdirSync(folder)) {
		const path = join(folder, name);
		const entries = readFileSync(path, 'latin1').split(/^(?=-- (?!stderr))/m);
		// Of what was read more than once in a sample the last counts.
		const last = new Map(entries.filter(isNeeded).map(entry => [subjectOf(entry), entry]));
		writeFileSync(path, [...last.values()].join(''), 'latin1');
	}
}

/** The header without time and outcome. */
function subjectOf(entry: string): string {
	return entry.slice(0, entry.indexOf(' @') + 1);
}

function isNeeded(entry: string): boolean {
	return !unneeded.test(entry) && (!process.test(entry) || threadsOfInterest.test(entry));
}
