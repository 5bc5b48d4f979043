import {type Host, HostError} from '../host.ts';
import type {Change} from '../model/tuning.ts';
import {survivesRestart} from './journal.ts';
import {journalFile} from './journal-file.ts';
import {toProgramError} from './settings.ts';
import {wordsOf} from './words.ts';

/*
A guard ends with the machine, and so does nearly all that it could put back. What outlasts a restart (NetBird keeps its MTU in
its own configuration) has one for the time after it: a unit of systemd that is there from before the first write until the
transaction is over, and does nothing unless the machine is started anew meanwhile.
*/

export interface BootGuardParts {
	readonly id: string;
	/** The words that start the guard, each path absolute. */
	readonly call: readonly string[];
	/** Where the journal is. */
	readonly folder: string;
}

/** Whether PID 1 is systemd and lives in our namespaces: a unit would act on its network, not on ours. */
export function isSystemdOurs(host: Host): boolean {
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

/** What a restart does to these changes while they wait to be confirmed, where it does not undo them. */
export function describeRestart(changes: readonly Change[], host: Host): string[] {
	if (!changes.some(({setting}) => survivesRestart(setting))) {
		return [];
	}
	return [
		isSystemdOurs(host)
			? 'it outlasts a restart: should the machine be started anew before it is confirmed, a unit of systemd puts it back then'
			: 'it outlasts a restart, and without systemd nobody puts it back then: should the machine be started anew before it is confirmed, run nbtop undo',
	];
}

/** Installs the unit for what outlasts a restart. Throws an `Error` in the machine's own words, with nothing left of it. */
export async function installBootGuard(parts: BootGuardParts, host: Host): Promise<void> {
	const path = unitPath(parts.id);
	try {
		host.saveDurably(path, formatUnit(parts), 0o644);
		const words = ['enable', '--quiet', unitName(parts.id)];
		const output = await host.run('systemctl', words, 30);
		if (output.status !== 0) {
			throw toProgramError(['systemctl', ...words], output);
		}
		// A link that is not on the disk is not there after a reset.
		await host.run('sync', [`${folder}/${target}.wants`], 10);
	} catch (error) {
		await removeBootGuard(parts.id, host);
		throw new Error(`no unit can be installed that would take it back after a restart: ${wordsOf(error)}`);
	}
}

/** Removes the unit, if it is there. One that cannot be removed finds, after the next restart, that nothing is to be done. */
export async function removeBootGuard(id: string, host: Host): Promise<void> {
	const path = unitPath(id);
	try {
		host.readText(path);
		await host.run('systemctl', ['disable', '--quiet', unitName(id)], 30);
		host.remove(path);
		await host.run('systemctl', ['daemon-reload'], 30);
	} catch {
		// It is not there, or the disk is read-only.
	}
}

const folder = '/etc/systemd/system';
const target = 'multi-user.target';

function unitName(id: string): string {
	return `nbtop-restart-${id}.service`;
}

function unitPath(id: string): string {
	return `${folder}/${unitName(id)}`;
}

function formatUnit({id, call, folder: state}: BootGuardParts): string {
	return [
		'# Written by nbtop, which removes it when the change is confirmed or put back.',
		'[Unit]',
		`Description=Puts ${id} of nbtop back, which was not confirmed before the restart`,
		'Wants=network-online.target',
		'After=network-online.target netbird.service',
		`RequiresMountsFor=${quote(state)}`,
		`ConditionPathExists=${escapeSpecifiers(journalFile(state))}`,
		'StartLimitIntervalSec=600',
		'StartLimitBurst=20',
		'',
		'[Service]',
		`ExecStart=${call.map(word => quote(word).replaceAll('$', '$$$$')).join(' ')}`,
		'Restart=on-failure',
		'RestartSec=10s',
		'KillMode=mixed',
		'TimeoutStopSec=300s',
		'OOMScoreAdjust=-900',
		'',
		'[Install]',
		`WantedBy=${target}`,
		'',
	].join('\n');
}

/** One word of a unit's line (systemd.syntax(7), "Quoting"). */
function quote(word: string): string {
	return `"${escapeSpecifiers(word.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"`;
}

function escapeSpecifiers(text: string): string {
	return text.replaceAll('%', '%%');
}
