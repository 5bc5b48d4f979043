import type {TuningStep} from '../../model/tuning.ts';
import {isSynthetic, type Leaf, listLeaves, noUnderlay, type Part, toPlan} from './common.ts';
import {hasTraffic, seesFall, sumDrops} from './effects.ts';

/** Beyond this a ring no longer fits the cache, and what waits in it is late. */
const enough = 4096;

export const rings: TuningStep = {
	id: 'rings',
	key: '6',
	title: 'Enlarge the NIC’s receive ring',
	why: 'A burst that the ring cannot hold is lost before the kernel sees it.',
	answers: ['nic-ring-overflow'],
	risk: 'may cut the connection',
	guide:
		'The guide sets both rings to 4096: beyond the NIC’s maximum that is refused as a whole, and a long send ring only makes packets late. Here the receive ring alone grows, up to its maximum. Where the queue’s core is busy all the time no ring is long enough.',
	effect: {
		counter: 'losses at the NIC become fewer',
		seen(before, after) {
			const isLoss = ({layer, headline}: {readonly layer: string; readonly headline: boolean}): boolean =>
				layer === 'nic' && headline;
			return hasTraffic(after) ? seesFall(sumDrops(before, isLoss), sumDrops(after, isLoss)) : undefined;
		},
	},
	plan(situation) {
		return toPlan(listLeaves(situation).map(planDevice), noUnderlay);
	},
};

function planDevice({link, nic}: Leaf): Part {
	const device = link.name;
	if (isSynthetic(link)) {
		return {reason: `${device} has no VF now: the rings of hv_netvsc are buffers shared with the host`};
	}
	const {maximum, current} = nic?.rings ?? {};
	if (maximum?.rx === undefined || current?.rx === undefined) {
		return {reason: `${device} has no receive ring that can be set`};
	}
	const target = Math.min(maximum.rx, enough);
	if (current.rx >= target) {
		return {
			reason:
				current.rx >= maximum.rx
					? `the receive ring of ${device} is already ${current.rx}, its maximum`
					: `the receive ring of ${device} is already ${current.rx}`,
			holds: true,
		};
	}
	return {
		wishes: [{setting: {kind: 'ring', device, field: 'rx'}, to: String(target)}],
		notes: [`${device} may stop for a moment (on virtio about 0.1 s) while its rings are made anew`],
	};
}
