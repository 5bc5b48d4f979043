import {describeRssTable} from '../../derive/rss-table.ts';
import type {Host, ProgramOutput} from '../../host.ts';
import type {Channels, Rings} from '../../model/facts.ts';
import type {Setting} from '../../model/tuning.ts';
import {parseChannels, parseRings, parseRss, parseRxFlowHash} from '../../parse/ethtool.ts';
import {checkDevice, checkDigits, isSameNumber, quoteWords} from './names.ts';
import {SettingError, toProgramError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

/*
The settings that ethtool reads and writes. Its exit status proves nothing in either direction (`-N` refused: 0; `-G`
without a change: 80), so a write fails only with a status and words together, and reading back is the proof.
*/

const readSeconds = 5;
/** Making queues anew takes some drivers seconds. */
const writeSeconds = 30;

const channelNames: Readonly<Record<keyof Channels, string>> = {
	rx: 'rx',
	tx: 'tx',
	other: 'other',
	combined: 'combined',
};

const ringNames: Readonly<Record<keyof Rings, string>> = {rx: 'rx', rxMini: 'rx-mini', rxJumbo: 'rx-jumbo', tx: 'tx'};

const channelWriter = writer<SettingOf<'channels'>>(({device, field}, to) => [
	'-L',
	checkDevice(device),
	channelNames[field],
	checkDigits(to),
]);

export const channels: SettingKind<SettingOf<'channels'>> = {
	describe: ({device, field}) => `${channelNames[field]} queues of ${device}`,
	async read({device, field}, host) {
		const {current} = await ask(host, ['-l', checkDevice(device)], parseChannels);
		return expectNumber(current[field], `${device} has no ${channelNames[field]} queues`);
	},
	...channelWriter,
	async write(setting, to, host) {
		try {
			await channelWriter.write(setting, to, host);
		} catch (error) {
			if (!/existing indirection table/.test(String(error))) {
				throw error;
			}
			// A table that was set for more queues is in the way (`net/ethtool/common.c: ethtool_check_max_channel`).
			await rssTable.write({kind: 'rss-table', device: setting.device}, 'default', host);
			await channelWriter.write(setting, to, host);
		}
	},
	isSame: (_, a, b) => isSameNumber(a, b),
	risk: 'may cut the connection',
};

export const ring: SettingKind<SettingOf<'ring'>> = {
	describe: ({device, field}) => `${ringNames[field]} ring of ${device}`,
	async read({device, field}, host) {
		const {current} = await ask(host, ['-g', checkDevice(device)], parseRings);
		return expectNumber(current[field], `${device} has no ${ringNames[field]} ring`);
	},
	...writer(({device, field}, to) => ['-G', checkDevice(device), ringNames[field], checkDigits(to)]),
	isSame: (_, a, b) => isSameNumber(a, b),
	risk: 'may cut the connection',
};

export const rxFlowHash: SettingKind<SettingOf<'rx-flow-hash'>> = {
	describe: ({device, flow}) => `receive hash of ${device} for ${flow}`,
	read: ({device, flow}, host) => ask(host, ['-n', checkDevice(device), 'rx-flow-hash', flow], parseRxFlowHash),
	...writer(({device, flow}, to) => ['-N', checkDevice(device), 'rx-flow-hash', flow, checkHash(to)]),
	isSame: (_, a, b) => sortLetters(a) === sortLetters(b),
	risk: 'may cut the connection',
};

export const rssTable: SettingKind<SettingOf<'rss-table'>> = {
	describe: ({device}) => `RSS table of ${device}`,
	async read({device}, host) {
		const rss = await ask(host, ['-x', checkDevice(device)], parseRss);
		const table = describeRssTable(rss);
		if (table === undefined) {
			throw new SettingError(`${device} has no RSS table`, 'ENOTSUP');
		}
		return table;
	},
	...writer(({device}, to) => ['-X', checkDevice(device), ...checkTable(to)]),
	canBeWritten: isTable,
	risk: 'may cut the connection',
};

function writer<Each extends Setting & {readonly device: string}>(
	toArguments: (setting: Each, to: string) => readonly string[],
) {
	return {
		async write(setting: Each, to: string, host: Host): Promise<void> {
			const args = toArguments(setting, to);
			const output = await host.run('ethtool', args, writeSeconds);
			const words = ['ethtool', ...args];
			if (output.timedOut || output.status === 127 || (output.status !== 0 && !isUnchanged(output))) {
				throw toProgramError(words, output);
			}
		},
		toShellLine: (setting: Each, to: string) => quoteWords(['ethtool', ...toArguments(setting, to)]),
	};
}

/** An ethtool without netlink calls it a failure that there was nothing to change (status 80). */
function isUnchanged({stdout, stderr}: ProgramOutput): boolean {
	return /unmodified, ignoring|no (?:ring|channel) parameters changed/.test(stdout + stderr);
}

async function ask<T>(host: Host, args: readonly string[], parse: (text: string) => T): Promise<T> {
	const output = await host.run('ethtool', args, readSeconds);
	try {
		return parse(output.stdout);
	} catch {
		throw toProgramError(['ethtool', ...args], output);
	}
}

function expectNumber(value: number | undefined, otherwise: string): string {
	if (value === undefined) {
		throw new SettingError(otherwise, 'ENOTSUP');
	}
	return String(value);
}

function checkHash(letters: string): string {
	if (!/^[mvtsdfnelr]{1,10}$/.test(letters)) {
		throw new SettingError(`no hash fields: ${JSON.stringify(letters.slice(0, 20))}`, 'EINVAL');
	}
	return letters;
}

function sortLetters(letters: string): string {
	return [...letters.trim()].sort().join('');
}

function checkTable(text: string): string[] {
	if (!isTable(text)) {
		throw new SettingError(`ethtool cannot set this RSS table: ${text.slice(0, 60)}`, 'EINVAL');
	}
	return text.split(' ');
}

function isTable(text: string): boolean {
	return /^(?:default|equal \d{1,5}(?: start \d{1,5})?|weight(?: \d{1,5})+)$/.test(text);
}
