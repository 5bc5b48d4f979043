/** A document as its parts, before it is Markdown or HTML. Texts are plain: who writes them out escapes them. */
export type Block =
	| {readonly kind: 'heading'; readonly text: string}
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'table'; readonly columns: readonly TableColumn[]; readonly rows: readonly (readonly string[])[]}
	/** Lines to copy, for a shell. */
	| {readonly kind: 'code'; readonly text: string}
	/** A picture, as the text of an SVG element; Markdown leaves it out. */
	| {readonly kind: 'plot'; readonly title: string; readonly svg: string};

export interface TableColumn {
	readonly title: string;
	/** Numbers stand on the right. */
	readonly isNumber?: boolean;
}

export interface Document {
	readonly title: string;
	readonly blocks: readonly Block[];
}
