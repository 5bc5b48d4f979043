export interface Table<Head, Row> {
	readonly head: Head;
	readonly rows: readonly Row[];
}

/**
Makes a parser of a table that is read again and again. A line that has the very text of the one that stood there the last
time, under the very same header, gives the very same row: most rows of the kernel's tables stand still for a second.

`readRow` gives what a line says under that head, `undefined` to leave it out; it may take over parts of the row that stood
there `before`. `number` is the line's, from 1. Blank lines are left out.
*/
export function createTableParser<Head, Row>(
	readHead: (line: string) => Head,
	readRow: (line: string, number: number, head: Head, before: Row | undefined) => Row | undefined,
): (text: string) => Table<Head, Row> {
	let known:
		| {readonly lines: readonly string[]; readonly head: Head; readonly found: readonly (Row | undefined)[]}
		| undefined;

	return text => {
		const lines = text.split('\n');
		const header = lines[0] ?? '';
		const before = known?.lines[0] === header ? known : undefined;
		const head = before === undefined ? readHead(header) : before.head;
		const found = lines.map((line, index) => {
			if (index === 0 || line === before?.lines[index]) {
				return before?.found[index];
			}

			return line.trim() === '' ? undefined : readRow(line, index + 1, head, before?.found[index]);
		});
		known = {lines, head, found};
		return {head, rows: found.filter(row => row !== undefined)};
	};
}
