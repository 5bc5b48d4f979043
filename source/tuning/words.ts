/** What went wrong, in the machine's own words. */
export function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
