/** The lines of two texts as `diff` marks them: ` ` in both, `-` only before, `+` only after. */
export function diffLines(before: string, after: string): string[] {
	const [old, now] = [splitLines(before), splitLines(after)];
	const common = countCommon(old, now);
	const lines: string[] = [];
	let [i, j] = [0, 0];
	while (i < old.length || j < now.length) {
		const isSame = i < old.length && old[i] === now[j];
		if (isSame) {
			lines.push(` ${old[i]}`);
			i += 1;
			j += 1;
		} else if (j >= now.length || (i < old.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
			lines.push(`-${old[i]}`);
			i += 1;
		} else {
			lines.push(`+${now[j]}`);
			j += 1;
		}
	}
	return lines;
}

function splitLines(text: string): string[] {
	return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** How many lines the rests from (i, j) on have in common at best. */
function countCommon(old: readonly string[], now: readonly string[]): number[][] {
	const table = Array.from({length: old.length + 1}, () => new Array<number>(now.length + 1).fill(0));
	for (let i = old.length - 1; i >= 0; i--) {
		const [row = [], next = []] = [table[i], table[i + 1]];
		for (let j = now.length - 1; j >= 0; j--) {
			row[j] = old[i] === now[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
		}
	}
	return table;
}
