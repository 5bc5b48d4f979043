import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {measure} from '../traffic.ts';
import {compareKnobs, expectGone, readKnobs, waitUntil} from '../tune.ts';

// As many cores as a small host has: more would wait for each other, and every run would be another one.
const lab = needLab({LAB_CPUS: '2'});

const backlog = '/proc/sys/net/core/netdev_max_backlog';

/** Removes what earlier cases have noted: the values themselves are those of the start. */
async function forget(): Promise<void> {
	await lab.sh('rm -rf /var/lib/nbtop');
}

/** The parts of `nbtop autopilot --json` (docs/json.md) that are looked at here. */
interface Decision {
	readonly step: string;
	readonly decision: string;
	readonly finding: string | null;
	readonly text: string;
}

interface Loop {
	readonly decisions: readonly Decision[];
	readonly inForce: readonly string[];
	readonly ended: string;
	readonly next: {readonly step: string} | null;
}

/** One queue of four and an MTU of 1280 are the lab's own; all its interrupts on one core, and a tiny backlog behind RPS. */
async function plantFaults(): Promise<void> {
	await forget();
	await lab.sh(`for irq in $(grep -oP "^ *\\K\\d+(?=:.*virtio\\d+-(in|out)put\\.)" /proc/interrupts); do echo 0 >/proc/irq/$irq/smp_affinity_list; done
		echo 5 >${backlog}; echo 2 >/sys/class/net/eth0/queues/rx-0/rps_cpus`);
}

const readBacklog = async (): Promise<string> => (await lab.sh(`cat ${backlog}`)).trim();

// Runs long enough for the monitor to see what limits, on a machine on which it reads every second or two.
const lengths = ['--scenario', 'tcp-reverse', '--pairs', '5', '--time', '5'];

test('from a badly set machine the loop finds the fault, keeps what ends it, and an independent run agrees', {
	timeout: 1_000_000,
}, async () => {
	await plantFaults();
	const slow = await measure(lab, {direction: 'in', streams: 8, megabits: 0, seconds: 5});
	const words = ['nbtop', 'autopilot', '100.64.0.2', '--yes', '--json', '--budget', '14m'];
	const steps = ['--steps', 'backlog-budget,irq-affinity,channels,mtu,socket-buffers'];
	const {stdout, stderr, exitCode} = await lab.run([...words, ...steps, ...lengths], {timeout: 960});
	console.log(stderr);
	expect(exitCode).toBe(0);
	const {decisions, inForce} = JSON.parse(stdout) as Loop;
	console.log(JSON.stringify(decisions, null, 1));
	expect(decisions[0]).toMatchObject({step: 'backlog-budget', decision: 'kept', finding: 'softnet-backlog'});
	const kept = decisions.filter(({decision}) => decision === 'kept');
	expect(kept.filter(({text}) => !text.startsWith('better'))).toEqual([]);
	// One peer is one flow, which fills one queue however many there are; and no buffer is full on so short a way.
	expect(kept.map(({step}) => step).filter(step => ['channels', 'socket-buffers'].includes(step))).toEqual([]);
	expect(inForce.toSorted()).toEqual(kept.map(({step}) => step).toSorted());
	expect(await readBacklog()).toBe('10000');
	const fast = await measure(lab, {direction: 'in', streams: 8, megabits: 0, seconds: 5});
	const rate = (figures: typeof fast): number => figures.end?.sum_received?.bits_per_second ?? 0;
	console.log(`by hand: ${rate(slow) / 1e6} Mbit/s before, ${rate(fast) / 1e6} after`);
	expect(rate(fast)).toBeGreaterThan(1.5 * rate(slow));
	expect(stderr).toMatch(/report in .*\.md/);
	const report = (await lab.sh(`cat ${/report in (\S+)/.exec(stderr)?.[1]}`)).replaceAll('\\', '');
	for (const {step, decision, text} of decisions) {
		expect(report).toContain(`${step} ${decision}: ${text}`);
	}
	await lab.sh('nbtop undo --all', {timeout: 120});
	expect(await readBacklog()).toBe('5');
});

test('a peer that dies in the middle ends it: what was being tried is out, that is said, and nothing is lost', {
	timeout: 780_000,
}, async () => {
	await plantFaults();
	// Whoever reads what TCP knows of its connections has the kernel load modules for it.
	await lab.sh('ss -ti >/dev/null');
	const before = await readKnobs(lab);
	const words = `nbtop autopilot 100.64.0.2 --json --steps backlog-budget ${lengths.join(' ')}`;
	const running = lab.start(`bash -c '${words} --yes; echo status $?'`);
	let told: Awaited<typeof running.done>;
	try {
		await waitUntil(lab, `[ $(cat ${backlog}) = 10000 ] && pgrep -f 'iperf[3] -c' >/dev/null`, 400);
		await lab.sh('ip link set wt0 down', {on: 'beta'});
		told = await running.done;
	} finally {
		await lab.sh('ip link set wt0 up', {on: 'beta'});
	}
	console.log(told.stderr);
	const [document = '', status] = told.stdout.trim().split('\n');
	const {decisions, inForce, ended} = JSON.parse(document) as Loop;
	expect({inForce, status}).toEqual({inForce: [], status: 'status 1'});
	expect(decisions).toMatchObject([{step: 'backlog-budget', decision: 'put back'}]);
	expect(decisions[0]?.text).toMatch(/no run with the step may be believed|no iperf3 server answers/);
	expect(ended).toMatch(/no run may be believed|no iperf3 server answers/);
	await expectGone(lab);
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);

	const session = /recorded to (\S+)/.exec(told.stderr)?.[1];
	const events = (await lab.sh(`grep -v '"type":"sample"' ${session}`)).trim().split('\n');
	expect(events.map(line => (JSON.parse(line) as {type?: string}).type)).toContain('trial');
	expect(events.findLast(line => line.includes('"autopilot"'))).toContain('no step is in force');
	expect(await lab.sh(`nbtop report ${session}`, {timeout: 120})).toMatch(/Lengthen the backlog of each core/);

	// With the peer there again, there is nothing to undo, and the loop would begin with the same step.
	expect(await lab.sh('nbtop undo --all', {timeout: 120})).toMatch(/nothing/i);
	await waitUntil(lab, 'iperf3 -c 100.64.0.2 -t 1 >/dev/null 2>&1', 120);
	const again = await lab.sh(`${words} --dry-run 2>/dev/null`, {timeout: 180});
	expect((JSON.parse(again) as Loop).next?.step).toBe('backlog-budget');
});
