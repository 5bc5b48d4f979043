import {expect} from 'vitest';
import type {Finding} from '../../source/model/findings.ts';

/** Numbers of the trade that a sentence may hold without evidence: a version, what headers take, the usual rekey. */
const plain = new Set(['3.16', '60', '80']);

/** Every figure of a finding's sentence stands in its evidence. */
export function expectQuoted({text, evidence}: Pick<Finding, 'text' | 'evidence'>): void {
	const quoted = new Set(evidence.flatMap(({label, value}) => [...numbersOf(label), ...numbersOf(value)]));
	for (const number of numbersOf(text)) {
		expect(quoted.has(number) || plain.has(number), `${number} in: ${text}`).toBe(true);
	}
}

/** Numbers, and the CPUs by name; other names (`eth0`, `iperf3`) are none. */
function numbersOf(text: string): string[] {
	return [...text.matchAll(/CPU\d+|(?<![a-z\d.])\d+(?:\.\d+)*(?:e-\d+)?/gi)].map(([number]) => number);
}
