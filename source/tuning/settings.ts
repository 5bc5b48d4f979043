import type {Host} from '../host.ts';
import type {MachineFacts} from '../model/facts.ts';
import type {Risk, Setting} from '../model/tuning.ts';
import {channels, ring, rssTable, rxFlowHash} from './settings/ethtool.ts';
import {expectOwnNamespace} from './settings/identity.ts';
import {irqbalanceBan} from './settings/irqbalance.ts';
import {irqAffinity, mtu, rpsCpus, rpsFlowCount, sysctl, threadedNapi, xpsCpus} from './settings/knobs.ts';
import {isInForce as isNetbirdMtuInForce, netbirdMtu} from './settings/netbird.ts';
import {rootQdisc} from './settings/qdisc.ts';
import {service} from './settings/service.ts';
import type {SettingKind, SettingOf, WriteOptions} from './settings/setting-kind.ts';

export {disturbs} from './settings/disturbance.ts';
export {compareDevices, followDevice, identifyDevice, resolveSetting} from './settings/identity.ts';
export {SettingError, toProgramError} from './settings/setting-error.ts';

const kinds: {readonly [Kind in Setting['kind']]: SettingKind<SettingOf<Kind>>} = {
	sysctl,
	'irq-affinity': irqAffinity,
	'rps-cpus': rpsCpus,
	'rps-flow-count': rpsFlowCount,
	'xps-cpus': xpsCpus,
	'threaded-napi': threadedNapi,
	mtu,
	'root-qdisc': rootQdisc,
	'rss-table': rssTable,
	channels,
	ring,
	'rx-flow-hash': rxFlowHash,
	'netbird-mtu': netbirdMtu,
	'irqbalance-ban': irqbalanceBan,
	service,
};

/** What a setting is called: `rps_cpus of eth0 rx-0`, `net.core.netdev_budget`. */
export function describeSetting(setting: Setting): string {
	return find(setting).describe(setting);
}

/**
A setting's value as text, in the form in which it is written. Throws an `Error` with the machine's own words and, where
it is known, errno's name as `code`; `EXDEV` where the device that can be seen is not the one on which programs would act.
*/
export function readSetting(setting: Setting, host: Host): Promise<string> {
	return attempt(setting, host, () => find(setting).read(setting, host));
}

/**
Writes a setting. That it returns proves nothing: the kernel rounds and clamps, and ethtool ends with 0 when it was refused,
so read it back. Throws an `Error` with the machine's own words and errno's name as `code`; a part may have happened then
(NetBird down and not up again), so read it back after a failure too.
*/
export function writeSetting(setting: Setting, to: string, host: Host, options?: WriteOptions): Promise<void> {
	return attempt(setting, host, () => find(setting).write(setting, to, host, options));
}

/** Whether a value that was read can be written again: what was set up by hand has more to it than its name. */
export function canBeWritten(setting: Setting, value: string): boolean {
	return find(setting).canBeWritten?.(value) ?? true;
}

/**
Whether two texts are the same value of a setting: masks and lists as sets, flow counts by the power of two to which the
kernel rounds them up, vectors by their numbers. With `facts`, CPUs that RPS drops (offline, isolated) do not count.

Rings and queues are the same only when they are equal, so that what was rounded is reported as what it is.
*/
export function isSameValue(setting: Setting, a: string, b: string, facts?: MachineFacts): boolean {
	return a.trim() === b.trim() || (find(setting).isSame?.(setting, a, b, facts) ?? false);
}

/**
Whether a value that was read is so, and not only written down: NetBird's is read from its configuration, which tells nothing of
its interface.
*/
export async function isInForce(setting: Setting, value: string, host: Host): Promise<boolean> {
	return setting.kind !== 'netbird-mtu' || isNetbirdMtuInForce(value, host);
}

/** The same as one line for a root shell, every word quoted: to be shown and copied, never run. */
export function toShellLine(setting: Setting, to: string): string {
	return find(setting).toShellLine(setting, to);
}

export function riskOf(setting: Setting): Risk {
	return find(setting).risk;
}

function find(setting: Setting): SettingKind {
	return kinds[setting.kind] as SettingKind;
}

/** What is thrown at once is a rejection like any other. */
async function attempt<T>(setting: Setting, host: Host, act: () => Promise<T>): Promise<T> {
	if ('device' in setting) {
		await expectOwnNamespace(setting.device, host);
	}
	return await act();
}
