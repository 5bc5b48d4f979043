import {listStatistics} from '../derive/nic-readings.ts';
import type {Readings} from '../model/snapshot.ts';
import {findNamePlace, isFieldName, isFixedField, type NamePlace} from './fixed-fields.ts';
import {fileEnding, isNoDomain} from './no-domain.ts';
import {createPlaceholders, type Placeholders, type Replacement} from './placeholders.ts';
import {findIpv6, findMac, findMacName} from './sensitive.ts';

/** What can be left as it is when the user says so. */
export const redactionKinds = ['addresses', 'names', 'keys', 'macs', 'urls', 'ids', 'users'] as const;
export type RedactionKind = (typeof redactionKinds)[number];

/** Replaces what tells where a session comes from; the same thing has the same placeholder all over. */
export interface Redactor {
	redact<T>(value: T): T;
	/** What a later version has written: of its fields none but the type is known to hold no name. */
	redactUnknown<T>(value: T): T;
	/** What was replaced by what, in the order in which it was met. Never to be written into what is shared. */
	replaced(): readonly Replacement[];
}

export interface RedactorOptions {
	readonly names?: KnownNames;
	readonly keep?: readonly RedactionKind[];
}

/** Names that only the machine itself could tell: they look like any word. */
export interface KnownNames {
	readonly hosts: readonly string[];
	readonly peers: readonly string[];
	/** Names of the kernel's own that look like domains: of sysctls and of counters. */
	readonly words?: readonly string[];
}

/** The names of the machine and of its peers that these readings hold, and of the kernel's what looks like one. */
export function findNames({machine, netbird, sysctls, protocols, nicStatistics}: Readings): KnownNames {
	return {
		hosts: [machine?.value.host, netbird?.value.fqdn].filter(name => name !== undefined),
		peers: netbird?.value.peers.flatMap(({fqdn}) => fqdn ?? []) ?? [],
		words: [
			...Object.keys(sysctls?.value ?? {}),
			...Object.keys(protocols?.value ?? {}),
			// The counters of some drivers have an ending (`rx_bytes.nic`).
			...Object.values(nicStatistics?.value ?? {}).flatMap(each => listStatistics(each).map(({name}) => name)),
		].filter(word => word.includes('.')),
	};
}

/** A rule: a pattern in texts, and what stands in the place of a match. `undefined`: the match is left. */
interface Rule {
	readonly kind: RedactionKind;
	readonly pattern: RegExp;
	readonly replace: (match: string) => string | undefined;
}

/**
Strict unless told otherwise: addresses (also private ones), names of hosts and peers and every domain, WireGuard keys,
hardware addresses, URLs, ids (boot, VMBus, setup keys), user names in paths. Prefix lengths and ports stay. Private keys and
tokens go whatever is kept.

What has a form (an address, a domain) is replaced wherever it stands. A name looks like any word: it is replaced in every text
but the words of the format (`fixed-fields.ts`), so that the session of a machine called `wireguard` can still be read.
*/
export function createRedactor({names = {hosts: [], peers: []}, keep = []}: RedactorOptions = {}): Redactor {
	const placeholders = createPlaceholders();
	const isWanted = ({kind}: Rule): boolean => !keep.includes(kind);
	const before = [...secretRules(placeholders), ...formRules(placeholders).filter(isWanted)];
	const after = [domainRule(names, placeholders)].filter(isWanted);
	const redactWord = createTextRedactor([...before, ...after]);
	const redactText = createTextRedactor([...before, ...nameRules(names, placeholders).filter(isWanted), ...after]);

	const redact = (value: unknown, field: string, place: NamePlace, isFixed: (field: string) => boolean): unknown => {
		if (typeof value === 'string') {
			return place === 'texts' && !isFixed(field) ? redactText(value) : redactWord(value);
		}
		if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
			return value;
		}
		if (Array.isArray(value)) {
			return value.map(each => redact(each, field, place, isFixed));
		}
		const isNamed = place === 'keys' && field === 'value';
		return Object.fromEntries(
			Object.entries(value).map(([key, each]) => [
				isNamed || (place === 'texts' && !isFieldName(key)) ? redactText(key) : redactWord(key),
				redact(each, key, field === 'readings' ? findNamePlace(key) : isNamed ? 'nowhere' : place, isFixed),
			]),
		);
	};
	return {
		redact: value => redact(value, '', 'texts', isFixedField) as typeof value,
		redactUnknown: value => redact(value, '', 'texts', field => field === 'type') as typeof value,
		replaced: placeholders.list,
	};
}

/** Remembers what it has seen: a session says the same a thousand times. */
function createTextRedactor(rules: readonly Rule[]): (text: string) => string {
	const known = new Map<string, string>();
	return text => {
		const redacted = known.get(text) ?? applyRules(text, rules);
		known.set(text, redacted);
		return redacted;
	};
}

/** What a rule has put in its place is not looked at again by the rules after it. */
function applyRules(text: string, rules: readonly Rule[]): string {
	let parts: readonly {readonly text: string; readonly done: boolean}[] = [{text, done: false}];
	for (const {pattern, replace} of rules) {
		parts = parts.flatMap(part => (part.done ? [part] : splitBy(part.text, pattern, replace)));
	}
	return parts.map(part => part.text).join('');
}

function splitBy(text: string, pattern: RegExp, replace: Rule['replace']) {
	const parts: {text: string; done: boolean}[] = [];
	let end = 0;
	for (const match of text.matchAll(pattern)) {
		const replacement = replace(match[0]);
		if (replacement !== undefined) {
			parts.push({text: text.slice(end, match.index), done: false}, {text: replacement, done: true});
			end = match.index + match[0].length;
		}
	}
	return [...parts, {text: text.slice(end), done: false}].filter(part => part.text !== '');
}

function secretRules({take}: Placeholders): Rule[] {
	return [
		{
			kind: 'keys',
			pattern: /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g,
			replace: match => take('secret', match),
		},
		{kind: 'keys', pattern: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, replace: match => take('secret', match)},
	];
}

function formRules({take}: Placeholders): Rule[] {
	return [
		{kind: 'urls', pattern: /\b[a-z][a-z+.-]*:\/\/[^\s"'<>]+/gi, replace: match => take('url', match)},
		{kind: 'users', pattern: /(?<=\/(?:home|Users)\/)[^/\s:]+/g, replace: match => take('user', match)},
		{kind: 'keys', pattern: /(?<![\w+/])[A-Za-z0-9+/]{43}=/g, replace: match => take('key', match)},
		{
			kind: 'ids',
			pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
			replace: match => take('id', match.toLowerCase()),
		},
		// Before what an address of this kind may end in: one of the other kind, or six groups that look like a hardware address.
		{kind: 'addresses', pattern: findIpv6, replace: match => replaceIpv6(match, take)},
		{kind: 'macs', pattern: findMac, replace: match => replaceMac(match, take)},
		{kind: 'macs', pattern: findMacName, replace: match => replaceMacName(match, take)},
		{
			kind: 'addresses',
			pattern: /(?<!\d|\d\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g,
			replace: match => replaceIpv4(match, take),
		},
	];
}

/** Not those that mean the same everywhere. */
function replaceIpv4(address: string, take: Placeholders['take']): string | undefined {
	const isAddress = address.split('.').every(part => Number(part) <= 255);
	return !isAddress || /^(?:0\.0\.0\.0|127\..*|255\..*)$/.test(address) ? undefined : take('ipv4', address);
}

function replaceIpv6(address: string, take: Placeholders['take']): string | undefined {
	return address === '::' || address === '::1' ? undefined : take('ipv6', address.toLowerCase());
}

function replaceMac(address: string, take: Placeholders['take']): string | undefined {
	return /^00(?::00)+$|^ff(?::ff)+$/i.test(address) ? undefined : take('mac', address.toLowerCase());
}

/** By the placeholder of the address itself, so that it is as long as it was; of a part what all placeholders begin with. */
function replaceMacName(name: string, take: Placeholders['take']): string {
	const digits = name.slice(3).toLowerCase();
	const isWhole = digits.length === 12;
	const placeholder = isWhole ? take('mac', digits.replaceAll(/..(?!$)/g, '$&:')) : '02:00:00:00:00:00';
	return `${name.slice(0, 3)}${placeholder.replaceAll(':', '').slice(0, digits.length)}`;
}

function nameRules({hosts, peers}: KnownNames, {take}: Placeholders): Rule[] {
	const rules = [
		...hosts.map(name => ({name, kind: 'host' as const})),
		...peers.map(name => ({name, kind: 'peer' as const})),
	].flatMap(({name, kind}): Rule[] => {
		const [label = name, ...domain] = name.split('.');
		if (label === '' || label === 'localhost') {
			return [];
		}
		// The whole name and its first part alone mean the same machine.
		const whole = () => `${take(kind, label.toLowerCase())}.example`;
		return [
			...(domain.length === 0 ? [] : [{kind: 'names' as const, pattern: matchWord(name), replace: whole}]),
			{kind: 'names', pattern: matchWord(label), replace: () => take(kind, label.toLowerCase())},
		];
	});
	return rules.sort((a, b) => b.pattern.source.length - a.pattern.source.length);
}

function domainRule({words = []}: KnownNames, {take}: Placeholders): Rule {
	const known = new Set(words);
	return {
		kind: 'names',
		pattern: /(?<!\w|\w[.-])(?:\w(?:[\w-]*\w)?\.)+(?:xn--[a-z0-9-]*[a-z0-9]|[a-z]{2,})(?![\w-]|\.\w)/gi,
		replace: match => (isNoDomain(match, known) ? undefined : `${take('name', match.toLowerCase())}.example`),
	};
}

/** The word alone, or as the name of a file: not a part of a longer one. */
function matchWord(word: string): RegExp {
	const inFile = `\\.${fileEnding}(?![\\w-])|-\\d{4}-\\d\\d-\\d\\dT\\d`;
	return new RegExp(`(?<![\\w.-])${word.replaceAll(/[^\w-]/g, '\\$&')}(?:(?=${inFile})|(?![\\w-]|\\.\\w))`, 'gi');
}
