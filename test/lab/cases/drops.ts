import {describe, expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {type Drop, startSamples} from '../sample.ts';
import {measure} from '../traffic.ts';
import {type Counters, readCounters, risen} from '../witness.ts';

const lab = needLab();

describe('drops appear in their own layer, with the right count, and in no other', () => {
	test('softnet: a backlog of 5 packets with RPS', async () => {
		const rps = '/sys/class/net/eth0/queues/rx-0/rps_cpus';
		const layers = await provoke(async () => {
			await lab.sh(`sysctl -qw net.core.netdev_max_backlog=5; echo f >${rps}`);
			await measure(lab, {direction: 'in', streams: 8, megabits: 0, seconds: 4});
			await lab.sh(`echo 0 >${rps}; sysctl -qw net.core.netdev_max_backlog=1000`);
		});
		// What is lost there is sent again, which is the answer of TCP and stands in its layer.
		expect(layers.filter(layer => layer !== 'tcp')).toEqual(['softnet']);
	});

	// virtio has no counter for a full ring: the hypervisor's tap drops, and the guest cannot know.
	test('none in the NIC, where the packets never reached the machine', async () => {
		let lost = 0;
		const {drops} = await watchDrops(async () => {
			const flood = {direction: 'in', to: '10.77.0.2', extra: '-u -l 200', megabits: 400, seconds: 4} as const;
			lost = (await measure(lab, flood)).end?.sum?.lost_packets ?? 0;
		});
		expect(lost).toBeGreaterThan(1000);
		expect(lossLayers(drops).filter(layer => layer === 'nic' || layer === 'interface')).toEqual([]);
	});

	test('fragments: a tunnel MTU above what the path carries', async () => {
		const {drops, rise} = await watchDrops(async () => {
			await lab.sh('ip link set wt0 mtu 1500; ping -q -c 20 -i 0.1 -s 1460 100.64.0.2; ip link set wt0 mtu 1280');
		});
		expect(rise['Ip.FragCreates']).toBeGreaterThanOrEqual(40);
		expect(lossLayers(drops)).toEqual([]); // fragments are not lost packets
	});

	test('udp: a socket whose buffer is full', async () => {
		const layers = await provoke(async () => {
			await lab.sh(`/usr/bin/python3 -c '
import socket
deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
deaf.bind(("127.0.0.1", 0))
for _ in range(300): deaf.sendto(bytes(500), deaf.getsockname())'`);
		});
		expect(layers).toEqual(['udp']);
	});

	test('conntrack: a full table', async () => {
		const layers = await provoke(async () => {
			await lab.sh(`sysctl -qw net.netfilter.nf_conntrack_max=5
/usr/bin/python3 -c '
import socket
for _ in range(200):
    each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try: each.sendto(b"x", ("100.64.0.2", 9))
    except PermissionError: pass'
sysctl -qw net.netfilter.nf_conntrack_max=65536`);
		});
		expect(layers).toEqual(['conntrack']);
	});
});

/** The layers in which nbtop shows losses during the provocation, all its counts being those of the witness. */
async function provoke(provocation: () => Promise<void>): Promise<string[]> {
	return lossLayers((await watchDrops(provocation)).drops);
}

const lossLayers = (drops: readonly Drop[]): string[] => [
	...new Set(drops.filter(drop => drop.headline && drop.delta > 0).map(drop => drop.layer)),
];

/**
What nbtop counted while something happened, each counter's deltas added up. Each lies between what the witness saw from just
before to just after the event, and what it saw round nbtop's whole run; for counters that are quiet but for the event, the two are equal.
*/
async function watchDrops(event: () => Promise<void>): Promise<{drops: Drop[]; rise: Counters}> {
	const first = await readCounters(lab);
	const samples = await startSamples(lab);
	const before = await readCounters(lab);
	await event();
	const after = await readCounters(lab);
	const now = Number(await lab.sh('date +%s%3N'));
	const sums = new Map<string, Drop>();
	for (let sample = await samples.next(); ; sample = await samples.next()) {
		for (const drop of sample.drops) {
			const key = `${drop.layer} ${drop.device} ${drop.counter}`;
			sums.set(key, {...drop, delta: drop.delta + (sums.get(key)?.delta ?? 0)});
		}
		if (Date.parse(sample.time) > now) {
			break;
		}
	}
	const last = await readCounters(lab);
	await samples.stop();
	const [rise, most] = [risen(before, after), risen(first, last)];
	for (const drop of sums.values()) {
		const name = witnessName(drop);
		if (name in rise) {
			expect.soft(drop.delta, name).toBeGreaterThanOrEqual(rise[name] ?? 0);
			expect.soft(drop.delta, name).toBeLessThanOrEqual(most[name] ?? 0);
		}
	}
	return {drops: [...sums.values()], rise};
}

function witnessName({layer, device, counter}: Drop): string {
	switch (layer) {
		case 'nic':
			return counter.startsWith('rx_queue') ? `ethtool.${counter}` : `${device}.${counter}`;
		case 'softnet':
			return `softnet.${counter}.${device}`;
		case 'interface':
			return `${device}.${counter}`;
		case 'qdisc':
			return `qdisc.${device}.0:-root.drops`;
		case 'conntrack':
			return `conntrack.${counter}`;
		default:
			return counter;
	}
}
