import type {Channels, NicFacts, Rings} from '../model/facts.ts';
import {ParseError} from './parse-error.ts';
import {stripControls} from './printable.ts';

export {parseNicStatistics} from './ethtool-statistics.ts';

/*
The texts of ethtool's reading commands. Only some versions print JSON, and only for some commands, so the text is read.
`n/a` is absent. A text without the command's heading (a refusal, an empty output) throws a `ParseError`.
*/

type Part<Name extends keyof NicFacts> = NonNullable<NicFacts[Name]>;

/**
Parses `ethtool -l DEV`: queues ("channels"), the most that the device takes and those in use.

A kind whose maximum is 0 does not exist: ethtool before 5.9 prints 0 where a newer one prints `n/a`.
*/
export function parseChannels(text: string): Part<'channels'> {
	return parseLimits<Channels>('ethtool -l', 'Channel parameters', text, {
		RX: 'rx',
		TX: 'tx',
		Other: 'other',
		Combined: 'combined',
	});
}

/** Parses `ethtool -g DEV`: descriptors a ring, the most that the device takes and those in use. A maximum of 0 is absent. */
export function parseRings(text: string): Part<'rings'> {
	return parseLimits<Rings>('ethtool -g', 'Ring parameters', text, {
		RX: 'rx',
		'RX Mini': 'rxMini',
		'RX Jumbo': 'rxJumbo',
		TX: 'tx',
	});
}

/**
Parses `ethtool -k DEV`: features by ethtool's name. `fixed` are those that cannot be changed; `[requested on]` tells what
was asked for and not given, and is left out.
*/
export function parseFeatures(text: string): Part<'features'> {
	const features = readLines('ethtool -k', 'Features for', text).flatMap(line => {
		const [, name, state, rest = ''] = /^\s*([^\s:]+): (on|off)\b(.*)$/.exec(line) ?? [];
		return name === undefined
			? []
			: [[stripControls(name), {on: state === 'on', fixed: rest.includes('[fixed]')}] as const];
	});
	return Object.fromEntries(features);
}

/**
Parses `ethtool -c DEV` to what `ethtool -C` takes: `{'adaptive-rx': 'off', 'rx-usecs': '8'}`, without what is `n/a`.

`Adaptive RX: off  TX: n/a` and `CQE mode RX: off  TX: off` hold two values each.
*/
export function parseCoalesce(text: string): Part<'coalesce'> {
	const values = readLines('ethtool -c', 'Coalesce parameters', text).flatMap(line => {
		const [, kind, rx, tx] = /^(Adaptive|CQE mode) {1,2}RX: *(\S+) {1,2}TX: *(\S+)/.exec(line) ?? [];
		if (kind !== undefined) {
			const prefix = kind.toLowerCase().replace(' ', '-');
			return [[`${prefix}-rx`, rx] as const, [`${prefix}-tx`, tx] as const];
		}

		const [, name, value] = /^([a-z][a-z-]*):\s*(\S+)/.exec(line) ?? [];
		return name === undefined ? [] : [[name, value] as const];
	});
	return Object.fromEntries(values.flatMap(([name, value]) => (isKnown(value) ? [[name, stripControls(value)]] : [])));
}

/** Parses `ethtool -i DEV`. What is empty or `N/A` is absent; `bus-info` is a PCI address or a VMBus GUID. */
export function parseDriverInfo(text: string): Pick<NicFacts, 'driver' | 'driverVersion' | 'firmware' | 'busInfo'> {
	const fields = new Map(
		readLines('ethtool -i', 'driver:', text).flatMap(line => {
			const [, name, value] = /^([a-z-]+): *(.*)$/.exec(line) ?? [];
			const printable = stripControls(value ?? '').trim();
			return name !== undefined && isKnown(printable) ? [[name, printable] as const] : [];
		}),
	);
	const driver = fields.get('driver');
	const driverVersion = fields.get('version');
	const firmware = fields.get('firmware-version');
	const busInfo = fields.get('bus-info');
	return {
		...(driver && {driver}),
		...(driverVersion && {driverVersion}),
		...(firmware && {firmware}),
		...(busInfo && {busInfo}),
	};
}

/**
Parses `ethtool -x DEV`: the number of receive rings, the indirection table (the ring of each hash bucket) and the name of
the hash function in use. `Operation not supported` in the table's place (status 0) leaves the table absent; the key is
not read.
*/
export function parseRss(text: string): Part<'rss'> {
	const source = 'ethtool -x';
	const [, rings] = /^RX flow hash indirection table for .* with (\d{1,9}) RX ring\(s\):/m.exec(text) ?? [];
	if (rings === undefined) {
		throw new ParseError(source, 'expected "RX flow hash indirection table … with N RX ring(s):"', 1);
	}

	const table = Array.from(text.matchAll(/^ *\d+:((?: +\d{1,9})+) *$/gm), ([, row = '']) =>
		row.trim().split(/ +/),
	).flat();
	const [, functions = ''] = text.split(/^RSS hash function:.*\n/m);
	const [, hashFunction] = /^\s+([\w-]+): on$/m.exec(functions) ?? [];
	return {
		rings: Number(rings),
		...(table.length > 0 && {table: table.map(Number)}),
		...(hashFunction !== undefined && {hashFunction}),
	};
}

/**
Parses `ethtool -n DEV rx-flow-hash udp4` to the letters that `ethtool -N` takes, in the order of the manual: `sdfn`; `''`
where the device hashes nothing (`None`).
*/
export function parseRxFlowHash(text: string): string {
	const source = 'ethtool -n rx-flow-hash';
	const lines = readLines(source, '.* flows use these fields for computing Hash flow key:', text).map(line =>
		line.trim(),
	);
	const letters = hashFields
		.filter(([field]) => lines.some(line => line.startsWith(field)))
		.map(([, letter]) => letter);
	if (letters.length === 0 && !lines.includes('None')) {
		throw new ParseError(source, 'expected a hash field or "None"', 2);
	}

	return letters.join('');
}

/** `ethtool.c: unparse_rxfhashopts`, and the man page for the letters. */
const hashFields = [
	['L2DA', 'm'],
	['VLAN tag', 'v'],
	['L3 proto', 't'],
	['IP SA', 's'],
	['IP DA', 'd'],
	['L4 bytes 0 & 1', 'f'],
	['L4 bytes 2 & 3', 'n'],
	['GTP TEID', 'e'],
	['IPv6 Flow Label', 'l'],
	['All matching flows discarded', 'r'],
] as const;

/** Reads the two blocks of `-l` and `-g`: what may be, and what is. */
function parseLimits<Limits>(
	source: string,
	heading: string,
	text: string,
	names: Readonly<Record<string, keyof Limits>>,
) {
	const blocks: Record<'maximum' | 'current', Partial<Record<keyof Limits, number>>> = {maximum: {}, current: {}};
	let block: 'maximum' | 'current' | undefined;
	for (const line of readLines(source, heading, text)) {
		if (/^(Pre-set maximums|Current hardware settings):/.test(line)) {
			block = line.startsWith('Pre-set') ? 'maximum' : 'current';
			continue;
		}

		const [, label = '', value] = /^([A-Za-z ]+):\s*(\d{1,10})\s*$/.exec(line) ?? [];
		const name = names[label];
		if (block !== undefined && name !== undefined && value !== undefined) {
			blocks[block][name] = Number(value);
		}
	}

	for (const name of Object.values(names)) {
		if (blocks.maximum[name] === 0) {
			delete blocks.maximum[name];
			delete blocks.current[name];
		}
	}

	return blocks as {maximum: Limits; current: Limits};
}

/** The lines from a heading on, which must stand in the text. */
function readLines(source: string, heading: string, text: string): string[] {
	const lines = text.split('\n');
	const start = lines.findIndex(line => new RegExp(`^${heading}`).test(line));
	if (start === -1) {
		throw new ParseError(source, `expected "${heading.replace('.* ', '')}"`, 1);
	}

	return lines.slice(start);
}

function isKnown(value: string | undefined): value is string {
	return value !== undefined && value !== '' && value.toLowerCase() !== 'n/a';
}
