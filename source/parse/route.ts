import type {RouteFacts} from '../model/facts.ts';
import {isObject, type JsonObject, omitUnknown, parseJson, readNumber, readObjects, readText} from './json.ts';
import {ParseError} from './parse-error.ts';

const source = 'ip -j route';

/**
Parses `ip -j route get ADDRESS [mark MARK]` or `ip -j route show default` (iproute2 `ip/iproute.c: print_route`).

Of several routes that of the smallest metric counts, and of several next hops the first. `mtu` is that of the route: set
by hand or learnt from the path (`metrics`). Only `endpoint` is known where the list is empty. An IPv4 route through an
IPv6 gateway names it in `via`.
*/
export function parseRoute(text: string, endpoint: string): RouteFacts {
	const value = parseJson(text, source);
	if (!Array.isArray(value)) {
		throw new ParseError(source, 'expected a list', 1);
	}

	const [route] = readObjects(value).sort((a, b) => (readNumber(a.metric) ?? 0) - (readNumber(b.metric) ?? 0));
	return route === undefined ? {endpoint} : {endpoint, ...parseHop(route)};
}

function parseHop(route: JsonObject): Omit<RouteFacts, 'endpoint'> {
	const [nextHop] = readObjects(route.nexthops);
	const {dev, gateway, via} = {...nextHop, ...route};
	const metrics = readObjects(route.metrics);
	return omitUnknown({
		device: readText(dev),
		source: readText(route.prefsrc),
		gateway: readText(gateway) ?? (isObject(via) ? readText(via.host) : undefined),
		mtu: metrics.map(metric => readNumber(metric.mtu)).find(mtu => mtu !== undefined),
	});
}
