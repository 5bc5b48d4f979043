import type {TuningStep} from '../model/tuning.ts';
import {backlogBudget} from './steps/backlog-budget.ts';
import {bbrFq} from './steps/bbr-fq.ts';
import {channels} from './steps/channels.ts';
import {irqAffinity} from './steps/irq-affinity.ts';
import {mtu} from './steps/mtu.ts';
import {rings} from './steps/rings.ts';
import {rpsRfs} from './steps/rps-rfs.ts';
import {rssHash} from './steps/rss-hash.ts';
import {socketBuffers} from './steps/socket-buffers.ts';
import {threadedNapi} from './steps/threaded-napi.ts';

/** The tuning steps in the guide's order, each on the key of its number; the last one the guide does not know. */
export const steps: readonly TuningStep[] = [
	channels,
	irqAffinity,
	rpsRfs,
	rssHash,
	backlogBudget,
	rings,
	socketBuffers,
	bbrFq,
	mtu,
	threadedNapi,
];
