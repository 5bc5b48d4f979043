import {createRealHost} from '../../source/host.ts';
import {createRecorder} from '../../source/session/recorder.ts';
import {scanSession} from '../../source/session/scan.ts';
import {readSession} from '../../source/session/session-file.ts';
import {createStore} from '../../source/session/store.ts';
import {createRecordedMachine} from './recording.ts';

// A program of its own: records to the file that it is given until the disk takes no more, and prints how that went.

const [file = ''] = process.argv.slice(2);
const host = createRealHost();
const store = createStore();
const recorder = createRecorder({host, store, version: '1.2.3'});
const next = createRecordedMachine();
recorder.start(file);
let written = 0;
while (recorder.status().file !== undefined && written < 5000) {
	recorder.takeSample(next());
	written += 1;
	await host.sleep(0.005);
}
const {failure} = recorder.status();
recorder.takeSample(next());
const session = await readSession(host, file);
const {samples, damaged} = scanSession(session.lines);
process.stdout.write(
	JSON.stringify({
		failure,
		lost: written - samples.length,
		damaged,
		isTold: session.notes,
		goesOn: store.getState().samples === written + 1,
	}),
);
