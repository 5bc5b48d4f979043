import type {CpuRates} from '../../model/rates.ts';
import {saturated} from './cores.ts';
import {losesNothing} from './losses.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, fact, percent, share} from './words.ts';

/**
The end of the road: all cores work and nothing is lost, or the link is full, or the stage that is in order is full and every
step that would take load off it is in force.
*/
export const atTheCeiling: Rule = {
	id: 'at-the-ceiling',
	severity: 'limit',
	// What stands out, and what is lost, must be known before one may say that nothing does.
	needs: ['cores', 'tunnel', 'queues', 'softnet', 'device drops'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: 'a step that is not in force yet raises the rate',
	steps: [],
	guide: 'The guide stops here as well: a plateau, few drops, and cores that share the work.',
	judge(scene, held) {
		return judgeStage(scene) ?? judgeLink(scene, held) ?? judgeCores(scene, held);
	},
};

function judgeStage({raised, path}: Scene): Judgement | undefined {
	const stages = ['wireguard-receive-serial', 'wireguard-transmit-serial'].flatMap(id => raised.get(id) ?? []);
	const full = stages.find(({steps}) => steps.length === 0);
	return full === undefined || path === undefined
		? undefined
		: {
				text: `${full.text}. No step is left that takes work off that stage: more peers side by side, faster cores or another topology`,
				evidence: full.evidence,
			};
}

function judgeLink({path, rates, readings}: Scene, held: boolean): Judgement | undefined {
	const name = path?.device ?? '';
	const speed = readings.links?.value.find(link => link.name === name)?.speedMbit ?? 0;
	const {rx_bytes = 0, tx_bytes = 0} = rates.links?.[name] ?? {};
	const part = (Math.max(rx_bytes, tx_bytes) * 8) / (speed * 1e6);
	if (speed <= 0 || part < (held ? 0.85 : 0.92)) {
		return undefined;
	}

	const used = fact(`${name}: of its speed`, share(part));
	const moved = fact(`${name}: ${tx_bytes > rx_bytes ? 'sent' : 'received'}`, bits(Math.max(rx_bytes, tx_bytes)));
	return {
		text: `${name}'s link is full: ${moved.value} are ${used.value} of its speed; a faster link, or fewer bytes around each packet (a larger MTU)`,
		evidence: [moved, used],
	};
}

/** All cores at work for the network, none idle, nothing lost. One that has nobody to share with must be full. */
function judgeCores(scene: Scene, held: boolean): Judgement | undefined {
	const cores = scene.rates.cpus ?? [];
	const least = Math.min(...cores.map(({busy}) => busy));
	const mean = scene.rates.all?.busy ?? 0;
	const network = sumKernel(scene.rates.all) / Math.max(1, mean);
	const hottest = Math.max(...cores.map(({busy}) => busy));
	const isOfNetwork = scene.path?.tunnel.kind === 'userspace' || network >= 0.5;
	const isOnly = cores.length === 1;
	const enough = isOnly ? saturated : {rises: 60, holds: 50};
	if (
		cores.length === 0 ||
		least < (held ? 40 : 50) ||
		mean - shareOfOwn(scene) < (held ? enough.holds : enough.rises) ||
		hottest - mean > (held ? 30 : 20) ||
		!isOfNetwork ||
		!losesNothing(scene) ||
		isLimited(scene, mean >= (held ? 70 : 80))
	) {
		return undefined;
	}

	return isOnly ? describeOnly(scene, mean, network) : describeShared(scene, mean, least);
}

function describeOnly(scene: Scene, mean: number, network: number): Judgement {
	const busy = fact('all cores busy', percent(mean));
	const kernel = fact("the kernel's part of that", share(network));
	const moved = describeRate(scene);
	return {
		text: `the only core is ${busy.value} busy, ${kernel.value} of it the kernel's work, and nothing is lost, for ${moved.value}; left are a larger MTU, a second or a faster core, or another topology`,
		evidence: [busy, kernel, moved],
	};
}

function describeShared(scene: Scene, mean: number, least: number): Judgement {
	const busy = fact('all cores busy', percent(mean));
	const lowest = fact('the least busy core', percent(least));
	const moved = describeRate(scene);
	return {
		text: `the work is shared and nothing is lost: all cores are ${busy.value} busy, none below ${lowest.value}, for ${moved.value}; left are a larger MTU, more or faster cores, or another topology`,
		evidence: [busy, lowest, moved],
	};
}

function describeRate({path}: Scene) {
	return fact(`${path?.tunnel.interface}: both ways`, bits(path?.bytesPerSecond ?? 0));
}

/** Percentage points of all cores that this program takes: they are not the tunnel's. */
function shareOfOwn({rates}: Scene): number {
	return (rates.self?.cpuPercent ?? 0) / Math.max(1, rates.cpus?.length ?? 1);
}

/** Retransmits from full cores are of WireGuard's own queues, whose drops nobody counts: they are a part of the ceiling. */
function isLimited({raised}: Scene, isFull: boolean): boolean {
	return [...raised.values()].some(
		({id, severity}) =>
			(severity === 'fault' || severity === 'limit') && !(isFull && id === 'tcp-retransmits-without-local-drops'),
	);
}

function sumKernel(all: CpuRates | undefined): number {
	return (all?.sys ?? 0) + (all?.soft ?? 0) + (all?.irq ?? 0);
}
