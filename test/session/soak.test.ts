import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect, onTestFinished, test} from 'vitest';
import {createRealHost} from '../../source/host.ts';
import {createRecorder} from '../../source/session/recorder.ts';
import {createStore} from '../../source/session/store.ts';
import {createRecordedMachine} from '../helpers/recording.ts';

/** What is in use when all that is not has been thrown away. */
function measureHeap(): number {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	collectGarbage();
	return process.memoryUsage().heapUsed / 1e6;
}

test('two hours of recording take no more memory than twenty minutes', {timeout: 300_000}, async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-soak-'));
	const host = createRealHost();
	onTestFinished(() => {
		host.close();
		rmSync(folder, {recursive: true});
	});
	const recorder = createRecorder({host, store: createStore(), version: '1'});
	const machine = createRecordedMachine();
	const file = recorder.start(path.join(folder, 'soak.jsonl'));
	const record = async (samples: number): Promise<number> => {
		for (let index = 0; index < samples; index++) {
			recorder.takeSample(machine());
			if (index % 100 === 0) {
				await host.sleep(0);
			}
		}
		return measureHeap();
	};
	// The ring of ten minutes is full by then.
	const early = await record(1200);
	const late = await record(6000);
	await recorder.stop();
	expect(recorder.status().failure).toBeUndefined();
	expect(statSync(file).size).toBeGreaterThan(10e6);
	expect(late - early).toBeLessThan(3);
});
