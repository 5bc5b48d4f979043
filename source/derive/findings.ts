import {atTheCeiling} from './findings/at-the-ceiling.ts';
import {cloudEgressCap} from './findings/cloud-egress-cap.ts';
import {conntrackFull} from './findings/conntrack-full.ts';
import {conntrackInsertFailed} from './findings/conntrack-insert-failed.ts';
import {coreFull} from './findings/core-full.ts';
import {cryptoBound} from './findings/crypto-bound.ts';
import {type Diagnosis, type FindingsMemory, judgeRules} from './findings/engine.ts';
import {figuresSuspect} from './findings/figures-suspect.ts';
import {fragmentation} from './findings/fragmentation.ts';
import {irqPileUp} from './findings/irq-pile-up.ts';
import {irqbalanceActive} from './findings/irqbalance-active.ts';
import {loadGeneratorBound} from './findings/load-generator-bound.ts';
import {mtuBelowPath} from './findings/mtu-below-path.ts';
import {nicRingOverflow} from './findings/nic-ring-overflow.ts';
import {otherTraffic} from './findings/other-traffic.ts';
import {peerHandshakeChurn} from './findings/peer-handshake-churn.ts';
import {peerHandshakeStale} from './findings/peer-handshake-stale.ts';
import {qdiscDrops} from './findings/qdisc-drops.ts';
import {relayedPeer} from './findings/relayed-peer.ts';
import {routingLoop} from './findings/routing-loop.ts';
import type {Rule} from './findings/rule.ts';
import type {Moment} from './findings/scene.ts';
import {singleQueue} from './findings/single-queue.ts';
import {softirqPinned} from './findings/softirq-pinned.ts';
import {softnetBacklog} from './findings/softnet-backlog.ts';
import {softnetSqueeze} from './findings/softnet-squeeze.ts';
import {steal} from './findings/steal.ts';
import {tcpRetransmitsWithoutLocalDrops} from './findings/tcp-retransmits-without-local-drops.ts';
import {udpSocketOverflow} from './findings/udp-socket-overflow.ts';
import {userspaceWireguard} from './findings/userspace-wireguard.ts';
import {vfAbsent} from './findings/vf-absent.ts';
import {wellDistributed} from './findings/well-distributed.ts';
import {windowBound} from './findings/window-bound.ts';
import {wireguardReceiveSerial} from './findings/wireguard-receive-serial.ts';
import {wireguardTransmitSerial} from './findings/wireguard-transmit-serial.ts';

export {type Diagnosis, type FindingsMemory, initialMemory} from './findings/engine.ts';

/**
Every rule, in the order of causes: first what makes every later figure meaningless, then what loses packets or has nothing
left, then what hints at more, and at the end what is said where none of them has anything to say.
*/
export const rules: readonly Rule[] = [
	figuresSuspect,
	relayedPeer,
	userspaceWireguard,
	routingLoop,
	peerHandshakeStale,
	peerHandshakeChurn,
	fragmentation,
	vfAbsent,
	conntrackFull,
	steal,
	loadGeneratorBound,
	cloudEgressCap,
	qdiscDrops,
	softnetBacklog,
	softnetSqueeze,
	nicRingOverflow,
	irqPileUp,
	singleQueue,
	otherTraffic,
	softirqPinned,
	wireguardReceiveSerial,
	wireguardTransmitSerial,
	cryptoBound,
	windowBound,
	tcpRetransmitsWithoutLocalDrops,
	udpSocketOverflow,
	conntrackInsertFailed,
	irqbalanceActive,
	mtuBelowPath,
	atTheCeiling,
	coreFull,
	wellDistributed,
];

/** What is found at one moment, and what the next one needs to know of it. */
export function deriveFindings(moment: Moment, memory: FindingsMemory): Diagnosis {
	return judgeRules(rules, moment, memory);
}
