import type {Iperf3Run} from './iperf3.ts';

/**
Why the figures of a run must not be used, from its document alone: it failed, it measured for another time than asked
(more than 5 % off: a starved machine), or it moved nothing.
*/
export function describeInvalid(run: Omit<Iperf3Run, 'invalid'>): string[] {
	if (run.error !== undefined) {
		return [run.error];
	}

	return [describeDuration(run), describeEmpty(run)].filter(reason => reason !== undefined);
}

function describeDuration({seconds, duration}: Omit<Iperf3Run, 'invalid'>): string | undefined {
	if (seconds === undefined || duration === undefined || Math.abs(seconds / duration - 1) <= 0.05) {
		return;
	}

	return `measured ${seconds.toFixed(2)} s instead of ${duration} s`;
}

/** A server that sent was never told what arrived. */
function describeEmpty({goodput, protocol, role, reverse}: Omit<Iperf3Run, 'invalid'>): string | undefined {
	if (goodput === undefined && role === 'server' && reverse) {
		return;
	}

	if (goodput === undefined) {
		return protocol === undefined ? 'it holds no figures' : `nothing tells how much ${protocol} arrived`;
	}

	return goodput === 0 ? 'nothing arrived' : undefined;
}
