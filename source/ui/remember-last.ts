/**
Gives the answer of the time before, the very same, where it is asked with the same words again; `make` must read nothing else.
Columns that are the same are fitted once.
*/
export function rememberLast<Words extends readonly unknown[], Answer>(
	make: (...words: Words) => Answer,
): (...words: Words) => Answer {
	let known: {readonly words: Words; readonly answer: Answer} | undefined;
	return (...words) => {
		if (known?.words.length !== words.length || !known.words.every((word, index) => word === words[index])) {
			known = {words, answer: make(...words)};
		}
		return known.answer;
	};
}
