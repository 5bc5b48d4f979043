import type {CpuRates, ThreadRate} from '../../model/rates.ts';
import {findOutside, isTunnelsLoad, shareSlack} from '../outside.ts';
import {type Path, sumSharesByCpu} from '../path.ts';
import {busyOfOthers, describePutOff, findSoftirqCore, isRpsTarget, listMask, maximumBy} from './cores.ts';
import {findRoom} from './mtu-below-path.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, fact, percent, share} from './words.ts';

/**
The stage that takes a peer's decrypted packets in their order (`receive.c: wg_packet_rx_poll`): one core at a time, and the
inner stack runs in it. It is seen as a core full of softirq to which no interrupt of the device leads, or, where NAPI has
threads, as such a thread.
*/
export const wireguardReceiveSerial: Rule = {
	id: 'wireguard-receive-serial',
	severity: 'limit',
	needs: ['cores', 'queues', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	symptomOf: ['at-the-ceiling'],
	refutedBy: 'a second peer that sends at the same time does not raise the sum of both',
	steps: ['rps-rfs', 'threaded-napi', 'mtu'],
	guide:
		'The guide blames a mutex around the encryption. There is none: all cores decrypt; only this stage is in order.',
	judge(scene, held) {
		const {path} = scene;
		if (path === undefined || path.tunnel.kind !== 'kernel' || receivedShare(scene, path) < 0.3) {
			return undefined;
		}

		return judgeThread(scene, path, held) ?? judgeCore(scene, path, held);
	},
};

function receivedShare({rates}: Scene, {tunnel}: Path): number {
	const {rx_bytes = 0, tx_bytes = 0} = rates.links?.[tunnel.interface] ?? {};
	return rx_bytes / Math.max(1, rx_bytes + tx_bytes);
}

function judgeCore(scene: Scene, path: Path, held: boolean): Judgement | undefined {
	const core = findSoftirqCore(scene, held);
	if (core === undefined || isRpsTarget(scene, path.device, core.cpu) || isOthers(scene, path, core.cpu, held)) {
		return undefined;
	}

	const arriving = sumSharesByCpu(path.rxQueues).get(core.cpu) ?? 0;
	if (arriving >= 0.5) {
		return undefined;
	}

	const soft = fact(`CPU${core.cpu} %soft`, percent(core.soft));
	const part = fact(`${path.device}: share of what arrives on CPU${core.cpu}`, share(arriving));
	return {
		text: `CPU${core.cpu} is ${soft.value} softirq, and ${part.value} of ${path.device}'s packets arrive there: it is the stage of ${path.tunnel.interface} that takes a peer's packets in their order, with all of their TCP`,
		evidence: [soft, ...describeCore(scene, core), part, describeRate(path)],
		steps: listSteps(scene, path),
	};
}

/** Whose soft interrupts fill a core is not counted: more packets of another device that arrive there may do it as well. */
function isOthers(scene: Scene, path: Path, cpu: number, held: boolean): boolean {
	const outside = findOutside(scene, path, cpu);
	const received = scene.rates.links?.[path.tunnel.interface]?.rx_packets ?? 0;
	return !isTunnelsLoad(outside, held ? shareSlack : 0) || (outside?.foreign?.packets ?? 0) > received;
}

function judgeThread(scene: Scene, path: Path, held: boolean): Judgement | undefined {
	const {rates} = scene;
	const threads = (rates.threads ?? []).filter(({name}) => name.startsWith(`napi/${path.tunnel.interface}`));
	const busiest = maximumBy(threads, load);
	const core = rates.cpus?.find(({cpu}) => cpu === busiest?.cpu);
	const cores = rates.cpus ?? [];
	const isFull =
		busiest !== undefined &&
		core !== undefined &&
		load(busiest) >= (held ? 70 : 85) * (scene.counted?.share ?? 1) &&
		core.busy - busyOfOthers(cores, core.cpu) >= (held ? 5 : 10);
	if (!isFull) {
		return undefined;
	}

	const used = fact(`${busiest.name}: of one CPU`, percent(load(busiest)));
	return {
		text: `${busiest.name} uses ${used.value} of CPU${core.cpu}: it is the stage of ${path.tunnel.interface} that takes a peer's packets in their order, with all of their TCP`,
		evidence: [used, ...describeCore(scene, core), describeRate(path)],
		steps: listSteps(scene, path),
	};
}

function load({usr, sys}: ThreadRate): number {
	return usr + sys;
}

function describeCore({rates}: Scene, core: CpuRates) {
	return [
		fact(`CPU${core.cpu} busy`, percent(core.busy)),
		fact(`the other cores, mean busy without CPU${core.cpu}`, percent(busyOfOthers(rates.cpus ?? [], core.cpu))),
		...describePutOff(rates, core.cpu),
	];
}

function describeRate({tunnel, bytesPerSecond}: Path) {
	return fact(`${tunnel.interface}: both ways`, bits(bytesPerSecond));
}

/** What is not yet in force. Since 6.16 the tunnel's NAPI has threads by itself; with one peer they change nothing. */
function listSteps(scene: Scene, path: Path): string[] {
	const link = scene.readings.links?.value.find(({name}) => name === path.tunnel.interface);
	const isSpread = link?.rxQueues.some(({rpsCpus}) => listMask(rpsCpus).length > 0) ?? false;
	return [
		...(isSpread ? [] : ['rps-rfs']),
		...(link?.threaded === false && path.peers.length > 1 ? ['threaded-napi'] : []),
		...(findRoom(scene) === undefined ? [] : ['mtu']),
	];
}
