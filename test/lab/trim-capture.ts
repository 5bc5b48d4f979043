import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** What no rule looks at, and most of a capture's size: other processes, modules, memory, the kernel's build options. */
const unneeded =
	/^-- (?:file|error E\w+) (?:\/proc\/(?:modules|meminfo|net\/snmp6|self\/status)|\/boot\/\S+|\/lib\/modules\/\S+) /;
const process = /^-- file \/proc\/\d+\/stat /;
const statistic = /^-- file \S+\/statistics\//;
const netstatGroup = /^(\w+): (.*)\n\1: (.*)$/gm;
const threadsOfInterest = /^\d+ \((?:kworker\/\d.*wg-crypt|napi\/|ksoftirqd\/|iperf3|wireguard-go|irqbalance)/m;

/** What rates are made of: that it stands still is worth knowing, and its time is that of the reading. */
const counters =
	/^-- (?:sample|file \/proc\/(?:stat|interrupts|softirqs|net\/|\d+\/stat|sys\/net\/netfilter)|file \S+\/statistics\/|program (?:wg show all (?:transfer|latest-handshakes|endpoints)|ss|tc|ethtool -S) )/;

/** Leaves out of a capture what the rules do not need, and the lab's public keys with it; a bug report keeps it all. */
export function trimCapture(folder: string): void {
	const hideKeys = createKeyFilter();
	const paths = readdirSync(folder)
		.toSorted()
		.map(name => join(folder, name));
	const samples = paths.map(path => listEntries(hideKeys(readFileSync(path, 'latin1'))));
	const isIdle = findIdle(samples.flat());
	const filterNetstat = createNetstatFilter(samples.flat());
	const known = new Map<string, string>();
	for (const [index, path] of paths.entries()) {
		const entries = samples[index]?.filter(entry => {
			const isOld = !counters.test(entry) && known.get(subjectOf(entry)) === answerOf(entry);
			known.set(subjectOf(entry), answerOf(entry));
			return !isOld && !isIdle(entry);
		});
		writeFileSync(path, entries?.map(filterNetstat).join('') ?? '', 'latin1');
	}
}

/** Another letter for every key. */
function createKeyFilter(): (text: string) => string {
	const letters = new Map<string, string>();
	return text =>
		text.replaceAll(/(?<=\s)[\w+/]{43}=(?=\s)/g, key => {
			const letter = letters.get(key) ?? String.fromCharCode(65 + letters.size);
			letters.set(key, letter);
			return `${letter.repeat(43)}=`;
		});
}

/** Of what was read more than once in a sample the last that answered counts. */
function listEntries(text: string): string[] {
	const entries = new Map<string, string>();
	for (const entry of text.split(/^(?=-- (?!stderr))/m).filter(isNeeded)) {
		const subject = subjectOf(entry);
		if (!entries.has(subject) || !isLate(entry)) {
			entries.set(subject, entry);
		}
	}
	return [...entries.values()].map(shorten);
}

/** Which softirqs and interrupts came since boot stands in the first number. */
function shorten(entry: string): string {
	return entry.replaceAll(/^(intr|softirq) (\d+) .*$/gm, '$1 $2');
}

/** Leaves out of `/proc/net/netstat` the columns of what never happened up to the end. */
function createNetstatFilter(entries: readonly string[]): (entry: string) => string {
	const isNetstat = (entry: string) => entry.startsWith('-- file /proc/net/netstat ');
	const nothing = new Set<string>();
	for (const [, , names = '', values = ''] of (entries.findLast(isNetstat) ?? '').matchAll(netstatGroup)) {
		const numbers = values.split(' ');
		for (const name of names.split(' ').filter((_, index) => numbers[index] === '0')) {
			nothing.add(name);
		}
	}
	return entry =>
		isNetstat(entry)
			? entry.replaceAll(netstatGroup, (_, group: string, names: string, values: string) => {
					const kept = names.split(' ').map(name => !nothing.has(name));
					const pick = (words: string) => words.split(' ').filter((_, index) => kept[index]);
					return `${group}: ${pick(names).join(' ')}\n${group}: ${pick(values).join(' ')}`;
				})
			: entry;
}

function isNeeded(entry: string): boolean {
	return !unneeded.test(entry) && (!process.test(entry) || threadsOfInterest.test(entry));
}

function isLate(entry: string): boolean {
	return / timed-out --$/.test(entry.slice(0, entry.indexOf('\n')));
}

/** Threads whose times never changed, and counters of interfaces that never counted anything: there is nothing to tell. */
function findIdle(entries: readonly string[]): (entry: string) => boolean {
	const values = new Map<string, Set<string>>();
	for (const entry of entries) {
		values.set(subjectOf(entry), (values.get(subjectOf(entry)) ?? new Set()).add(tellingOf(entry)));
	}
	return entry => {
		const all = values.get(subjectOf(entry)) ?? new Set();
		return all.size === 1 && (process.test(entry) || (statistic.test(entry) && all.has('0')));
	};
}

function tellingOf(entry: string): string {
	return process.test(entry) ? timesOf(entry) : entry.slice(entry.indexOf('\n') + 1).trim();
}

/** `utime` and `stime` of `/proc/PID/stat`: fields 14 and 15, the second and third of which are a name in brackets and a letter. */
function timesOf(entry: string): string {
	const fields = entry.slice(entry.lastIndexOf(')') + 2).split(' ');
	return `${fields[11]} ${fields[12]}`;
}

/** The header without time and outcome; made by hand it may lack both. */
function subjectOf(entry: string): string {
	return entry.startsWith('-- sample')
		? 'sample'
		: (/^-- (.*?) (?:@|status=|no-newline|--$)/m.exec(entry)?.[1] ?? entry);
}

/** The outcome and the body, without the time. */
function answerOf(entry: string): string {
	return entry.slice(`-- ${subjectOf(entry)} `.length).replace(/^@\S+/, '');
}
