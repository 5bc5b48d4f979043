import type {Rule} from './rule.ts';
import {bits, fact} from './words.ts';

/**
The tunnel's outer packets are routed into the tunnel again: it sends far more than what carries it. Each outer packet is
larger than the inner one, so that otherwise it is the other way about.
*/
export const routingLoop: Rule = {
	id: 'routing-loop',
	severity: 'fault',
	needs: ['tunnel'],
	during: 'traffic',
	rises: 3,
	falls: 5,
	refutedBy: '`ip route get ENDPOINT mark FWMARK` names another interface than the tunnel for every peer',
	steps: [],
	judge({path, rates, readings, topology}, held) {
		if (path === undefined || path.peers.some(({connection}) => connection === 'relayed')) {
			return undefined;
		}

		const {interface: name} = path.tunnel;
		const endpoints = new Set(path.peers.map(({endpoint}) => endpoint));
		const looped = readings.routes?.value.find(({device, endpoint}) => device === name && endpoints.has(endpoint));
		const carriers = topology.underlays.flatMap(each => rates.links?.[each.interface]?.tx_bytes ?? []);
		const carried = carriers.reduce((sum, bytes) => sum + bytes, 0);
		const sent = rates.links?.[name]?.tx_bytes ?? 0;
		const isKnown = looped !== undefined || carriers.length > 0;
		if (!isKnown || sent * 8 < 10e6 || sent < (held ? 1.5 : 2) * carried) {
			return undefined;
		}

		const inner = fact(`${name} sent`, bits(sent));
		const outer = carriers.length === 0 ? undefined : fact('the interfaces under it sent', bits(carried));
		return {
			text: [
				`${name} sends ${inner.value}`,
				outer && `, the interfaces that carry it ${outer.value}`,
				looped && `; the route to ${looped.endpoint} leads into ${name} itself`,
				': its own packets are routed into it again',
			].join(''),
			evidence: [inner, ...(outer ? [outer] : []), ...(looped ? [fact(`route to ${looped.endpoint}`, name)] : [])],
		};
	},
};
