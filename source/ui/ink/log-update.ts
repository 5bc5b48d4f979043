import stockLogUpdate from '../../../node_modules/ink/build/log-update.js';
import {bsu, esu} from '../../../node_modules/ink/build/write-synchronized.js';

type Create = typeof stockLogUpdate.create;
type Stream = Parameters<Create>[0];

/**
Takes the place of Ink's `logUpdate` in the bundle: gives a frame to the terminal in one piece with the marks between which that
shows nothing (DEC mode 2026). Ink writes each mark by itself: three calls of the system for a frame, and three packets over ssh.
`write-synchronized.ts` keeps it from that.
*/
const create: Create = (stream, options) => stockLogUpdate.create(joinMarks(stream), options);

// Ink imports it as the default export.
export default {create};

/** All that is asked of the stream. */
function joinMarks(stream: Stream): Stream {
	const joined = {
		get columns() {
			return stream.columns;
		},
		get isTTY() {
			return stream.isTTY;
		},
		write: (text: string) => stream.write(`${bsu}${text}${esu}`),
	};
	return joined as unknown as Stream;
}
