import type {ThreadRate} from '../../model/rates.ts';
import type {Rule} from './rule.ts';
import {fact, percent, share} from './words.ts';

/**
iperf3 has nothing left of its own core: then the figure is iperf3's, not the tunnel's. Before 3.16 it has one thread for all
streams, after that one for each and one more.
*/
export const loadGeneratorBound: Rule = {
	id: 'load-generator-bound',
	severity: 'limit',
	needs: ['threads'],
	during: 'load',
	rises: 2,
	falls: 5,
	refutedBy: 'two iperf3 at the same time on different ports move no more than this one',
	steps: [],
	guide:
		'The guide calls %usr a rare bottleneck. iperf3 before 3.16 has one thread for all streams, which fills one core first.',
	judge({load, readings, counted}, held) {
		const {generator} = load;
		const possible = counted?.share ?? 1;
		if (
			generator === undefined ||
			generator.usr + generator.sys < (held ? 80 : 90) * countWorkers(generator) * possible
		) {
			return undefined;
		}

		const used = fact(`${generator.name} (${generator.pid}): of one CPU`, percent(generator.usr + generator.sys));
		const own = fact(`${generator.name} (${generator.pid}): in user mode`, percent(generator.usr));
		const had = fact('counted time of all cores', share(possible));
		const limited = possible < 0.95 ? `, where only ${had.value} of the cores' time was there` : '';
		const version = readings.machine?.value.tools.iperf3;
		return {
			text: `${generator.name} itself is at its end: it uses ${used.value} of a core${limited}; run several on different ports, or one of version 3.16 or later with more streams`,
			evidence: [
				used,
				own,
				had,
				fact(`${generator.name} (${generator.pid}): threads`, generator.threads ?? '?'),
				...(version === undefined ? [] : [fact('iperf3: version', version)]),
			],
		};
	},
};

/** Of several threads the times are known only together: all must be at their end. */
function countWorkers({threads = 1}: ThreadRate): number {
	return Math.max(1, threads - 1);
}
