import type {Finding, Verdict} from '../../model/findings.ts';
import {describeNoTunnel} from '../no-tunnel.ts';
import {describeParts} from './composition.ts';
import {maximumBy, saturated} from './cores.ts';
import type {Scene} from './scene.ts';
import {bits, percent} from './words.ts';

/**
The one thing to say: of the findings that no other explains the first fault, in the order of causes, and where there is none the
first limit: what loses packets is to be mended before what could be faster. Without load only a fault counts, since the other findings tell nothing then; where other traffic fills a core, that is worth more
than to be told to start iperf3. `unlimited`: what is said under load when nothing is found; absent without load.
*/
export function chooseVerdict(findings: readonly Finding[], scene: Scene, unlimited: Verdict | undefined): Verdict {
	const causes = findings.filter(({cause}) => cause === undefined);
	const worst =
		causes.find(({severity}) => severity === 'fault') ??
		(unlimited === undefined ? undefined : causes.find(({severity}) => severity === 'limit'));
	if (worst !== undefined) {
		return toVerdict(worst);
	}

	if (scene.rates.cpus === undefined && scene.rates.links === undefined) {
		return {id: 'measuring', severity: 'fine', text: 'measuring: rates come with the second reading', steps: []};
	}

	if (unlimited === undefined) {
		const others = causes.find(({id}) => id === 'other-traffic');
		return others === undefined ? describeRest(scene) : toVerdict(others);
	}

	// With a core that is full nothing is fine, though it may not be what limits.
	const rest = causes.find(({id}) => id === 'core-full') ?? causes.find(({severity}) => severity === 'fine');
	return rest === undefined ? unlimited : toVerdict(rest);
}

function toVerdict({id, severity, text, steps, heldFor}: Finding): Verdict {
	return {id, severity, text, steps, ...(heldFor !== undefined && {heldFor})};
}

function describeRest({path, topology, readings}: Scene): Verdict {
	if (topology.tunnels.length === 0) {
		return {id: 'no-tunnel', severity: 'hint', text: describeNoTunnel(topology, readings), steps: []};
	}

	const moved = path === undefined ? '' : ` (${path.tunnel.interface} moves ${bits(path.bytesPerSecond)})`;
	return {id: 'idle', severity: 'fine', text: `no load on the tunnel: start iperf3${moved}`, steps: []};
}

/**
Nothing is saturated and nothing well spread: what sets the rate is not to be seen from here. `isBlind`: some rules lack what
they need. A full core is something at its limit, whatever it does there: until several ticks agree it is only told.
*/
export function describeNoLimit({path, rates}: Scene, isBlind: boolean): Verdict {
	const hottest = maximumBy(rates.cpus ?? [], ({busy}) => busy);
	const core = hottest === undefined ? '' : `: the hottest core, CPU${hottest.cpu}, is ${percent(hottest.busy)} busy`;
	if (hottest !== undefined && hottest.busy >= saturated.rises) {
		const parts = describeParts(`CPU${hottest.cpu}`, hottest);
		return {id: 'no-limit-here', severity: 'hint', text: `no limit is named yet${core}, ${parts}`, steps: []};
	}

	const what = path === undefined ? 'the rate' : `the ${bits(path.bytesPerSecond)} of ${path.tunnel.interface}`;
	const text = isBlind
		? `no limit is found, but not all can be judged here (nbtop diagnose --explain)${core}`
		: `nothing on this host is at its limit${core}; the other end, the path or a window sets ${what}`;
	return {id: 'no-limit-here', severity: 'fine', text, steps: []};
}
