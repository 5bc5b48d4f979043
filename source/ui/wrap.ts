/** The text in lines of at most `width` columns, wrapped at blanks; a word longer than a line is cut. */
export function wrapText(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).flatMap(each => cut(each, width))) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}
	return [...lines, line];
}

function cut(word: string, width: number): string[] {
	return word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [];
}
