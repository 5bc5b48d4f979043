import {stripControls} from '../../parse/printable.ts';
import type {Block, Document} from './blocks.ts';

/** The document as one HTML file that needs nothing beside it: no script, no font, no address. */
export function formatHtml({title, blocks}: Document): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${blocks.map(formatBlock).join('\n')}
</main>
</body>
</html>
`;
}

function formatBlock(block: Block): string {
	switch (block.kind) {
		case 'heading':
			return `<h2>${escapeHtml(block.text)}</h2>`;
		case 'text':
			return `<p>${escapeHtml(block.text)}</p>`;
		case 'code':
			return block.text === '' ? '' : `<pre>${block.text.split('\n').map(escapeHtml).join('\n')}</pre>`;
		case 'table':
			return formatTable(block);
		case 'plot':
			return `<figure><figcaption>${escapeHtml(block.title)}</figcaption>${block.svg}</figure>`;
	}
}

function formatTable({columns, rows}: Extract<Block, {kind: 'table'}>): string {
	const cell = (tag: string, text: string, index: number): string =>
		`<${tag}${columns[index]?.isNumber ? ' class="number"' : ''}>${escapeHtml(text)}</${tag}>`;
	const head = columns.some(({title}) => title !== '')
		? `<thead><tr>${columns.map(({title}, index) => cell('th', title, index)).join('')}</tr></thead>`
		: '';
	const body = rows.map(row => `<tr>${row.map((text, index) => cell('td', text, index)).join('')}</tr>`).join('\n');
	return `<div class="table"><table>${head}<tbody>${body}</tbody></table></div>`;
}

/** The text as text: no markup, no controls, no characters that turn the reading direction. */
export function escapeHtml(text: string): string {
	return stripControls(text).replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

// Colours that are told apart in both modes, and by those who see fewer of them (Okabe and Ito).
const style = `
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --faint: #6a6a6a; --rule: #d5d5d5;
	--c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #8a6d00; --c5: #3b8fc2; --c6: #7a5195; --c7: #555; }
@media (prefers-color-scheme: dark) {
	:root { --ink: #e6e6e6; --paper: #16181a; --faint: #9a9a9a; --rule: #3a3d40;
		--c0: #56b4e9; --c1: #f0883e; --c2: #2fc49a; --c3: #e09cc4; --c4: #e6c229; --c5: #9ad0f5; --c6: #b79ad6; --c7: #bbb; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid var(--rule); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid var(--rule); }
th { color: var(--faint); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 3rem; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid var(--rule); border-radius: 4px; font-size: 13px; }
figure { margin: 1.2rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
svg .line { fill: none; stroke-width: 1.6; } svg .rule { stroke: var(--rule); }
svg .mark { stroke: var(--ink); stroke-dasharray: 3 3; } svg .name { fill: var(--ink); }
@media print {
	main { max-width: none; padding: 0; } h2, figcaption { break-after: avoid; } figure, tr { break-inside: avoid; }
	pre { white-space: pre-wrap; } .table { overflow: visible; }
}
`;
