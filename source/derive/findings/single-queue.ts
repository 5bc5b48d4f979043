import type {NicFacts} from '../../model/facts.ts';
import type {Path} from '../path.ts';
import {countPeers} from './cores.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {count, fact, percent, share} from './words.ts';

/**
What arrives uses fewer queues than the device has. Worth something only where there are several flows: a peer's tunnel is
one, and fills one queue however many there are.
*/
export const singleQueue: Rule = {
	id: 'single-queue',
	severity: 'limit',
	needs: ['queues', 'channels', 'cores', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: 'with all queues in use what arrives still lands on one of them',
	steps: ['channels', 'irq-affinity'],
	guide:
		'The guide turns all queues on first. For one peer that changes nothing: its tunnel is one flow, on one queue.',
	judge(scene, held) {
		const {path, readings} = scene;
		const nic = readings.nics?.value.find(({device}) => device === path?.device);
		if (path === undefined || nic === undefined) {
			return undefined;
		}

		const now = countReceiving(nic.channels?.current);
		const possible = Math.min(countReceiving(nic.channels?.maximum), scene.rates.cpus?.length ?? 1);
		if (now === 0) {
			return undefined;
		}

		return now < possible ? describeFew(scene, path, {now, possible}, held) : describeUneven(scene, path, now, held);
	},
};

function countReceiving(channels: NonNullable<NicFacts['channels']>['current'] | undefined): number {
	return (channels?.combined ?? 0) + (channels?.rx ?? 0);
}

function describeFew(
	scene: Scene,
	path: Path,
	{now, possible}: {now: number; possible: number},
	held: boolean,
): Judgement {
	const used = fact(`${path.device}: receive queues in use`, now);
	const there = fact(`${path.device}: receive queues that it could use`, possible);
	const evidence = [used, there, countPeers(path), ...describeCore(scene, path)];
	const start = `${path.device} uses ${used.value} of ${there.value} receive queues`;
	return path.peers.length > 1
		? {
				text: `${start}, and ${count(path.peers.length, 'active peer')} share ${now === 1 ? 'it' : 'them'}`,
				evidence,
				severity: isCoreFull(scene, path, held) ? 'limit' : 'hint',
			}
		: {
				text: `${start}; ${explainFew(path)}`,
				evidence,
				severity: 'hint',
			};
}

function explainFew({peers}: Path): string {
	return peers.length === 1
		? 'the one active peer is one flow, so that more queues help only when there are more peers'
		: 'how many peers are active is not known; each is one flow, so that more queues help where there are several';
}

/** Enough queues, but the flows of several peers meet on one: the hash does not tell them apart. */
function describeUneven(scene: Scene, path: Path, now: number, held: boolean): Judgement | undefined {
	const busiest = path.rxQueues[0];
	if (path.peers.length < 2 || now < 2 || busiest === undefined || busiest.share < (held ? 0.85 : 0.95)) {
		return undefined;
	}

	const part = fact(`${path.device}: share of what arrives on queue ${busiest.queue ?? '?'}`, share(busiest.share));
	return {
		text: `${part.value} of what arrives on ${path.device} is on queue ${busiest.queue ?? '?'} of ${now}, although ${count(path.peers.length, 'peer')} are active: their flows meet there`,
		evidence: [
			part,
			fact(`${path.device}: receive queues in use`, now),
			countPeers(path),
			...describeCore(scene, path),
		],
		steps: ['rss-hash'],
		severity: isCoreFull(scene, path, held) ? 'limit' : 'hint',
	};
}

function findCore({rates}: Scene, path: Path) {
	return rates.cpus?.find(({cpu}) => cpu === path.rxQueues[0]?.cpu);
}

function describeCore(scene: Scene, path: Path) {
	const core = findCore(scene, path);
	return core === undefined
		? []
		: [fact(`CPU${core.cpu} %soft`, percent(core.soft)), fact(`CPU${core.cpu} busy`, percent(core.busy))];
}

function isCoreFull(scene: Scene, path: Path, held: boolean): boolean {
	const core = findCore(scene, path);
	return core !== undefined && core.busy >= (held ? 70 : 85) && core.soft + core.irq >= (held ? 40 : 50);
}
