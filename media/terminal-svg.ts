import xterm from '@xterm/headless';

/** What a program wrote to a terminal of that size, drawn as it looks at the end: an SVG that needs no font of its own. */
export async function drawTerminal(written: string, columns: number, rows: number, title: string): Promise<string> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(Buffer.from(written, 'latin1'), resolve));
	const lines = Array.from({length: rows}, (_, y) => drawLine(terminal, y, columns));
	const width = columns * cell.width + 2 * margin;
	const height = rows * cell.height + 2 * margin;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" xml:space="preserve">`,
		`<title>${escapeXml(title)}</title>`,
		`<style>text{font:${cell.font}px "DejaVu Sans Mono",Menlo,Consolas,monospace}</style>`,
		`<rect width="${width}" height="${height}" rx="6" fill="${background}"/>`,
		...lines.flat(),
		'</svg>\n',
	].join('\n');
}

const cell = {width: 8, height: 17, font: 13.3} as const;
const margin = 10;
const background = '#15181e';
const foreground = '#c8ccd4';

/** The 16 colours of a dark terminal. */
const palette = [
	'#3b4048',
	'#e06c75',
	'#98c379',
	'#e5c07b',
	'#61afef',
	'#c678dd',
	'#56b6c2',
	'#abb2bf',
	'#5c6370',
	'#ff7b86',
	'#b5e08d',
	'#ffd68a',
	'#7cc4ff',
	'#e08df5',
	'#6fd6e3',
	'#ffffff',
] as const;

interface Run {
	readonly x: number;
	readonly text: string;
	readonly look: string;
}

type Buffer_ = InstanceType<typeof xterm.Terminal>['buffer']['active'];
type Cell = NonNullable<ReturnType<NonNullable<ReturnType<Buffer_['getLine']>>['getCell']>>;

function drawLine(terminal: InstanceType<typeof xterm.Terminal>, y: number, columns: number): string[] {
	const buffer = terminal.buffer.active;
	const line = buffer.getLine(buffer.baseY + y);
	const runs: Run[] = [];
	for (let x = 0; x < columns; x++) {
		const each = line?.getCell(x);
		const text = each?.getChars() || ' ';
		const look = each === undefined ? '' : describeLook(each);
		const last = runs.at(-1);
		if (last !== undefined && last.look === look) {
			runs[runs.length - 1] = {...last, text: last.text + text};
		} else {
			runs.push({x, text, look});
		}
	}
	return runs.filter(run => run.text.trim() !== '' || run.look.includes('inverse')).flatMap(run => drawRun(run, y));
}

/** A look as `fill|weight|opacity|inverse`. */
function describeLook(each: Cell): string {
	const index = each.getFgColor();
	const colour = each.isFgPalette() ? (palette[index] ?? foreground) : foreground;
	return [colour, each.isBold() ? 'bold' : '', each.isDim() ? 'dim' : '', each.isInverse() ? 'inverse' : ''].join('|');
}

/** Its length is given, so that columns stand under each other in whatever font the reader has. */
function drawRun({x, text, look}: Run, y: number): string[] {
	const [colour, bold, dim, inverse] = look.split('|');
	const left = margin + x * cell.width;
	const top = margin + y * cell.height;
	const width = text.length * cell.width;
	const ground = inverse
		? [`<rect x="${left}" y="${top}" width="${width}" height="${cell.height}" fill="${colour}"/>`]
		: [];
	// Blanks at the ends are left out: renderers do not agree on how wide they are.
	const ink = text.trim();
	const start = left + (text.length - text.trimStart().length) * cell.width;
	const attributes = [
		`x="${start}" y="${top + cell.height - 4.5}" textLength="${ink.length * cell.width}" lengthAdjust="spacingAndGlyphs"`,
		`fill="${inverse ? background : colour}"`,
		bold ? 'font-weight="700"' : '',
		dim ? 'opacity=".55"' : '',
	].filter(Boolean);
	return [...ground, `<text ${attributes.join(' ')}>${escapeXml(ink)}</text>`];
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
