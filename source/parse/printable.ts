/**
The text without characters that would move the cursor, colour the screen or turn the reading direction.

Removed are C0 and C1 controls (with ESC, line ends and DEL), the line and paragraph separators, and Unicode's format
characters (zero width, soft hyphen, bidirectional marks and overrides, tags). Half of a surrogate pair becomes U+FFFD,
so that what is left can be measured and encoded. The words behind an escape sequence stay readable: what a peer calls
itself is shown, not obeyed.
*/
export function stripControls(text: string): string {
	return printableAscii.test(text) ? text : text.replace(unprintable, '').toWellFormed();
}

const printableAscii = /^[ -~]*$/;
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
