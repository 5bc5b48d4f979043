import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {expect, test} from 'vitest';
import {createRealHost, type Host, HostError} from '../../source/host.ts';
import {type JournalEntry, openJournal} from '../../source/tuning/journal-file.ts';
import {journalFile, setUp} from '../helpers/tuning.ts';

const confirmed: JournalEntry = {type: 'confirmed', id: 'a-1'};

function opened(id: string, bootId: string): JournalEntry {
	return {
		...{type: 'opened', id, step: 'a', title: 'Do a', version: '1', bootId},
		...{process: {pid: 42, startTime: 7}, changes: []},
	};
}

/** Two programs that look at one journal; what the second reads of it is counted, and may fail. */
function setUpTwo() {
	const {machine, journal} = setUp();
	const log = {reads: 0, refuse: false};
	const host: Host = {
		...machine.host,
		readText(path) {
			if (path === journalFile) {
				log.reads += 1;
				if (log.refuse) {
					throw new HostError('EMFILE', path, 'EMFILE: too many open files');
				}
			}
			return machine.host.readText(path);
		},
	};
	return {machine, writer: journal, reader: openJournal(host, '/state'), log};
}

test('a journal that has not changed is neither read nor folded again; one that has is, whoever wrote to it', () => {
	const {writer, reader, log} = setUpTwo();
	writer.append(opened('a-1', writer.bootId));
	const state = reader.read();
	expect(reader.read()).toBe(state);
	expect(log.reads).toBe(1);
	writer.append(confirmed);
	expect(reader.read().transactions).toMatchObject([{phase: 'kept'}]);
	reader.append(opened('b-2', reader.bootId));
	writer.append({type: 'confirmed', id: 'b-2'});
	expect(reader.read().transactions).toMatchObject([{phase: 'kept'}, {phase: 'kept'}]);
	expect(log.reads).toBe(3);
});

test('a change that could not be read is read as soon as it can be', () => {
	const {writer, reader, log} = setUpTwo();
	writer.append(opened('a-1', writer.bootId));
	reader.read();
	writer.append(confirmed);
	log.refuse = true;
	expect(reader.read().transactions).toMatchObject([{phase: 'applying'}]);
	log.refuse = false;
	expect(reader.read().transactions).toMatchObject([{phase: 'kept'}]);
});

test('a journal that is removed or cut is remembered', () => {
	const {machine, writer, reader} = setUpTwo();
	writer.append(opened('a-1', writer.bootId), confirmed);
	const state = reader.read();
	machine.files.set(journalFile, '');
	expect(reader.read()).toEqual(state);
	machine.files.delete(journalFile);
	expect(reader.read()).toEqual(state);
});

test('on a disk, each line of another program is seen at the next look', ({onTestFinished}) => {
	const folder = mkdtempSync(`${tmpdir()}/nbtop-journal-`);
	const host = createRealHost();
	onTestFinished(() => {
		host.close();
		rmSync(folder, {recursive: true});
	});
	const [reader, writer] = [openJournal(host, folder), openJournal(host, folder)];
	for (let count = 1; count <= 20; count++) {
		writer.append(opened(`a-${count}`, writer.bootId));
		expect(reader.readEvents()).toHaveLength(count);
	}
});
