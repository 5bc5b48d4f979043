import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {createEncoder} from '../../source/session/codec.ts';
import {createRecordedMachine} from '../helpers/recording.ts';

/** Ten minutes of a machine whose every counter moves, by the hour. */
function measure(cpus: number) {
	const machine = createRecordedMachine({cpus});
	const encoder = createEncoder();
	const samples = Array.from({length: 600}, machine);
	const text = samples.map(sample => encoder.encode(sample).text).join('\n');
	return {megabytes: (6 * text.length) / 1e6, compressed: (6 * gzipSync(text).length) / 1e6};
}

test('an hour of 4 CPUs is below 4 MB compressed', () => {
	const {megabytes, compressed} = measure(4);
	expect(megabytes).toBeLessThan(15);
	expect(compressed).toBeLessThan(4);
});

test('an hour of 128 CPUs is what docs/session.md says', () => {
	const {megabytes, compressed} = measure(128);
	expect(megabytes).toBeLessThan(130);
	expect(compressed).toBeLessThan(25);
});
