import {median} from '../../bench/statistics.ts';
import type {Drop, DropLayer, Rates} from '../../model/rates.ts';
import type {Scene} from './scene.ts';

/** Layers in which this host itself loses packets that it had. */
const localLayers: ReadonlySet<DropLayer> = new Set(['nic', 'softnet', 'interface', 'qdisc', 'conntrack']);

/** What this host loses a second. Layers overlap, so that the largest tells more than their sum. */
export function findLocalLoss({drops = []}: Rates): number {
	const sums = new Map<DropLayer, number>();
	for (const {layer, headline, perSecond} of drops) {
		if (headline && localLayers.has(layer)) {
			sums.set(layer, (sums.get(layer) ?? 0) + perSecond);
		}
	}

	return Math.max(0, ...sums.values());
}

/** True where so few packets of the tunnel are lost here that it is no sign of anything. */
export function losesNothing({rates, path}: Scene): boolean {
	return findLocalLoss(rates) <= 1e-4 * (path?.packetsPerSecond ?? 0) + 1;
}

/** True where a rule before this one has found what limits. */
export function isLimited({raised}: Scene): boolean {
	return [...raised.values()].some(({severity}) => severity === 'fault' || severity === 'limit');
}

/** The headline drops of one layer and device. */
export function listDrops({drops = []}: Rates, layer: DropLayer, device?: string): Drop[] {
	return drops.filter(
		drop => drop.layer === layer && drop.headline && (device === undefined || drop.device === device),
	);
}

/** One counter of a machine-wide layer, in the headline or not. */
export function findDrop({drops = []}: Rates, layer: DropLayer, counter: string): Drop | undefined {
	return drops.find(drop => drop.layer === layer && drop.counter === counter);
}

/** How steady a row of numbers is: half of them lie within this share of their median. A few odd ones do not matter. */
export function findSpread(numbers: readonly number[]): number {
	const middle = median(numbers);
	return middle === 0 ? 0 : median(numbers.map(number => Math.abs(number - middle))) / middle;
}
