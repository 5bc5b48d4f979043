import type {MachineFacts, TimelineEvent} from '../model.ts';
import {createFiguresReader, type SampleFigures} from './figures.ts';
import {createFold} from './fold.ts';
import type {SessionDigest} from './report.ts';
import {scanSession} from './scan.ts';
import type {Session} from './session-file.ts';
import {listSettings, type SettingsList} from './settings-list.ts';

/** Goes through a session once, from its first line to its last. */
export function digestSession({name, header, lines, notes}: Session): SessionDigest {
	const events: TimelineEvent[] = [];
	const figures: SampleFigures[] = [];
	const readFigures = createFiguresReader();
	let machine: MachineFacts | undefined = header.machine;
	let before: SettingsList = {};
	let after: SettingsList = {};
	const {damaged} = scanSession(lines);
	const fold = createFold(lines, {
		isKey: () => false,
		...(header.options && {path: header.options}),
		onEvent(event, state) {
			if (event.type !== 'sample') {
				events.push(event);
				return;
			}
			const sample = readFigures(state);
			if (sample !== undefined) {
				figures.push(sample);
			}
			machine ??= state.snapshot?.readings.machine?.value;
			// Counters change with every sample, settings only with these sources.
			if (settingSources.some(source => event.readings[source] !== undefined)) {
				after = listSettings(state.snapshot?.readings ?? {});
				// What is read late was so before: the first value of each is where it began.
				before = {...after, ...before};
			}
		},
	});
	fold.moveTo(lines.length);
	return {
		name,
		header,
		...(machine && {machine}),
		events,
		figures,
		settings: {before, after},
		notes: damaged === 0 ? notes : [...notes, `${damaged} ${damaged === 1 ? 'line' : 'lines'} could not be read`],
	};
}

const settingSources = ['sysctls', 'links', 'nics', 'irqs', 'qdiscs', 'machine'] as const;
