/** Something in a text that tells where it comes from, or that nobody may know. */
export interface Leak {
	readonly kind: 'key' | 'private key' | 'token' | 'id' | 'mac' | 'address';
	readonly text: string;
}

/**
Looks for what must not be in anything that is shared: WireGuard and private keys, tokens, ids in the form of setup keys,
hardware addresses, and addresses beyond those for documents (RFC 5737, RFC 3849, RFC 2544) and the machine itself.
*/
export function findLeaks(text: string): Leak[] {
	return patterns.flatMap(([kind, pattern, isHarmless]) =>
		[...text.matchAll(pattern)].flatMap(([match]) => (isHarmless?.(match) ? [] : [{kind, text: match}])),
	);
}

const group = '[0-9a-fA-F]{1,4}';
const ipv4 = '(?:\\d{1,3}\\.){3}\\d{1,3}';
const whole = `(?:${group}:){7}${group}|(?:${group}:){6}${ipv4}`;
const shortened = `(?:${group}(?::${group}){0,6})?::(?:(?:${group}:){0,6}(?:${ipv4}|${group}))?`;
/** Nothing that is a part of it, or a word with a colon that cannot be: `dst:2001:db8::5`, but not `add:2001:db8::5`. */
const start = '(?:(?<![\\w:.])|(?<=[g-zG-Z_]\\w*:|\\w{5}:))';
/** No further group: a colon of the sentence, or a port, may follow. */
const end = `(?!\\w|::|:${group}(?!\\w))`;
/**
An IPv6 address: eight groups, or fewer around one `::`, an IPv4 address at its end or not. Hardware addresses and times have
colons too, but neither eight groups nor a pair of colons.
*/
export const findIpv6 = new RegExp(`${start}(?:${whole}|${shortened})${end}`, 'g');

/** A hardware address: six pairs, or the twenty of InfiniBand. */
export const findMac = /(?<![0-9a-z])(?<!(?<![0-9a-z])[0-9a-f]{2}:)[0-9a-f]{2}(?::[0-9a-f]{2}){5,}(?![0-9a-z])/gi;

/**
The name of an interface that systemd made of its hardware address (`enx0050b6aabbcc`). The name of a thread has room for a
part of it only.
*/
export const findMacName = /(?<![0-9a-z])(?:en|wl|ww|sl|ib)x[0-9a-f]{6,12}(?![0-9a-z])/gi;

type Pattern = readonly [kind: Leak['kind'], pattern: RegExp, isHarmless?: (match: string) => boolean];

const patterns: readonly Pattern[] = [
	['private key', /-----BEGIN [A-Z0-9 ]+-----/g],
	['token', /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g],
	['key', /(?<![\w+/])[A-Za-z0-9+/]{43}=/g],
	[
		'id',
		/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
		match => match.startsWith('00000000-0000-4000-8000-'),
	],
	['mac', findMac, match => /^02:00:00:|^00(?::00)+$|^ff(?::ff)+$/i.test(match)],
	['mac', findMacName, match => match.startsWith('020000', 3)],
	['address', /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g, isHarmlessIpv4],
	['address', findIpv6, match => /^2001:db8:|^::1?$/i.test(match)],
];

function isHarmlessIpv4(address: string): boolean {
	const parts = address.split('.').map(Number);
	const isAddress = parts.every(part => part <= 255);
	return (
		!isAddress || /^(?:0\.0\.0\.0$|127\.|255\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|198\.1[89]\.)/.test(address)
	);
}
