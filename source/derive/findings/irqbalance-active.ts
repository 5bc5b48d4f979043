import {isToldByScript} from '../irqbalance-script.ts';
import type {Rule} from './rule.ts';
import {fact} from './words.ts';

/** irqbalance looks every ten seconds where interrupts should be: what is pinned by hand does not stay. */
export const irqbalanceActive: Rule = {
	id: 'irqbalance-active',
	severity: 'hint',
	needs: ['queues', 'machine', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: '`pidof irqbalance` finds none, or it was told to leave the device’s interrupts alone',
	steps: ['irq-affinity'],
	guide:
		'The guide stops it for good. That leaves disks and other devices as they are too: tell it to leave the device’s interrupts alone.',
	judge({path, readings}) {
		const irqbalance = readings.machine?.value.irqbalance;
		const {running = false, pid, bannedIrqs = []} = irqbalance ?? {};
		const irqs = (path?.rxQueues ?? []).flatMap(({irq}) => irq ?? []);
		const free = irqs.filter(irq => !bannedIrqs.includes(Number(irq)));
		if (!running || free.length < 2 || isToldByScript(irqbalance)) {
			return undefined;
		}

		const number = fact(`${path?.device}: receive interrupts that it may move`, free.length);
		return {
			text: `irqbalance runs and may move ${number.value} receive interrupts of ${path?.device}: it does not know which core the tunnel works on`,
			evidence: [number, ...(pid === undefined ? [] : [fact('irqbalance: process', pid)])],
		};
	},
};
