import type {IrqbalanceFacts} from '../model/facts.ts';

/** The script of `nbtop persist` that irqbalance asks about each interrupt, once it was started with it. */
export const irqPolicyPath = '/usr/local/sbin/nbtop-irq-policy';

/**
Whether irqbalance was started with that script. It leaves alone what the script says and does not tell of it: its socket names
only what it was told by number (`irqbalance.c: sock_handle`).
*/
export function isToldByScript(facts: IrqbalanceFacts | undefined): boolean {
	return facts?.arguments?.includes(`--policyscript=${irqPolicyPath}`) === true;
}
