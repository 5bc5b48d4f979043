import {stripControls} from '../../parse/printable.ts';
import type {Block, Document} from './blocks.ts';

/** The document as Markdown (GitHub's, for its tables). Pictures are left out. */
export function formatMarkdown({title, blocks}: Document): string {
	const parts = blocks.map(formatBlock).filter(part => part !== '');
	return `# ${escapeMarkdown(title)}\n\n${parts.join('\n\n')}\n`;
}

function formatBlock(block: Block): string {
	switch (block.kind) {
		case 'heading':
			return `## ${escapeMarkdown(block.text)}`;
		case 'text':
			return escapeMarkdown(block.text);
		case 'code':
			return block.text === '' ? '' : `\`\`\`sh\n${fence(block.text)}\n\`\`\``;
		case 'table': {
			const head = block.columns.map(({title}) => escapeMarkdown(title));
			const rule = block.columns.map(({isNumber}) => (isNumber ? '---:' : '---'));
			return [head, rule, ...block.rows.map(row => row.map(escapeMarkdown))]
				.map(cells => `| ${cells.join(' | ')} |`)
				.join('\n');
		}
		case 'plot':
			return '';
	}
}

/** What would be markup is text: names come from other machines. */
function escapeMarkdown(text: string): string {
	return stripControls(text).replaceAll(/[\\`*[\]|<&]/g, '\\$&');
}

/** No line of it may end the fence. */
function fence(text: string): string {
	return text
		.split('\n')
		.map(line => stripControls(line).replace(/^(\s*)```/, '$1` ``'))
		.join('\n');
}
