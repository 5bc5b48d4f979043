import xterm from '@xterm/headless';

/** A number in a circle, left of a row, that a text explains. */
export interface Mark {
	readonly number: number;
	readonly row: number;
}

interface Picture {
	readonly columns: number;
	readonly rows: number;
	readonly title: string;
}

/** What a program wrote to a terminal of that size, drawn as it looks at the end: an SVG that needs no font of its own. */
export async function drawTerminal(written: string, picture: Picture, marks: readonly Mark[] = []): Promise<string> {
	const lines = await drawLines(written, picture);
	return wrap([...lines, ...marks.map(drawMark)], picture, marks.length > 0 ? gutter : 0);
}

/**
Some moments of a terminal one after the other, `seconds` each, without end. A line that comes again is there once. Who draws
no motion, or wants none, sees the first.
*/
export async function drawMovie(moments: readonly string[], seconds: number, picture: Picture): Promise<string> {
	const names = new Map<string, string>();
	const frames = [];
	for (const [index, written] of moments.entries()) {
		const lines = (await drawLines(written, picture)).filter(line => line !== '');
		const uses = lines.map(line => {
			const name = names.get(line) ?? `l${names.size}`;
			names.set(line, name);
			return `<use href="#${name}"/>`;
		});
		const delay = (index * seconds).toFixed(1);
		const attributes = index === 0 ? '' : ` class="frame" style="animation-delay:${delay}s"`;
		frames.push(`<g${attributes}>${drawGround(picture)}${uses.join('')}</g>`);
	}
	const share = (100 / moments.length).toFixed(3);
	const style = `.frame{visibility:hidden;animation:show ${(moments.length * seconds).toFixed(1)}s step-end infinite}
@keyframes show{0%{visibility:visible}${share}%{visibility:hidden}}
@media(prefers-reduced-motion:reduce){.frame{animation:none}}`;
	const shapes = [...names].map(([line, name]) => `<g id="${name}">${line}</g>`);
	return wrap([`<style>${style}</style>`, `<defs>${shapes.join('\n')}</defs>`, ...frames], picture);
}

/** `left`: so much room for marks. */
function wrap(content: readonly string[], picture: Picture, left = 0): string {
	const {width, height} = measure(picture, left);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-left} 0 ${width} ${height}" width="${width}" role="img">`,
		`<title>${escapeXml(picture.title)}</title>`,
		`<style>text{font:${cell.font}px "DejaVu Sans Mono",Menlo,Consolas,monospace}</style>`,
		drawGround(picture, left),
		...content,
		'</svg>\n',
	].join('\n');
}

function drawGround(picture: Picture, left = 0): string {
	const {width, height} = measure(picture, left);
	return `<rect x="${-left}" width="${width}" height="${height}" rx="6" fill="${background}"/>`;
}

function measure({columns, rows}: Picture, left: number): {readonly width: number; readonly height: number} {
	return {width: columns * cell.width + 2 * margin + left, height: rows * cell.height + 2 * margin};
}

function drawMark({number, row}: Mark): string {
	const x = -gutter / 2 + margin / 2;
	const y = margin + (row + 0.5) * cell.height;
	return `<circle cx="${x}" cy="${y}" r="9" fill="#e5c07b"/><text x="${x}" y="${y + 4.5}" text-anchor="middle" font-weight="700" fill="${background}">${number}</text>`;
}

/** Each row of the terminal as shapes, an empty one as nothing. */
async function drawLines(written: string, {columns, rows}: Picture): Promise<string[]> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(Buffer.from(written, 'latin1'), resolve));
	return Array.from({length: rows}, (_, y) => drawLine(terminal, y, columns).join('\n'));
}

const cell = {width: 8, height: 17, font: 13.3} as const;
const margin = 10;
const gutter = 24;
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

function drawRun({x, text, look}: Run, y: number): string[] {
	const [colour = foreground, bold, dim, inverse] = look.split('|');
	const top = margin + y * cell.height;
	const ground = `<rect x="${margin + x * cell.width}" y="${top}" width="${text.length * cell.width}" height="${cell.height}" fill="${colour}"/>`;
	const attributes = [
		`fill="${inverse ? background : colour}"`,
		bold ? 'font-weight="700"' : '',
		dim ? 'opacity=".55"' : '',
	].filter(Boolean);
	// Browsers take several blanks for one: what they part stands by itself.
	const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(({0: word, index}) => {
		const left = margin + (x + index) * cell.width;
		// Its length is given, so that columns stand under each other in whatever font the reader has.
		const length = `textLength="${word.length * cell.width}" lengthAdjust="spacingAndGlyphs"`;
		return `<text x="${left}" y="${top + cell.height - 4.5}" ${length} ${attributes.join(' ')}>${escapeXml(word)}</text>`;
	});
	return [...(inverse ? [ground] : []), ...words];
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
