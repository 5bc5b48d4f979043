import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {readCounters, risen} from '../witness.ts';

const lab = needLab();

/** The parts of `nbtop bench --json` (docs/json.md) that are looked at here. */
interface Bench {
	readonly peer: {readonly address: string; readonly tunnel: string};
	readonly iperf3: {readonly client: string | null};
	readonly scenarios: readonly {readonly scenario: string; readonly runs: readonly Run[]}[];
}

interface Run {
	readonly figure: number | null;
	readonly figures: Readonly<Record<string, number>>;
	readonly verdict: {readonly id: string} | null;
	readonly cpus: readonly {readonly cpu: number; readonly soft: number}[] | null;
}

test('nbtop bench gives the figures of iperf3’s own document, and not more than the tunnel has moved', async () => {
	const session = '/share/bench.jsonl';
	await lab.sh(`rm -f ${session}`);
	const before = await readCounters(lab);
	const stdout = await lab.sh(
		`nbtop bench 10.77.0.2 --scenario tcp-reverse --time 6 --json --record ${session} 2>/dev/null || test $? = 1`,
		{timeout: 180},
	);
	const moved = risen(before, await readCounters(lab));
	const {peer, iperf3, scenarios} = JSON.parse(stdout) as Bench;
	expect(peer).toMatchObject({address: '100.64.0.2', tunnel: 'wt0'}); // the endpoint's peer
	expect(iperf3.client).toBe((await lab.sh('iperf3 --version')).match(/\d+\.\d+/)?.[0]);
	const runs = scenarios.flatMap(each => each.runs);
	expect(runs.length).toBeGreaterThan(0);
	const raws = (await lab.sh(`grep '"type":"scenario"' ${session} | grep '"ended"'`)).trim().split('\n');
	const documents = raws.map(line => {
		const {raw} = JSON.parse(line) as {raw: string};
		return JSON.parse(raw) as {end: {sum_received: {bits_per_second: number; bytes: number}}};
	});
	expect(runs.map(({figure}) => figure)).toEqual(documents.map(({end}) => end.sum_received.bits_per_second));
	const bytes = documents.reduce((sum, {end}) => sum + end.sum_received.bytes, 0);
	expect(bytes).toBeGreaterThan(1e6);
	expect(moved['wt0.rx_bytes']).toBeGreaterThan(bytes);
	for (const {cpus, verdict} of runs) {
		expect(cpus?.map(({cpu}) => cpu)).toEqual([0, 1, 2, 3]);
		expect(verdict).not.toBeNull();
	}
});

test('a killed nbtop leaves no load on the tunnel', async () => {
	const running = lab.start('nbtop bench 100.64.0.2 --scenario tcp-reverse --time 120');
	await lab.sh('for i in {1..150}; do pgrep -f "iperf[3] -c" && exit; sleep 0.2; done; exit 1', {timeout: 90});
	await running.stop('KILL');
	await lab.sh('for i in {1..50}; do pgrep -f "iperf[3] -c" || exit 0; sleep 0.2; done; exit 1');
});
