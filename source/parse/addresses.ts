import {parseJson, readNumber, readObjects, readText} from './json.ts';
import {ParseError} from './parse-error.ts';

const source = 'ip -j addr show';

/**
Parses `ip -j addr show` (iproute2 `ip/ipaddress.c`): addresses with their prefix length, IPv4 and IPv6, by interface.
Throws a `ParseError`.
*/
export function parseAddresses(text: string): Record<string, readonly string[]> {
	const value = parseJson(text, source);
	if (!Array.isArray(value)) {
		throw new ParseError(source, 'expected a list', 1);
	}
	return Object.fromEntries(
		readObjects(value).flatMap(link => {
			const name = readText(link.ifname);
			const addresses = readObjects(link.addr_info).flatMap(info => {
				const local = readText(info.local);
				const length = readNumber(info.prefixlen);
				return local === undefined ? [] : [length === undefined ? local : `${local}/${length}`];
			});
			return name === undefined ? [] : [[name, addresses] as const];
		}),
	);
}
