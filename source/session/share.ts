import type {SessionEvent} from '../model/events.ts';
import {createDecoder, createEncoder, formatHeader} from './codec.ts';
import {formatJson} from './delta.ts';
import type {Replacement} from './placeholders.ts';
import {createRedactor, findNames, type KnownNames, type RedactionKind} from './redact.ts';
import type {Session} from './session.ts';
import {findSshHosts} from './ssh-hosts.ts';

export interface SharedSession {
	/** The whole file, line by line. */
	readonly lines: readonly string[];
	readonly replaced: readonly Replacement[];
}

/** Writes a session anew without what tells where it comes from. What cannot be read of it is left out. */
export function shareSession(session: Session, keep: readonly RedactionKind[]): SharedSession {
	const {redact, redactUnknown, replaced} = createRedactor({names: collectNames(session), keep});
	const encoder = createEncoder();
	const lines: string[] = [formatHeader(redact(session.header))];
	let isFirst = true;
	for (const decoded of decodeAll(session)) {
		if (decoded.kind === 'sample') {
			// What was known before the first sample becomes a part of it.
			const readings = isFirst ? {...decoded.carried, ...decoded.event.readings} : decoded.event.readings;
			isFirst = false;
			lines.push(encoder.encode(redact<SessionEvent>({...decoded.event, readings})).text);
		} else if (decoded.kind === 'event') {
			lines.push(encoder.encode(redact(decoded.event)).text);
		} else if (decoded.kind === 'unknown') {
			lines.push(formatJson(redactUnknown(decoded.event)));
		}
	}
	return {lines, replaced: replaced()};
}

function* decodeAll({lines}: Session) {
	const decoder = createDecoder();
	for (let line = 0; line < lines.length; line++) {
		yield decoder.decode(lines.text(line));
	}
}

/** From the whole session: a marker may name a peer that is heard of only later. */
function collectNames(session: Session): KnownNames {
	const hosts = new Set([session.header.machine?.host].filter(name => name !== undefined));
	const peers = new Set<string>();
	const words = new Set<string>();
	const interfaces = new Set<string>();
	const named = new Set<string>();
	for (const decoded of decodeAll(session)) {
		if (decoded.kind === 'sample') {
			const readings = {...decoded.carried, ...decoded.event.readings};
			const names = findNames(readings);
			addAll(hosts, names.hosts);
			addAll(peers, names.peers);
			addAll(words, names.words ?? []);
			addAll(interfaces, readings.links?.value.map(({name}) => name) ?? []);
		} else if (decoded.kind === 'event' && decoded.event.type !== 'sample') {
			addAll(named, findSshHosts(decoded.event));
		}
	}
	// `wg-quick@wt0` is no target.
	return {hosts: [...hosts], peers: [...peers, ...[...named].filter(name => !interfaces.has(name))], words: [...words]};
}

function addAll(set: Set<string>, names: readonly string[]): void {
	for (const name of names) {
		set.add(name);
	}
}
