import type {Lock} from '../host/processes.ts';
import {type Host, HostError} from '../host.ts';
import {describeElsewhere, type Transaction} from './journal.ts';
import {type Journal, journalFile} from './journal-file.ts';
import {identifySelf, isAlive} from './processes.ts';
import {isRisky} from './recover.ts';
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

/** Starts the guard of a transaction, and returns when it stands ready. Throws an `Error` when none does. */
export async function armGuard(id: string, tools: GuardTools): Promise<void> {
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
	].map(property => `--property=${property}`);
	const guard = ['/bin/sh', '-c', whileKnown, journalFile(tools.journal.folder), ...call(id, unitSlot, tools)];
	const names = [`--unit=nbtop-guard-${id}`, `--description=Puts ${id} of nbtop back unless it is confirmed`];
	const words = ['--quiet', '--collect', ...names, ...properties, '--', ...guard];
	const {status} = await tools.host.run('systemd-run', words, 10);
	return status === 0;
}

/** Without a journal there is nothing that a guard which is started again could put back, and no end to starting it. */
const whileKnown = '[ -e "$0" ] || exit 0; exec "$@"';

/** Whether PID 1 is systemd and lives in our namespaces: a unit would act on its network, not on ours. */
function isSystemdOurs(host: Host): boolean {
	try {
		host.list('/run/systemd/system');
		return ['net', 'mnt', 'pid'].every(
			name => host.readLink(`/proc/self/ns/${name}`) === host.readLink(`/proc/1/ns/${name}`),
		);
	} catch (error) {
		if (error instanceof HostError) {
			return false;
		}
		throw error;
	}
}

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
Stands guard until the transaction is over: confirmed, put back by somebody else, or put back here. Throws an `Error` for a
transaction that the journal does not know, or that is of another network namespace. A journal that cannot be written keeps it from nothing: without its line, nothing
is applied, and when it is started again, something has been.
*/
export async function runGuard(duty: GuardDuty, tools: GuardTools): Promise<void> {
	const {host, journal} = tools;
	const {id, slot, stop} = duty;
	const guarded = findTransaction(journal, id);
	if (guarded === undefined) {
		throw new Error(`there is no '${id}' in ${journal.folder}`);
	}
	if (guarded.elsewhere !== undefined) {
		throw new Error(describeElsewhere(guarded));
	}
	const process = identifySelf(host);
	tryAppending(journal, [{type: 'armed', id, slot, process, by: slot === unitSlot ? 'systemd' : 'pair'}]);
	const partner = createPartner(duty, tools, host.now().monotonic);
	for (;;) {
		const transaction = findTransaction(journal, id);
		if (transaction === undefined || isOver(transaction)) {
			return;
		}
		const reason = stop.aborted ? 'the guard was told to end' : findReason(transaction, host);
		if (reason !== undefined && (await tryReverting(id, reason, tools))) {
			return;
		}
		await partner.watch(transaction);
		await host.sleep(pollSeconds, stop.aborted ? undefined : stop);
	}
}

function isOver({phase}: Transaction): boolean {
	return phase === 'kept' || phase === 'reverted' || phase === 'gone';
}

/** Why the transaction is to be put back now. */
function findReason({phase, process, opened, deadline = 0, within}: Transaction, host: Host): string | undefined {
	const {monotonic} = host.now();
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
		if (transaction === undefined || isOver(transaction)) {
			return true;
		}
		if (lock === 'held' && transaction.phase === 'reverting') {
			return false;
		}
		await revertTransaction(id, reason, {host, journal}, isRisky);
		return true;
	} finally {
		if (lock !== 'held') {
			await lock?.release();
		}
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
