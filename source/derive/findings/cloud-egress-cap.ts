import {median} from '../../bench/statistics.ts';
import type {SocketRate} from '../../model/rates.ts';
import {findSpread, listDrops, losesNothing} from './losses.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, fact, list, percent, rate, share} from './words.ts';

/** Vendors that bound what a VM may send. */
const clouds: ReadonlySet<string> = new Set(['microsoft', 'amazon', 'google']);

/** The cloud lets no more through: by the driver's own count, or as a plateau of what is sent while cores have room. */
export const cloudEgressCap: Rule = {
	id: 'cloud-egress-cap',
	severity: 'limit',
	needs: ['underlay', 'demand', 'cores', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: 'the same VM sends more to another machine, or the VM’s size is allowed more by its data sheet',
	steps: [],
	judge(scene, held) {
		return judgeAllowances(scene, held) ?? judgePlateau(scene, held);
	},
};

/** ena counts the packets that it delayed or dropped because the instance was over its allowance. */
function judgeAllowances({path, rates}: Scene, held: boolean): Judgement | undefined {
	const exceeded = listDrops(rates, 'cloud').filter(({perSecond}) => perSecond > 0);
	const shaped = exceeded.reduce((sum, {perSecond}) => sum + perSecond, 0);
	const {rx_packets = 0, tx_packets = 0} = rates.links?.[path?.underlay?.interface ?? ''] ?? {};
	const part = shaped / Math.max(1, rx_packets + tx_packets);
	if (shaped < 1 || part < (held ? 3e-5 : 1e-4)) {
		return undefined;
	}

	const packets = fact('over the allowance', rate(shaped, 'packets'));
	const ratio = fact('over the allowance, of all packets', share(part));
	const names = list(exceeded.map(({counter}) => counter));
	return {
		text: `the cloud lets no more through: ${packets.value}, ${ratio.value} of all, are over the instance's allowance (${names}); only a larger instance helps`,
		evidence: [packets, ratio, ...exceeded.map(({counter, perSecond}) => fact(counter, rate(perSecond, 'packets')))],
	};
}

/** Points of egress over so many seconds at least. */
const plateauSeconds = 15;

function judgePlateau(scene: Scene, held: boolean): Judgement | undefined {
	const {path, rates, readings, egress} = scene;
	const points = egress.slice(-20).map(({bytesPerSecond}) => bytesPerSecond);
	const lasted = (egress.at(-1)?.at ?? 0) - (egress.at(-points.length)?.at ?? 0);
	const hottest = Math.max(...(rates.cpus ?? []).map(({busy}) => busy));
	const sending = (rates.sockets ?? []).filter(({sent}) => sent * 8 > 1e6);
	const isPlateau =
		path?.direction === 'out' &&
		clouds.has(readings.machine?.value.virtualization ?? '') &&
		lasted >= plateauSeconds &&
		median(points) * 8 >= 200e6 &&
		findSpread(points) <= (held ? 0.04 : 0.02) &&
		hottest < 80 &&
		losesNothing(scene) &&
		sending.length > 0 &&
		sending.every(wantsMore);
	if (!isPlateau || path?.underlay === undefined) {
		return undefined;
	}

	const {interface: name} = path.underlay;
	const sent = fact(`${name} sent, median of the last ${points.length} ticks`, bits(median(points)));
	const steady = fact(`${name} sent: half of the ticks are within`, share(findSpread(points)));
	const core = fact('the hottest core, busy', percent(hottest));
	return {
		text: `${name} sends a steady ${sent.value} (half of the time within ${steady.value}) while no core is above ${core.value}, nothing is dropped here and TCP wants to send more: that is what the VM's size may send, by all interfaces together`,
		evidence: [sent, steady, core],
	};
}

/** Something to send nearly all the time, and no window or buffer in the way. */
function wantsMore({busy, windowLimited, bufferLimited, socket}: SocketRate): boolean {
	return busy >= 0.8 && windowLimited < 0.3 && bufferLimited < 0.3 && socket.applicationLimited !== true;
}
