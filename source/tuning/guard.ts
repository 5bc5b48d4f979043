import type {Lock} from '../host/processes.ts';
import type {Host} from '../host.ts';
import {installBootGuard, isSystemdOurs, removeBootGuard} from './boot-guard.ts';
import {describeElsewhere} from './in-force.ts';
import {survivesRestart, type Transaction} from './journal.ts';
import {type Journal, journalFile} from './journal-file.ts';
import {identifySelf, isAlive} from './processes.ts';
import {isRisky, notBeforeRestart} from './recover.ts';
import {tryAppending} from './restore.ts';
import {revertTransaction} from './revert.ts';
import {takeLock} from './undo.ts';

/*
A guard is a process apart from the screen, the terminal and the connection. It stands ready before the first write, knows
what to put back from the journal alone, and does so unless the transaction is confirmed in time. Where systemd runs, it is
a unit that systemd starts again when it is killed. Elsewhere two watch each other, each of which is enough.
*/

export interface GuardTools {
	readonly host: Host;
	readonly journal: Journal;
	/** The words that start nbtop, each path absolute: `[node, program.cjs]`. */
	readonly program: readonly string[];
}

/**
A guard that does not stand ready within this time is none: twenty seconds, or on a slow machine as much as ten programs
like this one take to start there. Two start at once, and the load that is being tuned takes its share.
*/
function chooseArmSeconds({startSeconds}: Host): number {
	return Math.round(Math.min(120, Math.max(20, 10 * startSeconds)));
}

/**
Starts the guard of a transaction, and returns when it stands ready. Where systemd runs, what would outlast a restart has another
one that would be started after it. Throws an `Error` when none stands ready, or when that one cannot be installed.
*/
export async function armGuard(id: string, tools: GuardTools): Promise<void> {
	const {host, journal} = tools;
	const needsAnother = findTransaction(journal, id)?.changes.some(({setting}) => survivesRestart(setting)) ?? false;
	if (needsAnother && isSystemdOurs(host)) {
		await installBootGuard({id, call: call(id, unitSlot, tools), folder: journal.folder}, host);
	}
	try {
		await startGuard(id, tools);
	} catch (error) {
		await removeBootGuard(id, host);
		throw error;
	}
}

async function startGuard(id: string, tools: GuardTools): Promise<void> {
	const {host, journal} = tools;
	const count = (await startUnit(id, tools)) ? 1 : await startPair(id, tools);
	const armSeconds = chooseArmSeconds(host);
	const end = host.realTime() + armSeconds;
	for (;;) {
		const guards = findTransaction(journal, id)?.guards.filter(({process}) => isAlive(process, host)) ?? [];
		if (guards.length >= count) {
			return;
		}
		if (host.realTime() >= end) {
			if (guards.length > 0) {
				return;
			}
			throw new Error(`the guard did not stand ready within ${armSeconds} s`);
		}
		await host.sleep(0.1);
	}
}

/** The one of systemd's unit; a pair has 1 and 2. */
const unitSlot = 0;

/** False where systemd does not run, or refuses. */
async function startUnit(id: string, tools: GuardTools): Promise<boolean> {
	if (!isSystemdOurs(tools.host)) {
		return false;
	}
	const properties = [
		'Restart=on-failure',
		// Slow enough never to reach the limit of 5 starts in 10 s, after which systemd would give up.
		'RestartSec=3s',
		// On SIGTERM it puts back, with programs of its own that must not be ended under it.
		'KillMode=mixed',
		'TimeoutStopSec=300s',
		'OOMScoreAdjust=-900',
		// The machine that is shut down ends it before what it needs to put back.
		'After=network.target netbird.service',
	].map(property => `--property=${property}`);
	const guard = ['/bin/sh', '-c', whileKnown, journalFile(tools.journal.folder), ...call(id, unitSlot, tools)];
	const names = [`--unit=nbtop-guard-${id}`, `--description=Puts ${id} of nbtop back unless it is confirmed`];
	const words = ['--quiet', '--collect', ...names, ...properties, '--', ...guard];
	const {status} = await tools.host.run('systemd-run', words, 10);
	return status === 0;
}

/** Without a journal there is nothing that a guard which is started again could put back, and no end to starting it. */
const whileKnown = '[ -e "$0" ] || exit 0; exec "$@"';

async function startPair(id: string, tools: GuardTools): Promise<number> {
	for (const slot of [1, 2]) {
		await tools.host.startDetached(call(id, slot, tools));
	}
	return 2;
}

function call(id: string, slot: number, {program, journal}: GuardTools): string[] {
	return [...program, 'guard', id, '--state-dir', journal.folder, '--slot', String(slot)];
}

function findTransaction(journal: Journal, id: string): Transaction | undefined {
	return journal.read().transactions.find(each => each.id === id);
}

export interface GuardDuty {
	readonly id: string;
	/** 0 for the unit of systemd, 1 and 2 for a pair. */
	readonly slot: number;
	/** Aborts when the process is told to end: it puts back first. */
	readonly stop: AbortSignal;
}

/** An apply that takes longer than this hangs: hung drivers and programs have their own, shorter limits. */
const applySeconds = 300;
const pollSeconds = 0.5;

/**
Stands guard until the transaction is over: confirmed, put back by somebody else, or put back here; then nothing has to be done
after a restart either. Throws an `Error` for a transaction that the journal does not know, or that is of another network
namespace. A journal that cannot be written keeps it from nothing: without its line, nothing is applied, and when it is started
again, something has been.
*/
export async function runGuard(duty: GuardDuty, tools: GuardTools): Promise<void> {
	const {host, journal} = tools;
	const {id} = duty;
	const guarded = findTransaction(journal, id);
	if (guarded === undefined) {
		await removeBootGuard(id, host);
		throw new Error(`there is no '${id}' in ${journal.folder}`);
	}
	if (guarded.elsewhere !== undefined) {
		throw new Error(describeElsewhere(guarded));
	}
	await stand(duty, tools);
	const transaction = findTransaction(journal, id);
	// NetBird may have been shut down first: then it is tried again after the restart.
	if (transaction === undefined || !isLeftForRestart(transaction) || transaction.bootId !== journal.bootId) {
		await removeBootGuard(id, host);
	}
}

async function stand(duty: GuardDuty, tools: GuardTools): Promise<void> {
	const {host, journal} = tools;
	const {id, slot, stop} = duty;
	const process = identifySelf(host);
	tryAppending(journal, [{type: 'armed', id, slot, process, by: slot === unitSlot ? 'systemd' : 'pair'}]);
	const partner = createPartner(duty, tools, host.now().monotonic);
	for (;;) {
		const transaction = findTransaction(journal, id);
		if (transaction === undefined || isOver(transaction, journal)) {
			return;
		}
		const reason = stop.aborted ? 'the guard was told to end' : findReason(transaction, tools);
		if (reason !== undefined && (await tryReverting(id, reason, tools))) {
			return;
		}
		await partner.watch(transaction);
		await host.sleep(pollSeconds, stop.aborted ? undefined : stop);
	}
}

function isOver(transaction: Transaction, {bootId}: Journal): boolean {
	const {phase} = transaction;
	return phase === 'kept' || phase === 'gone' || (phase === 'reverted' && !isOwedSinceRestart(transaction, bootId));
}

/** It could not be put back, and a restart does not do so. */
function isLeftForRestart({phase, writes}: Transaction): boolean {
	return phase === 'reverted' && writes.some(({setting}) => survivesRestart(setting));
}

function isOwedSinceRestart(transaction: Transaction, bootId: string): boolean {
	return transaction.bootId !== bootId && isLeftForRestart(transaction);
}

/** Why the transaction is to be put back now. */
function findReason(transaction: Transaction, {host, journal}: GuardTools): string | undefined {
	const {phase, process, opened, deadline = 0, within} = transaction;
	const {monotonic} = host.now();
	// The clock of another boot tells nothing, nor do the numbers of its processes.
	if (transaction.bootId !== journal.bootId) {
		const isBegun = phase === 'reverting' || phase === 'reverted';
		return isBegun ? 'not put back before the machine was started anew' : notBeforeRestart;
	}
	switch (phase) {
		case 'waiting':
			return monotonic >= deadline ? `not confirmed within ${within} s` : undefined;
		case 'applying':
			if (!isAlive(process, host)) {
				return 'nbtop ended before the change was complete';
			}
			return monotonic >= opened.monotonic + applySeconds
				? `the change was not complete after ${applySeconds} s`
				: undefined;
		default:
			return 'who began to put it back did not finish';
	}
}

/** False while somebody else is at it. */
async function tryReverting(id: string, reason: string, {host, journal}: GuardTools): Promise<boolean> {
	const lock = await takeLockAnyway(host, journal);
	try {
		const transaction = findTransaction(journal, id);
		if (transaction === undefined || isOver(transaction, journal)) {
			return true;
		}
		// Between two tries after a restart it is 'reverted'.
		if (lock === 'held' && (transaction.phase === 'reverting' || transaction.phase === 'reverted')) {
			return false;
		}
		await revertPatiently(transaction, reason, {host, journal});
		return true;
	} finally {
		if (lock !== 'held') {
			await lock?.release();
		}
	}
}

/** Seconds that NetBird is given to answer on a machine that has just been started. */
const startingSeconds = 300;

/** Tries once; after a restart, when what it needs may not run yet, again and again for a while. */
async function revertPatiently(
	{id, bootId}: Transaction,
	reason: string,
	{host, journal}: Pick<GuardTools, 'host' | 'journal'>,
): Promise<void> {
	const isStarting = bootId !== journal.bootId && host.now().monotonic < 2 * startingSeconds;
	const end = host.realTime() + (isStarting ? startingSeconds : 0);
	for (;;) {
		const {left} = await revertTransaction(id, reason, {host, journal}, {force: isRisky, isGuard: true});
		if (left.length === 0 || host.realTime() >= end) {
			return;
		}
		await host.sleep(5);
	}
}

/** One that cannot be locked at all is no reason to leave a machine cut off. */
async function takeLockAnyway(host: Host, journal: Journal): Promise<Lock | 'held' | undefined> {
	try {
		return (await takeLock(host, journal)) ?? 'held';
	} catch {
		return undefined;
	}
}

/** Starts the other guard of a pair again when it has died. */
function createPartner({id, slot}: GuardDuty, tools: GuardTools, since: number) {
	const other = slot === 1 ? 2 : 1;
	let waitingSince = since;
	let wasStarted = false;
	return {
		async watch({guards}: Transaction): Promise<void> {
			const {host} = tools;
			const now = host.now().monotonic;
			const partner = guards.find(each => each.slot === other);
			const hasCome = partner !== undefined && (!wasStarted || partner.since > waitingSince);
			const isWell = hasCome ? isAlive(partner.process, host) : now < waitingSince + chooseArmSeconds(host);
			if (slot === unitSlot || isWell) {
				return;
			}
			waitingSince = now;
			wasStarted = true;
			await host.startDetached(call(id, other, tools)).catch(() => {
				// One is enough; it is tried again.
			});
		},
	};
}
