import type {Qdisc} from '../model/counters.ts';
import {type JsonObject, omitUnknown, parseJson, readNumber, readObjects, readText} from './json.ts';
import {ParseError} from './parse-error.ts';

const source = 'tc -j -s qdisc show';

/**
Parses `tc -j -s qdisc show` (iproute2 `tc/tc_qdisc.c: print_qdisc`): the queues in front of the drivers, with their counters.

`bytes` and `packets` are 64-bit, `drops`, `overlimits` and `requeues` 32-bit. A `mq` at the root already holds the sum of
its children. With `dev DEV` in the command the objects do not name the device: give it as `device`. A `tc` before 4.16
prints text in spite of `-j`, which throws a `ParseError`.
*/
export function parseQdiscs(text: string, device?: string): Qdisc[] {
	const value = parseJson(text, source);
	if (!Array.isArray(value)) {
		throw new ParseError(source, 'expected a list', 1);
	}

	return readObjects(value).flatMap(object => parseQdisc(object, device));
}

function parseQdisc(object: JsonObject, command: string | undefined): Qdisc[] {
	const device = readText(object.dev) ?? command;
	const kind = readText(object.kind);
	if (device === undefined || kind === undefined) {
		return [];
	}

	const facts = omitUnknown({
		handle: readText(object.handle),
		parent: readText(object.parent),
		bytes: readNumber(object.bytes),
		packets: readNumber(object.packets),
		drops: readNumber(object.drops),
		overlimits: readNumber(object.overlimits),
		requeues: readNumber(object.requeues),
		backlog: readNumber(object.backlog),
		qlen: readNumber(object.qlen),
		flowsPlimit: readNumber(object.flows_plimit),
	});
	return [{device, kind, root: object.root === true, ...facts}];
}
