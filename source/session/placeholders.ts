export type PlaceholderKind =
	| 'ipv4'
	| 'ipv6'
	| 'mac'
	| 'key'
	| 'id'
	| 'url'
	| 'host'
	| 'peer'
	| 'name'
	| 'user'
	| 'secret';

export interface Replacement {
	readonly kind: PlaceholderKind;
	readonly original: string;
	readonly placeholder: string;
}

/** Gives each original its placeholder, always the same. */
export interface Placeholders {
	take(kind: PlaceholderKind, original: string): string;
	list(): readonly Replacement[];
}

/** Placeholders from the ranges that were set aside for documents: whoever reads them sees what they are. */
export function createPlaceholders(): Placeholders {
	const replacements = new Map<string, Replacement>();
	const counts = new Map<PlaceholderKind, number>();
	return {
		take(kind, original) {
			const key = `${kind} ${original}`;
			const known = replacements.get(key);
			if (known !== undefined) {
				return known.placeholder;
			}
			const number = (counts.get(kind) ?? 0) + 1;
			counts.set(kind, number);
			const placeholder = makers[kind](number);
			replacements.set(key, {kind, original, placeholder});
			return placeholder;
		},
		list: () => [...replacements.values()],
	};
}

const makers: Readonly<Record<PlaceholderKind, (number: number) => string>> = {
	ipv4: makeIpv4,
	// RFC 3849
	ipv6: number => `2001:db8::${number.toString(16)}`,
	// Locally administered.
	mac: number => `02:00:00:${[16, 8, 0].map(shift => hex((number >> shift) & 0xff, 2)).join(':')}`,
	// Not in the form of a key: whoever looks for keys in what was shared finds none.
	key: number => `key-${number}`,
	id: number => `00000000-0000-4000-8000-${hex(number, 12)}`,
	url: number => `https://url-${number}.example/`,
	host: number => `host-${number}`,
	peer: number => `peer-${number}`,
	name: number => `name-${number}`,
	user: number => `user-${number}`,
	secret: number => `(secret ${number} removed)`,
};

/** The three networks of RFC 5737, and when they are full that for benchmarks (RFC 2544). */
const documentation = ['192.0.2', '198.51.100', '203.0.113'] as const;

function makeIpv4(number: number): string {
	const index = number - 1;
	const network = documentation[Math.floor(index / 254)];
	if (network !== undefined) {
		return `${network}.${(index % 254) + 1}`;
	}
	const rest = index - documentation.length * 254;
	return `198.${18 + ((rest >> 16) & 1)}.${(rest >> 8) & 0xff}.${rest & 0xff}`;
}

function hex(number: number, digits: number): string {
	return number.toString(16).padStart(digits, '0');
}
