import {average, busyOfOthers, maximumBy, sumWorkersByCpu} from './cores.ts';
import {findRoom} from './mtu-below-path.ts';
import type {Rule} from './rule.ts';
import {bits, fact, percent} from './words.ts';

/**
The stage that sends a peer's encrypted packets in their order (`send.c: wg_packet_tx_worker`): one work on one fixed core,
with the route, the outer headers, the qdisc and the driver of every packet.
*/
export const wireguardTransmitSerial: Rule = {
	id: 'wireguard-transmit-serial',
	severity: 'limit',
	needs: ['threads', 'cores', 'tunnel'],
	during: 'load',
	rises: 2,
	falls: 5,
	symptomOf: ['at-the-ceiling'],
	refutedBy: 'a second peer that is sent to at the same time does not raise the sum of both',
	steps: ['mtu', 'irq-affinity'],
	guide:
		'The guide takes one core at %sys for the encryption, and a wall. All cores encrypt; this core sends. Keep interrupts and programs off it.',
	judge(scene, held) {
		const {path, rates} = scene;
		if (path === undefined || path.tunnel.kind !== 'kernel' || path.direction !== 'out') {
			return undefined;
		}

		const workers = sumWorkersByCpu(rates, path);
		const cores = rates.cpus ?? [];
		const core = maximumBy(cores, ({cpu}) => workers.get(cpu) ?? 0);
		const used = workers.get(core?.cpu ?? -1) ?? 0;
		const elsewhere = average(cores.filter(({cpu}) => cpu !== core?.cpu).map(({cpu}) => workers.get(cpu) ?? 0));
		const isFull =
			core !== undefined &&
			cores.length > 1 &&
			used >= (held ? 45 : 60) * (scene.counted?.share ?? 1) &&
			core.busy >= (held ? 70 : 85) &&
			elsewhere <= (held ? 0.75 : 0.6) * used &&
			core.busy - busyOfOthers(cores, core.cpu) >= (held ? 5 : 10);
		if (!isFull) {
			return undefined;
		}

		const own = fact(`wg-crypt-${path.tunnel.interface} on CPU${core.cpu}`, percent(used));
		const others = fact(`wg-crypt-${path.tunnel.interface} on the other cores, mean`, percent(elsewhere));
		const busy = fact(`CPU${core.cpu} busy`, percent(core.busy));
		return {
			text: `CPU${core.cpu} is ${busy.value} busy, ${own.value} of it workers of ${path.tunnel.interface}, on the other cores ${others.value} on average: there a peer's packets are sent in their order, by one core`,
			evidence: [own, others, busy, fact(`${path.tunnel.interface}: both ways`, bits(path.bytesPerSecond))],
			steps: [
				...(findRoom(scene) === undefined ? [] : ['mtu']),
				...([...path.rxQueues, ...path.txQueues].some(({cpu, share}) => cpu === core.cpu && share > 0)
					? ['irq-affinity']
					: []),
			],
		};
	},
};
