import type {Rule} from './rule.ts';
import {fact, share} from './words.ts';

/** Azure: packets take the synthetic path through the host's switch, not the virtual function. */
export const vfAbsent: Rule = {
	id: 'vf-absent',
	severity: 'limit',
	needs: ['tunnel', 'links'],
	during: 'traffic',
	rises: 3,
	falls: 8,
	refutedBy: '`ethtool -S` of the interface shows vf_rx_packets and vf_tx_packets growing as fast as all packets',
	steps: [],
	judge({path, rates}, held) {
		const underlay = path?.underlay;
		if (underlay?.driver !== 'hv_netvsc') {
			return undefined;
		}

		const {interface: name} = underlay;
		const function_ = underlay.leaves.find(leaf => leaf !== name);
		if (function_ === undefined) {
			return {
				text: `${name} has no virtual function: every packet takes the synthetic path through the host's switch; turn Accelerated Networking on, or wait where the host is being serviced (its settings are the driver's own again after that)`,
				evidence: [fact(`${name}: driver`, underlay.driver), fact(`${name}: virtual function`, 'none')],
			};
		}

		const sum = (device: string) => (rates.links?.[device]?.rx_packets ?? 0) + (rates.links?.[device]?.tx_packets ?? 0);
		const part = sum(function_) / Math.max(1, sum(name));
		if (rates.links?.[function_] === undefined || part >= (held ? 0.7 : 0.5)) {
			return undefined;
		}

		const carried = fact(`${function_}: share of the packets of ${name}`, share(part));
		return {
			text: `${function_}, the virtual function of ${name}, carries only ${carried.value} of its packets: the others take the synthetic path through the host's switch`,
			evidence: [fact(`${name}: driver`, underlay.driver), carried],
		};
	},
};
