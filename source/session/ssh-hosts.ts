import type {TimelineEvent} from '../model/events.ts';

/**
Hosts that the texts of an event name as ssh does: a target (`root@prod-db3`), or in the words in which ssh, and nbtop where it
starts a server there, tell what went wrong. They look like any word elsewhere.
*/
export function findSshHosts(event: TimelineEvent): string[] {
	return listTexts(event).flatMap(text =>
		phrases.flatMap(phrase => [...text.matchAll(phrase)].flatMap(([, host = '']) => (isHost(host) ? [host] : []))),
	);
}

/** Texts that people or other programs wrote, or that quote them. */
function listTexts(event: TimelineEvent): readonly string[] {
	switch (event.type) {
		case 'scenario':
			return event.invalid ?? [];
		case 'trial':
			return event.reason === undefined ? [] : [event.reason];
		case 'problem':
			return [event.problem.message];
		case 'autopilot':
		case 'marker':
		case 'note':
			return [event.text];
		default:
			return [];
	}
}

const host = '(\\w(?:[\\w.-]*\\w)?)';
const target = `(?:[\\w.-]+@)?${host}`;

const phrases: readonly RegExp[] = [
	`(?<![\\w.@-])[a-z_][\\w.-]*@${host}`,
	// nbtop's own.
	`\\bby ssh ${target} does not answer`,
	`(?:^|: )ssh ${target}: `,
	`\\bnot installed at ${target} \\(`,
	// OpenSSH's.
	`\\bconnect to host ${host} port `,
	`\\bresolve hostname ${host}(?=:|$)`,
	`\\bConnection to ${host} (?:port \\d+ )?(?:closed|timed out)`,
	`\\bserver ${host} not responding`,
	`\\bhost key (?:is known )?for '?${host}'? `,
	`\\bPermanently added '?${host}'?[ ,]`,
].map(phrase => new RegExp(phrase, 'gim'));

/**
Not the bus of an interrupt (`mlx5_comp0@pci:cf63:00:02.0`), and nothing with a dot: an address, a version, a unit, or a domain,
which is found without being known.
*/
function isHost(word: string): boolean {
	return /^[\w-]*[a-z][\w-]*$/i.test(word) && !/^(?:pci|localhost)$/i.test(word);
}
