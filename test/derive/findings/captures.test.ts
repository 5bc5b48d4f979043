import {readdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {createCaptureHost} from '../../../source/capture.ts';
import {createCollector} from '../../../source/collect.ts';
import {createRealHost} from '../../../source/host.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {runDiagnose} from '../../helpers/run-diagnose.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

/*
Captures of machines in which one bottleneck was provoked (test/lab/cases/diagnosis.ts), by what they must be taken for.
*/

const fixtures = path.join(import.meta.dirname, '../../fixtures/diagnosis');

const labels: Readonly<Record<string, string>> = {
	'nobody-sends': 'idle',
	'one-queue-one-peer-all-it-can': 'softirq-pinned',
	'one-queue-two-peers': 'single-queue',
	'four-queues-two-peers-all-interrupts-on-CPU1': 'irq-pile-up',
	'a-backlog-of-5-packets-with-RPS': 'softnet-backlog',
	'a-budget-of-2-packets': 'softnet-squeeze',
	'the-tunnel-s-MTU-above-the-path': 'fragmentation',
	'a-queue-that-was-told-5-Mbit-s': 'qdisc-drops',
	'a-table-of-5-connections': 'conntrack-full',
	'a-path-that-loses-4': 'tcp-retransmits-without-local-drops',
	'a-small-window-over-a-long-way': 'window-bound',
	'iperf3-at-its-core': 'load-generator-bound',
	'a-relay': 'relayed-peer',
	'a-peer-that-has-gone': 'peer-handshake-stale',
	'moderate-load-spread-over-all-cores': 'well-distributed',
	'moderate-load-that-goes-out': 'well-distributed',
	'the-tunnel-is-a-program': 'userspace-wireguard',
	'a-small-ring-of-ixgbe': 'nic-ring-overflow',
};

test('there is a label for every capture', () => {
	expect(Object.keys(labels).sort()).toEqual(readdirSync(fixtures).sort());
});

describe.each(Object.entries(labels))('the capture %s', (name, label) => {
	const folder = path.join(fixtures, name);

	test(`is taken for ${label}`, async () => {
		const {output} = await runDiagnose({capture: folder, json: true});
		const {verdict, findings} = JSON.parse(output);
		expect(verdict.id, JSON.stringify(findings, undefined, '\t')).toBe(label);
	});

	test('says of nothing that it came or went twice, and every figure of every sentence stands in the evidence', async () => {
		const raised: string[] = [];
		const cleared: string[] = [];
		let before: State = initialState;
		for await (const state of replay(folder)) {
			const [old, now] = [before, state].map(({findings}) => findings.map(({id}) => id));
			raised.push(...(now ?? []).filter(id => !old?.includes(id)));
			cleared.push(...(old ?? []).filter(id => !now?.includes(id)));
			state.findings.forEach(expectQuoted);
			before = state;
		}
		expect(raised).toEqual([...new Set(raised)]);
		expect(cleared).toEqual([...new Set(cleared)]);
	});
});

/** What is known after each sample; the first one is read until the way to the peers is known. */
async function* replay(folder: string): AsyncGenerator<State> {
	const real = createRealHost();
	const host = createCaptureHost(real, folder);
	const collector = createCollector(host);
	let state = initialState;
	try {
		for (let round = 0; round < 3; round++) {
			state = reduce(state, await collector.collect(Number.POSITIVE_INFINITY));
		}
		do {
			state = reduce(state, await collector.collect(Number.POSITIVE_INFINITY));
			yield state;
		} while (host.advance());
	} finally {
		real.close();
	}
}
