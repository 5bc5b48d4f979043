import widestLine from './widest-line.ts';

/**
Takes the place of Ink's `measureText` in the bundle. That one remembers the last eight thousand texts: of a screen whose every
pane is another text each second those are fifty megabytes, and none is ever asked for again.
*/
// Ink imports it as the default export.
export default function measureText(text: string): {readonly width: number; readonly height: number} {
	return text === '' ? {width: 0, height: 0} : {width: widestLine(text), height: text.split('\n').length};
}
