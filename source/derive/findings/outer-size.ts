import {isLoopback} from '../topology.ts';
import {maximumBy} from './cores.ts';
import type {Scene} from './scene.ts';

/** What WireGuard and UDP put around a packet, over IPv4 and over IPv6, in bytes (`drivers/net/wireguard/messages.h`). */
const overIpv4 = 60;
const overIpv6 = 80;

/** The largest outer packet to the peer for which least is left, and what is known to go its way whole. */
export interface OuterSize {
	/** What stands around a packet of the tunnel. */
	readonly headers: number;
	/** With them. */
	readonly bytes: number;
	/** Where it goes out. */
	readonly interface: string;
	/** The MTU of that, or of the route where the kernel has learnt or was told a smaller one. */
	readonly carried: number;
	readonly isLearnt: boolean;
	readonly isWhole: boolean;
}

/**
Undefined where either MTU is not known. Only peers that move something count, and whose packets leave this host; one whose
endpoint is not known may have IPv6.
*/
export function findOuterSize(scene: Scene): OuterSize | undefined {
	const {path, rates} = scene;
	const moving = (rates.peers ?? [])
		.filter(each => each.interface === path?.tunnel.interface)
		.filter(each => (each.rxBytesPerSecond ?? 0) + (each.txBytesPerSecond ?? 0) > 0);
	const endpoints = moving.map(({endpoint}) => endpoint).filter(each => each === undefined || !isLoopback(each));
	const sizes = (endpoints.length === 0 ? [undefined] : endpoints).map(endpoint => measure(scene, endpoint));
	return sizes.includes(undefined)
		? undefined
		: maximumBy(
				sizes.filter(size => size !== undefined),
				({bytes, carried}) => bytes - carried,
			);
}

function measure({path, readings}: Scene, endpoint: string | undefined): OuterSize | undefined {
	const route = readings.routes?.value.find(each => each.endpoint === endpoint);
	const name = route?.device ?? path?.underlay?.interface;
	const link = readings.links?.value.find(each => each.name === name);
	if (name === undefined || link?.mtu === undefined || path?.tunnel.mtu === undefined) {
		return undefined;
	}

	const headers = endpoint === undefined || endpoint.startsWith('[') ? overIpv6 : overIpv4;
	const bytes = path.tunnel.mtu + headers;
	const carried = Math.min(link.mtu, route?.mtu ?? link.mtu);
	return {headers, bytes, interface: name, carried, isLearnt: carried < link.mtu, isWhole: bytes <= carried};
}
