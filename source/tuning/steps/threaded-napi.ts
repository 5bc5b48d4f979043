import type {LinkFacts} from '../../model/facts.ts';
import type {Tunnel} from '../../model/topology.ts';
import type {Situation, TuningStep} from '../../model/tuning.ts';
import {listTunnels, noTunnel, type Part, toPlan} from './common.ts';

export const threadedNapi: TuningStep = {
	id: 'threaded-napi',
	key: '0',
	title: 'Let threads receive for the tunnel',
	why: 'The in-order stage of every peer runs in softirq, and those of several peers may pile up on one core: a thread of its own can be moved.',
	answers: ['wireguard-receive-serial'],
	risk: 'may stall',
	guide:
		'The guide does not know this one. WireGuard does it by itself since Linux 6.16; before, it is worth most with several busy peers, and its work is then shown as %sys of napi/ threads.',
	effect: {
		counter: 'napi/ threads of the tunnel work',
		seen(_, after) {
			const names = after.topology.tunnels.map(each => `napi/${each.interface}-`);
			const threads = (after.rates.threads ?? []).filter(({name}) => names.some(each => name.startsWith(each)));
			const isBusy = threads.some(({usr, sys}) => usr + sys > 0);
			// Idle threads tell nothing; that there are none while others are seen does.
			return isBusy || (threads.length > 0 || after.rates.threads === undefined ? undefined : false);
		},
	},
	plan(situation) {
		return toPlan(
			listTunnels(situation).map(({tunnel, link}) => planTunnel(tunnel, link, situation)),
			noTunnel,
		);
	},
};

function planTunnel({interface: name, kind}: Tunnel, {threaded}: LinkFacts, {readings}: Situation): Part {
	if (kind === 'userspace') {
		return {reason: `${name} is a tunnel in userspace: it has no NAPI of WireGuard`};
	}
	if (threaded === undefined) {
		return {reason: `${name} has no threaded NAPI (it needs Linux 5.12)`};
	}
	if (threaded) {
		return {reason: `${name} receives with threads already`, holds: true};
	}
	const peers = readings.wireguard?.value.find(each => each.interface === name)?.peers;
	// Each peer has a NAPI of its own: without any, the kernel answers EOPNOTSUPP.
	return peers?.length === 0
		? {reason: `${name} has no peer, and so no NAPI to give a thread`}
		: {wishes: [{setting: {kind: 'threaded-napi', device: name}, to: '1'}]};
}
