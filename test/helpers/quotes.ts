const fence = /^```\w*\n([\s\S]*?)^```/gm;

/** The lines of the blocks of a document that are shown as code: in fences, and indented as such. */
export function listBlockLines(text: string): string[] {
	const fenced = [...text.matchAll(fence)].flatMap(([, block = '']) => block.split('\n'));
	const indented = text.replaceAll(fence, '').match(/^ {4}\S.*$/gm) ?? [];
	return [...fenced, ...indented].map(line => line.trim().replace(/^\$ /, ''));
}

/** What is quoted as code: in blocks, and between backquotes. */
export function listQuotes(text: string): string[] {
	const inline = [...text.replaceAll(fence, '').matchAll(/`([^`]+)`/g)].map(([, words = '']) =>
		words.replaceAll('\n', ' '),
	);
	return [...listBlockLines(text), ...inline.map(words => words.trim().replace(/^\$ /, ''))];
}
