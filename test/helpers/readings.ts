import type {InterruptRow, WireGuardInterface} from '../../source/model/counters.ts';
import type {LinkFacts, RouteFacts} from '../../source/model/facts.ts';
import type {Reading, Readings} from '../../source/model/snapshot.ts';

/** A reading at a time in seconds. */
export function at<T>(seconds: number, value: T): Reading<T> {
	return {at: seconds, value};
}

/** One interface, with nothing but its name and what is given. */
export function makeLink(name: string, facts: Partial<LinkFacts> = {}): LinkFacts {
	return {name, ifindex: 1, lowers: [], msiIrqs: [], rxQueues: [], txQueues: [], ...facts};
}

/** One numbered row of `/proc/interrupts`, as x86 prints it since Linux 6.2. */
export function makeInterrupt(irq: number, actions: string, chip = 'PCI-MSI'): InterruptRow {
	return {irq: String(irq), counts: [0], description: `${chip}   1-edge      ${actions}`, actions};
}

export interface MachineParts {
	readonly links?: readonly LinkFacts[];
	readonly wireguard?: readonly WireGuardInterface[];
	readonly routes?: readonly RouteFacts[];
	readonly interrupts?: readonly InterruptRow[];
}

/** Readings of a machine that has the given parts. */
export function makeReadings({links, wireguard, routes, interrupts}: MachineParts): Readings {
	return {
		...(links && {links: at(1, links)}),
		...(wireguard && {wireguard: at(1, wireguard)}),
		...(routes && {routes: at(1, routes)}),
		...(interrupts && {interrupts: at(1, {cpus: [0], rows: interrupts})}),
	};
}
