/** What is left of a line when its colours are taken away. */
export function stripStyles(text: string): string {
	return text.replaceAll(/\u001B\[[\d;]*m/g, '');
}
