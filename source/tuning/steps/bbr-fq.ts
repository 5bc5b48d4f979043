import {describeRootQdisc, isSetByHand} from '../../derive/root-qdisc.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {TuningStep} from '../../model/tuning.ts';
import {type Leaf, listLeaves, type Part, toPlan} from './common.ts';

const congestionControl = 'net.ipv4.tcp_congestion_control';
const defaultQdisc = 'net.core.default_qdisc';

/** What the kernel or a distribution sets up by itself: nothing is lost with it. */
const replaceable = new Set(['pfifo_fast', 'fq_codel']);

export const bbrFq: TuningStep = {
	id: 'bbr-fq',
	key: '8',
	title: 'Send TCP with BBR, paced by fq',
	why: 'On a long path with some loss CUBIC takes every loss for congestion; BBR measures the path instead.',
	answers: ['tcp-retransmits-without-local-drops', 'qdisc-drops'],
	risk: 'may stall',
	guide:
		'The guide says that BBR needs fq, and sets default_qdisc. BBR paces by itself since Linux 4.13, fq only does it for less work, and the default changes nothing that is there: the live qdiscs are set up anew, one fq for each queue. BBR is no sure gain, so measure it; only new connections use it.',
	effect: {
		counter: 'packets leave through fq',
		seen(_, after) {
			const {qdiscs} = after.readings;
			const fq = listLeaves(after).flatMap(({link}) =>
				(qdiscs?.value ?? []).filter(({device, kind}) => device === link.name && kind === 'fq'),
			);
			return fq.length === 0 ? undefined : fq.some(({packets = 0}) => packets > 0) || undefined;
		},
	},
	plan(situation) {
		const {readings} = situation;
		return toPlan(
			[
				planDefault(readings),
				...listLeaves(situation).map(leaf => planDevice(leaf, readings)),
				planCongestionControl(readings),
			],
			'the sysctls of TCP have not been read yet',
		);
	},
};

function planCongestionControl({sysctls}: Readings): Part {
	if (sysctls === undefined) {
		return {};
	}
	const now = sysctls.value[congestionControl];
	if (now === undefined) {
		return {reason: `${congestionControl} cannot be read here`};
	}
	if (/^bbr\d?$/.test(now)) {
		return {reason: `TCP uses ${now} already`, holds: true};
	}
	const available = sysctls.value['net.ipv4.tcp_available_congestion_control']?.split(' ') ?? [];
	return {
		wishes: [{setting: {kind: 'sysctl', name: congestionControl}, to: 'bbr'}],
		notes: [
			'connections that are open stay with what they began with: only new ones use BBR',
			...(available.includes('bbr')
				? []
				: ['the kernel loads the module tcp_bbr for it, and undoing does not unload it']),
		],
	};
}

function planDefault({sysctls}: Readings): Part {
	if (sysctls === undefined) {
		return {};
	}
	const now = sysctls.value[defaultQdisc];
	if (now === undefined) {
		return {missing: defaultQdisc};
	}
	return now === 'fq'
		? {reason: 'new devices get fq already', holds: true}
		: {wishes: [{setting: {kind: 'sysctl', name: defaultQdisc}, to: 'fq'}]};
}

function planDevice({link}: Leaf, {qdiscs, sysctls}: Readings): Part {
	const device = link.name;
	const now = describeRootQdisc(qdiscs?.value ?? [], device);
	const kinds = now?.split(' ').filter(word => word !== 'mq' && !word.endsWith(':')) ?? [];
	if (kinds.length === 0 || now === undefined || sysctls?.value[defaultQdisc] === undefined) {
		return {};
	}
	if (now === 'noqueue') {
		return {reason: `${device} sends without a qdisc`};
	}
	if (kinds.every(kind => kind === 'fq')) {
		return {reason: `${device} sends through fq already`, holds: true};
	}
	if (isSetByHand(now) || !kinds.every(kind => kind === 'fq' || replaceable.has(kind))) {
		const reason = `the qdisc of ${device} is ${now}, which somebody has chosen`;
		return {reason, notes: [`${reason}: it is left as it is`]};
	}
	const to = now.startsWith('mq') ? 'mq fq' : 'fq';
	return {wishes: [{setting: {kind: 'root-qdisc', device}, to}]};
}
