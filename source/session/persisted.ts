import type {Host} from '../host.ts';
import type {PersistedEvent} from '../model/events.ts';
import type {Wish} from '../model/tuning.ts';
import {watchFile} from '../tuning/file-watch.ts';

/** What is set again at every start of the machine, as the list says that `nbtop persist` keeps. */
export interface Persisted {
	/** As it is now; empty where nothing is. */
	read(): readonly Wish[];
	/** An event where that is another since the last call. */
	follow(): PersistedEvent[];
}

export function followPersisted(host: Pick<Host, 'readText' | 'fingerprint' | 'now'>, file: string): Persisted {
	const readText = (): string => {
		try {
			return host.readText(file);
		} catch {
			return '';
		}
	};
	const hasChanged = watchFile(host, file);
	hasChanged();
	let known = readText();
	return {
		read: () => parseManifest(readText()),
		follow() {
			if (!hasChanged()) {
				return [];
			}
			const text = readText();
			const isNew = text !== known;
			known = text;
			return isNew ? [{type: 'persisted', at: host.now(), wishes: parseManifest(text)}] : [];
		},
	};
}

function parseManifest(text: string): Wish[] {
	try {
		const {wanted} = JSON.parse(text) as {wanted: readonly {setting: Wish['setting']; value: string}[]};
		return wanted.map(({setting, value}) => ({setting, to: value}));
	} catch {
		return [];
	}
}
