import {copyFileSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {settingWords} from '../../../source/commands/report.ts';
import {digestSession} from '../../../source/session/digest.ts';
import {createReport} from '../../../source/session/report.ts';
import {parseSession} from '../../../source/session/session-file.ts';
import {needLab, prompt} from '../lab.ts';
import {runFolder} from '../run-folder.ts';
import type {Screen} from '../terminal.ts';
import {startTraffic, type TrafficOptions} from '../traffic.ts';

/*
The session that `nbtop demo` plays, recorded by nbtop itself while somebody tunes by its keys. `npm run demo:record` puts it
into media/; look at it with `nbtop replay` before it is committed.
*/

// As many cores as are to be had on a small host: more would wait for each other.
const lab = needLab({LAB_CPUS: '2'});

const target = process.env.LAB_DEMO;
const most = 300_000;

const traffic: TrafficOptions = {direction: 'in', streams: 8, megabits: 25, seconds: 590};

const sleep = (seconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, seconds * 1000));

/**
Lets time pass. An emulated machine makes nbtop a load that reads less and less often: whoever asks for the interval again
gets it, for some samples.
*/
async function watch(screen: Screen, seconds: number): Promise<void> {
	for (let left = seconds; left > 0; left -= 10) {
		screen.type('+-');
		await sleep(Math.min(10, left));
	}
}

/** A note for those who watch. */
async function note(screen: Screen, text: string): Promise<void> {
	screen.type(`m${text}\r`);
	await sleep(2);
}

/** Looks at a step, applies it, and waits for what the screen then says of it. */
async function apply(screen: Screen, key: string, outcome: RegExp): Promise<void> {
	screen.type(key);
	await screen.waitFor(/y applies this/, 150_000);
	screen.type('y');
	await screen.waitFor(outcome, 150_000);
}

async function leave(screen: Screen): Promise<void> {
	screen.press('Escape');
	await screen.waitFor(/CPU[─━]+busy/);
}

test('a badly set machine is diagnosed and tuned by keys, and the recording tells it', {timeout: 720_000}, async () => {
	const file = join(runFolder, 'share/demo.jsonl.gz');
	rmSync(file, {force: true});
	// RPS by hand, to the core that the interrupts are not on, and a tiny backlog before it.
	await lab.sh(`rm -rf /var/lib/nbtop
		echo 5 >/proc/sys/net/core/netdev_max_backlog
		for irq in $(grep -oP "^ *\\K\\d+(?=:.*virtio\\d+-(in|out)put\\.)" /proc/interrupts); do echo 0 >/proc/irq/$irq/smp_affinity_list; done
		echo 2 >/sys/class/net/eth0/queues/rx-0/rps_cpus`);
	const first = await startTraffic(lab, traffic);
	const screen = await lab.login(100, 30);
	screen.type('nbtop --interval 2 --record /share/demo.jsonl.gz\r');
	await screen.waitFor(/backlog drops/, 150_000);
	await note(screen, 'Eight streams come in, and packets are lost. Enter shows where');
	await watch(screen, 15);
	await note(screen, 'Queues between the cores hold 5 packets: step 5 answers that');
	await apply(screen, '5', /applied and effective|no effect seen/);
	await leave(screen);
	await watch(screen, 15);
	await note(screen, 'No more losses. Step 6 may cut a connection: a guard stands by');
	await apply(screen, '6', /applied and effective|no effect seen/);
	await leave(screen);
	await watch(screen, 10);
	await note(screen, 'Nobody presses c, as if it were cut: the guard puts it back');
	await watch(screen, 45);
	await screen.waitFor(/not confirmed within/, 150_000);
	screen.type('L');
	await sleep(5);
	await leave(screen);
	await watch(screen, 10);
	await note(screen, 'Step 9, a larger MTU: the way was measured first, and c keeps it');
	await apply(screen, '9', /c keeps it/);
	await screen.waitFor(/applied and effective|no effect seen/, 60_000);
	screen.type('c');
	await screen.waitFor(/Confirmed: it stays/, 60_000);
	await leave(screen);
	const second = await startTraffic(lab, traffic);
	await first.stop();
	await note(screen, 'New connections use it: fewer packets for the same bytes');
	await watch(screen, 20);
	await note(screen, 'The end: nothing is lost. nbtop report makes a page of this');
	await watch(screen, 12);
	screen.type('q');
	await screen.waitFor(prompt, 120_000);
	await second.stop();

	const bytes = readFileSync(file);
	expect(bytes.length).toBeLessThan(most);
	const session = await parseSession(bytes, 'demo.jsonl.gz');
	expect(session.notes).toEqual([]);
	const {steps, timeline} = createReport(digestSession(session), settingWords);
	expect(steps.map(({step, outcome}) => [step, outcome])).toEqual([
		['backlog-budget', expect.stringMatching(/^kept/)],
		['rings', expect.stringMatching(/^put back: .*confirm/)],
		['mtu', expect.stringMatching(/^kept/)],
	]);
	expect(steps[0]?.verdict).toMatchObject({kind: 'effective'});
	const found = timeline.flatMap(event => (event.type === 'finding' ? [`${event.change} ${event.finding.id}`] : []));
	expect(found).toContain('raised softnet-backlog');
	expect(found).toContain('cleared softnet-backlog');
	expect(timeline.filter(({type}) => type === 'marker')).toHaveLength(7);
	if (target !== undefined) {
		copyFileSync(file, join(import.meta.dirname, '../../..', target));
	}
});
