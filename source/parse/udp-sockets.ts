import {ParseError} from './parse-error.ts';

/**
Sums what the UDP sockets of each local port have dropped, from `/proc/net/udp` or `udp6` (`net/ipv4/udp.c: udp4_format_sock`):
the address and port in hexadecimal in the second column, the drops in the last. Throws a `ParseError` that names `source`.
*/
export function parseUdpDrops(text: string, source: string): Map<number, number> {
	const drops = new Map<number, number>();
	const [, ...rows] = text.trimEnd().split('\n');
	for (const [index, row] of rows.entries()) {
		const columns = row.trim().split(/\s+/);
		const port = /:([0-9A-F]{4})$/i.exec(columns[1] ?? '')?.[1];
		const dropped = columns[12] ?? '';
		if (port === undefined || !/^\d+$/.test(dropped)) {
			throw new ParseError(source, `expected a socket's local port and drops, found ${JSON.stringify(row)}`, index + 2);
		}

		const number = Number.parseInt(port, 16);
		drops.set(number, (drops.get(number) ?? 0) + Number(dropped));
	}

	return drops;
}
