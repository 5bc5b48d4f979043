import {type Diagnosis, type FindingsMemory, judgeRules} from './findings/engine.ts';
import {fragmentation} from './findings/fragmentation.ts';
import {relayedPeer} from './findings/relayed-peer.ts';
import type {Rule} from './findings/rule.ts';
import type {Moment} from './findings/scene.ts';
import {softirqPinned} from './findings/softirq-pinned.ts';
import {softnetBacklog} from './findings/softnet-backlog.ts';
import {userspaceWireguard} from './findings/userspace-wireguard.ts';

export {type Diagnosis, type FindingsMemory, initialMemory} from './findings/engine.ts';

/**
Every rule, in the order of causes: first what makes every later figure meaningless, then what loses packets or has nothing
left, then what hints at more, and at the end what says that all is well.
*/
export const rules: readonly Rule[] = [relayedPeer, userspaceWireguard, fragmentation, softnetBacklog, softirqPinned];

/** What is found at one moment, and what the next one needs to know of it. */
export function deriveFindings(moment: Moment, memory: FindingsMemory): Diagnosis {
	return judgeRules(rules, moment, memory);
}
