import {saturated} from './cores.ts';
import {listDrops} from './losses.ts';
import type {Rule} from './rule.ts';
import {fact, percent, rate, share} from './words.ts';

/** The device had no free descriptor: its ring is too small for the bursts, or the core of its queue does not keep up. */
export const nicRingOverflow: Rule = {
	id: 'nic-ring-overflow',
	severity: 'fault',
	needs: ['device drops', 'tunnel'],
	during: 'traffic',
	rises: 2,
	falls: 6,
	symptomOf: [
		'irq-pile-up',
		'single-queue',
		'other-traffic',
		'softirq-pinned',
		'wireguard-receive-serial',
		'crypto-bound',
	],
	refutedBy: 'the device’s overflow counters stand still under the same load',
	steps: ['rings'],
	guide:
		'The guide always enlarges the ring, and adds up all that sounds like a drop. A ring takes bursts; where the core is full it only delays the loss.',
	judge({path, rates, readings}, held) {
		const device = path?.device ?? '';
		const drops = listDrops(rates, 'nic', device).filter(({perSecond}) => perSecond > 0);
		const lost = drops.reduce((sum, {perSecond}) => sum + perSecond, 0);
		const received = rates.links?.[device]?.rx_packets ?? 0;
		const part = lost / Math.max(1, lost + received);
		if (lost < 1 || part < (held ? 3e-5 : 1e-4)) {
			return undefined;
		}

		const dropped = fact(`${device}: lost for want of a descriptor`, rate(lost, 'packets'));
		const ratio = fact(`${device}: lost of what came`, share(part));
		const queue = path?.rxQueues[0];
		const core = rates.cpus?.find(({cpu}) => cpu === queue?.cpu);
		const rings = readings.nics?.value.find(nic => nic.device === device)?.rings;
		const ring =
			rings?.current.rx === undefined
				? undefined
				: fact(`${device}: receive ring`, `${rings.current.rx} of ${rings.maximum.rx ?? '?'}`);
		const busy = core && fact(`CPU${core.cpu} busy`, percent(core.busy));
		const size = ring === undefined ? '' : `: its receive ring holds ${ring.value}`;
		const isFull = core !== undefined && core.busy >= saturated.rises;
		const where = busy === undefined ? '' : `; CPU${core?.cpu} of its busiest queue is ${busy.value} busy`;
		return {
			text: `${device} loses ${dropped.value}, ${ratio.value} of what comes, before the kernel sees it${size}${where}${isFull ? ', so that a larger ring only delays it' : ''}`,
			evidence: [
				dropped,
				ratio,
				...(ring ? [ring] : []),
				...(busy ? [busy] : []),
				...drops.map(({counter, perSecond}) => fact(`${device} ${counter}`, rate(perSecond, 'packets'))),
			],
			...(isFull ? {steps: ['irq-affinity', 'rps-rfs']} : {independent: true}),
		};
	},
};
