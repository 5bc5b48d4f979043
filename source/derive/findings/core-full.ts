import type {Evidence} from '../../model/findings.ts';
import type {CpuRates} from '../../model/rates.ts';
import {type CpuParts, describeParts, quoteParts, splitBusy} from './composition.ts';
import {busyOfOthers, maximumBy, saturated} from './cores.ts';
import {isLimited} from './losses.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {bits, fact, percent, share} from './words.ts';

/**
A core has nothing left, and no rule before this one names what of it is the tunnel's: it is said at least what fills it. All
cores full, or soft interrupts, hold the tunnel up whoever it is. A program on one core does only where the tunnel's bytes wait for
it; else the scheduler gives the tunnel's work another core, and it is a hint.
*/
export const coreFull: Rule = {
	id: 'core-full',
	severity: 'limit',
	needs: ['cores', 'tunnel'],
	during: 'load',
	rises: 4,
	falls: 8,
	symptomOf: [
		...['userspace-wireguard', 'steal', 'load-generator-bound', 'softnet-backlog', 'softnet-squeeze', 'irq-pile-up'],
		...['single-queue', 'other-traffic', 'softirq-pinned', 'wireguard-receive-serial', 'wireguard-transmit-serial'],
		...['crypto-bound', 'at-the-ceiling'],
	],
	refutedBy: 'with that core less busy the rate stays as it is',
	steps: [],
	guide:
		'The guide calls %usr a rare bottleneck. On a small machine it is a usual one: what ends the connections is a program.',
	judge(scene, held) {
		const cores = scene.rates.cpus ?? [];
		const {all} = scene.rates;
		const hottest = maximumBy(cores, ({busy}) => busy);
		if (hottest === undefined || all === undefined || hottest.busy < threshold(held) || isLimited(scene)) {
			return undefined;
		}

		const least = Math.min(...cores.map(({busy}) => busy));
		return least >= (held ? 70 : 80) ? describeAll(scene, all) : describeOne(scene, hottest);
	},
};

function threshold(held: boolean): number {
	return held ? saturated.holds : saturated.rises;
}

function describeAll(scene: Scene, all: CpuParts): Judgement {
	const number = scene.rates.cpus?.length ?? 0;
	const busy = fact('all cores busy', percent(splitBusy(all).busy));
	const moved = describeRate(scene);
	const who = number === 1 ? 'the only core is' : `all ${number} cores are`;
	const programs = `programs have most of the time that ${scene.path?.tunnel.interface} needs for its ${moved.value}; top shows which`;
	return {
		text: `${who} ${busy.value} busy, ${describeParts('all cores', all)}: ${isOfPrograms(all) ? programs : noName(scene)}`,
		evidence: [busy, ...quoteParts('all cores', all), fact('cores', number), moved],
	};
}

function describeOne(scene: Scene, core: CpuRates): Judgement {
	const name = `CPU${core.cpu}`;
	const busy = fact(`${name} busy`, percent(core.busy));
	const rest = fact(
		`the other cores, mean busy without ${name}`,
		percent(busyOfOthers(scene.rates.cpus ?? [], core.cpu)),
	);
	const unread = isOfPrograms(core) ? findUnread(scene) : undefined;
	const why = isOfPrograms(core) ? describePrograms(scene, unread) : noName(scene);
	return {
		text: `${name} is ${busy.value} busy, ${describeParts(name, core)}, and the others are ${rest.value} busy on average: ${why}`,
		evidence: [busy, ...quoteParts(name, core), rest, describeRate(scene), ...(unread ? [unread] : [])],
		severity: unread !== undefined || isOfInterrupts(core) ? 'limit' : 'hint',
	};
}

function describePrograms({path}: Scene, unread: Evidence | undefined): string {
	const tunnel = path?.tunnel.interface;
	return unread === undefined
		? `programs have it; where a thread of theirs ends ${tunnel}'s connections, it has no more to give`
		: `programs have it, and ${unread.value} of ${tunnel}'s bytes come for connections that a program here does not read fast enough`;
}

/** How much of the tunnel's bytes waits in sockets for a program on this host, where that is most of them. */
function findUnread({path, rates}: Scene): Evidence | undefined {
	const waiting = (rates.sockets ?? []).filter(
		({socket}) => socket.receiveWindow !== undefined && socket.receiveQueue >= socket.receiveWindow / 4,
	);
	const received = waiting.reduce((sum, each) => sum + each.received, 0);
	const part = Math.min(1, received / Math.max(1, path?.bytesPerSecond ?? 0));
	return part < 0.5 ? undefined : fact(`${path?.tunnel.interface}: bytes that wait for a program`, share(part));
}

function isOfInterrupts(parts: CpuParts): boolean {
	const {interrupts, busy} = splitBusy(parts);
	return interrupts >= busy / 2;
}

function isOfPrograms(parts: CpuParts): boolean {
	const {user, busy} = splitBusy(parts);
	return user >= busy / 2;
}

function noName({path}: Scene): string {
	return `no rule names what of it is the work of ${path?.tunnel.interface}`;
}

function describeRate({path}: Scene) {
	return fact(`${path?.tunnel.interface}: both ways`, bits(path?.bytesPerSecond ?? 0));
}
