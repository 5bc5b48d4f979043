import type {Qdisc} from '../../model/counters.ts';
import type {Rates} from '../../model/rates.ts';
import {subtractCounter32} from '../counters.ts';
import {maximumBy} from './cores.ts';
import {listDrops} from './losses.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, rate, share} from './words.ts';

/** Queues that hold back or drop on purpose, because they were told a rate or a loss. */
const shapers: ReadonlySet<string> = new Set(['tbf', 'htb', 'hfsc', 'cake', 'netem', 'cbs', 'etf', 'taprio']);

/**
The queue in front of the driver is full, or was told a rate. TCP makes a few drops by itself: that is how it finds its rate.
The kernel's own TCP waits for a shaper without any drop, and then only `overlimits` tells of it.
*/
export const qdiscDrops: Rule = {
	id: 'qdisc-drops',
	severity: 'limit',
	needs: ['qdiscs', 'tunnel'],
	during: 'traffic',
	rises: 2,
	falls: 10,
	refutedBy: 'dropped and overlimits in `tc -s qdisc` stand still under the same load',
	steps: ['bbr-fq'],
	guide: 'The guide looks for them in the interface’s tx_dropped. They are in `tc -s qdisc` alone.',
	judge(scene, held) {
		return judgeDrops(scene, held) ?? judgeShaper(scene, held);
	},
};

function judgeDrops({rates, topology}: Scene, held: boolean): Judgement | undefined {
	const drops = topology.pathDevices.flatMap(device => listDrops(rates, 'qdisc', device));
	const worst = maximumBy(
		drops.filter(({perSecond}) => perSecond > 0),
		({perSecond}) => perSecond,
	);
	const device = worst?.device ?? '';
	const sent = sentBy(rates, device);
	const part = (worst?.perSecond ?? 0) / Math.max(1, (worst?.perSecond ?? 0) + sent);
	if (worst === undefined || worst.perSecond < 5 || part < (held ? 3e-4 : 1e-3)) {
		return undefined;
	}

	const kind = worst.counter.split('.')[0] ?? '';
	const lost = fact(`${device} ${worst.counter}`, rate(worst.perSecond, 'packets'));
	const ratio = fact(`${device}: dropped by ${kind} of what it was given`, share(part));
	const why = shapers.has(kind) ? 'it was told to' : 'more is sent than the device takes, or its limit is small';
	return {
		text: `the ${kind} queue in front of ${device} drops ${lost.value}, ${ratio.value} of what it is given: ${why}`,
		evidence: [lost, ratio, fact(`${device} sent`, rate(sent, 'packets'))],
		...(shapers.has(kind) && {steps: []}),
	};
}

/** Packets that had to wait, of all that were sent (`tbf`, `htb`: one count for each time that the rate was used up). */
function judgeShaper({rates, readings, previous, topology}: Scene, held: boolean): Judgement | undefined {
	const seconds = (readings.qdiscs?.at ?? 0) - (previous.qdiscs?.at ?? 0);
	const isShaper = ({root, device, kind}: Qdisc) => root && shapers.has(kind) && topology.pathDevices.includes(device);
	const waits = (readings.qdiscs?.value ?? []).filter(isShaper).map(qdisc => {
		const before = previous.qdiscs?.value.find(
			each => isShaper(each) && each.device === qdisc.device && each.handle === qdisc.handle,
		);
		const delta = subtractCounter32(before?.overlimits ?? 0, qdisc.overlimits ?? 0, 1e7, seconds);
		return {qdisc, perSecond: before === undefined || seconds <= 0 ? 0 : (delta ?? 0) / seconds};
	});
	const worst = maximumBy(waits, ({perSecond}) => perSecond);
	const sent = sentBy(rates, worst?.qdisc.device ?? '');
	const part = (worst?.perSecond ?? 0) / Math.max(1, sent);
	if (worst === undefined || worst.perSecond < 20 || part < (held ? 0.05 : 0.2)) {
		return undefined;
	}

	const {device, kind} = worst.qdisc;
	const waited = fact(`${device} ${kind}.overlimits`, rate(worst.perSecond, 'waits'));
	const ratio = fact(`${device}: waits for each packet that it sent`, share(part));
	const packets = fact(`${device} sent`, rate(sent, 'packets'));
	return {
		text: `the ${kind} queue in front of ${device} holds packets back: ${waited.value} for ${packets.value}; it was told a rate, and drops nothing because TCP waits for it`,
		evidence: [waited, ratio, packets],
		steps: [],
	};
}

function sentBy({links}: Rates, device: string): number {
	return links?.[device]?.tx_packets ?? 0;
}
