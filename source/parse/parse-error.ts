/**
The one error of all parsers: a text was not what its source promises.

`source` names the file or program, `line` (from 1) where in its text, and the message has both in front.
*/
export class ParseError extends Error {
	override readonly name = 'ParseError';
	readonly source: string;
	readonly line: number | undefined;

	constructor(source: string, what: string, line?: number) {
		super(line === undefined ? `${source}: ${what}` : `${source} line ${line}: ${what}`);
		this.source = source;
		this.line = line;
	}
}
