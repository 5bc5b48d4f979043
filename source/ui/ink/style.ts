/** A look of text: for each of the `aspects` the SGR code that is in force, `''` for none. */
export interface Style {
	readonly codes: readonly string[];
	/** False: a blank looks the same as in the plain style. */
	readonly showsOnBlanks: boolean;
	/** One character that stands for it alone, by which `styleOf` finds it: a line's styles are a string beside its text. */
	readonly mark: string;
	/** What has been asked of this style before: screens use a dozen styles, and change between them a thousand times a frame. */
	readonly changes: Map<string, Style | undefined>;
	readonly ways: Map<Style, string>;
}

/** Everything that can be switched by itself: which codes switch it on, and the one that switches it off. */
const aspects = [
	{on: /^(?:[39][0-7]|38;.+)$/u, off: '39', showsOnBlanks: false},
	{on: /^(?:4[0-7]|10[0-7]|48;.+)$/u, off: '49', showsOnBlanks: true},
	// Bold and dim: either may stand beside the other, and both go off together.
	{on: /^1$/u, off: '22', showsOnBlanks: false},
	{on: /^2$/u, off: '22', showsOnBlanks: false},
	{on: /^3$/u, off: '23', showsOnBlanks: false},
	{on: /^4$/u, off: '24', showsOnBlanks: true},
	{on: /^7$/u, off: '27', showsOnBlanks: true},
	{on: /^8$/u, off: '28', showsOnBlanks: false},
	{on: /^9$/u, off: '29', showsOnBlanks: true},
	{on: /^53$/u, off: '55', showsOnBlanks: true},
];

/** Every style there is, by its mark; and all but the plain one by their codes. */
const marked: Style[] = [];
const styles = new Map<string, Style>();

/** A program of endless colours shall not let them grow: a line in one more is left to Ink's own code. */
const enoughStyles = 2000;

export const plainStyle: Style = createStyle(aspects.map(() => ''));

/** The style whose mark has this UTF-16 unit; the plain one for no unit. */
export function styleOf(unit: number): Style {
	return marked[unit] ?? plainStyle;
}

/**
The style after an SGR sequence with these parameters (`1;31`, `38;5;208`, `0`; `''` is `0`); nothing for what nobody needs
(blinking, underline colours, empty parameters among others), and for one style too many.
*/
export function changeStyle(style: Style, parameters: string): Style | undefined {
	const known = style.changes.get(parameters);
	if (known !== undefined || style.changes.has(parameters)) {
		return known;
	}

	const codes = readParameters(style.codes, parameters);
	const changed = codes && findStyle(codes);
	if (style.changes.size < enoughStyles) {
		style.changes.set(parameters, changed);
	}

	return changed;
}

/** The shortest SGR sequence that leads from one style to the other; `''` when they look the same. */
export function writeStyleChange(from: Style, to: Style): string {
	if (from === to) {
		return '';
	}

	let way = from.ways.get(to);
	if (way === undefined) {
		way = findWay(from.codes, to.codes);
		from.ways.set(to, way);
	}

	return way;
}

function createStyle(codes: readonly string[]): Style {
	const showsOnBlanks = codes.some((code, index) => code !== '' && aspects[index]?.showsOnBlanks);
	const style = {codes, showsOnBlanks, mark: String.fromCharCode(marked.length), changes: new Map(), ways: new Map()};
	marked.push(style);
	return style;
}

function findStyle(codes: readonly string[]): Style | undefined {
	if (codes.every(code => code === '')) {
		return plainStyle;
	}

	const key = codes.join(',');
	const known = styles.get(key);
	if (known !== undefined || styles.size >= enoughStyles) {
		return known;
	}

	const style = createStyle(codes);
	styles.set(key, style);
	return style;
}

/** One code of a sequence: a colour of the large palettes has several numbers. */
const codePattern = /[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/gu;

function readParameters(before: readonly string[], parameters: string): readonly string[] | undefined {
	if (parameters === '') {
		return plainStyle.codes;
	}

	const codes = parameters.match(codePattern) ?? [];
	return codes.join(';') === parameters
		? codes.reduce<readonly string[] | undefined>((style, code) => style && switchCode(style, code), before)
		: undefined;
}

function switchCode(codes: readonly string[], code: string): readonly string[] | undefined {
	if (code === '0') {
		return codes.map(() => '');
	}

	if (aspects.some(({off}) => off === code)) {
		return codes.map((other, index) => (aspects[index]?.off === code ? '' : other));
	}

	const switched = aspects.findIndex(({on}) => on.test(code));
	return switched === -1 ? undefined : codes.with(switched, code);
}

function findWay(from: readonly string[], to: readonly string[]): string {
	const off = new Set(aspects.flatMap(({off}, index) => (from[index] !== '' && to[index] === '' ? [off] : [])));
	const isLost = (index: number) => to[index] !== from[index] || off.has(aspects[index]?.off ?? '');
	const step = [...off, ...to.filter((code, index) => code !== '' && isLost(index))].join(';');
	const whole = to.filter(code => code !== '').join(';');
	if (step === '') {
		return '';
	}

	// No parameter at all stands for 0, everything off.
	const anew = whole === '' ? '\u001B[m' : `\u001B[0;${whole}m`;
	return anew.length < step.length + 3 ? anew : `\u001B[${step}m`;
}
