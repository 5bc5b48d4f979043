import {tryLine, tryList, tryTarget} from '../../collect/reading.ts';
import type {Host} from '../../host.ts';
import type {DeviceIdentity} from '../../model/journal.ts';
import type {Setting} from '../../model/tuning.ts';
import {checkDevice} from './names.ts';
import {SettingError} from './setting-error.ts';
import type {SettingOf} from './setting-kind.ts';

const deviceFolder = '/sys/class/net';
/** No device, though it lies among them. */
const mastersFile = 'bonding_masters';

/**
The device that a setting belongs to, to be kept beside its prior value; undefined for one that belongs to none (a sysctl, a
service), or whose device is not there.

A device that is made anew has another index. A tunnel's interface has none here: NetBird makes it anew at each start, and
it stays the same tunnel.
*/
export function identifyDevice(setting: Setting, host: Host): DeviceIdentity | undefined {
	const name = findDevice(setting, host);
	return name === undefined ? undefined : readIdentity(name, host);
}

/**
The setting on the device on which it was set, under the name that this has now. The index is a device's own for as long as the
machine runs; its name may be changed, and given to another.
*/
export function followDevice(setting: Setting, {ifindex}: DeviceIdentity, host: Host): Setting {
	if (!('device' in setting) || ifindex === undefined || readIndex(setting.device, host) === ifindex) {
		return setting;
	}
	const name = tryList(host, deviceFolder).find(each => each !== mastersFile && readIndex(each, host) === ifindex);
	return name === undefined ? setting : {...setting, device: name};
}

/** Why the device `now` is not the one it was `then`, in words; undefined when it is, as far as can be told. */
export function compareDevices(then: DeviceIdentity, now: DeviceIdentity | undefined): string | undefined {
	if (now === undefined) {
		return `${then.name} is not there any more`;
	}
	// A bond gives its own address to all of its cards, and an admin any: with the same index it is the same device.
	const isSameIndex = then.ifindex !== undefined && then.ifindex === now.ifindex;
	const signs = isSameIndex ? (['driver', 'bus'] as const) : (['driver', 'bus', 'ifindex', 'mac'] as const);
	const different = signs.find(each => then[each] !== undefined && then[each] !== now[each]);
	return different === undefined
		? undefined
		: `${then.name} is another device now: ${different} ${now[different] ?? 'unknown'} instead of ${then[different]}`;
}

/**
The setting as it is to be found now; undefined when there is nothing left to write to. An interrupt keeps its action names
and its device, and may have another number since; a queue may have gone.
*/
export function resolveSetting(setting: Setting, host: Host): Setting | undefined {
	switch (setting.kind) {
		case 'irq-affinity':
			return findInterrupt(setting, host);
		case 'rps-cpus':
		case 'rps-flow-count':
			return hasQueue(setting, 'rx', host) ? setting : undefined;
		case 'xps-cpus':
			return hasQueue(setting, 'tx', host) ? setting : undefined;
		default:
			return 'device' in setting && readIdentity(setting.device, host) === undefined ? undefined : setting;
	}
}

/**
Throws when `/sys` shows another network namespace's device than the one on which `ethtool`, `tc` and `ip` would act: a
program that has entered a namespace may still see the old one's `/sys` (`nsenter --net`).
*/
export async function expectOwnNamespace(device: string, host: Host): Promise<void> {
	const shown = readIndex(device, host);
	const key = `${device} ${shown}`;
	const proven = ownDevices.get(host) ?? new Set();
	if (proven.has(key)) {
		return;
	}
	if (!isOwnList(host) || (shown !== undefined && !(await isOwnDevice(device, shown, host)))) {
		throw new SettingError(
			`/sys shows ${device} of another network namespace than the one in which nbtop runs: nothing is changed`,
			'EXDEV',
		);
	}
	if (shown === undefined) {
		throw new SettingError(`${device} is not there`, 'ENODEV');
	}
	ownDevices.set(host, proven.add(key));
}

/** What was found to be our own stays so: neither our namespace nor its `/sys` is ever another. */
const ownDevices = new WeakMap<Host, Set<string>>();

/** A device that comes or goes between two looks is no sign of another namespace. */
function isOwnList(host: Host): boolean {
	const list = (): string => [...tryList(host, deviceFolder)].filter(name => name !== mastersFile).join();
	const before = list();
	const own = tryLine(host, '/proc/self/net/dev');
	return own === undefined || own === '' || listNames(own) === before || before !== list();
}

/** `/proc/net/dev` has two lines of titles, and each device's name before a colon. */
function listNames(text: string): string {
	const names = text.split('\n').flatMap(line => /^\s*(\S+):/.exec(line)?.[1] ?? []);
	return names.sort().join();
}

/**
Numbers begin anew in each namespace: a card's address tells more, a tunnel has none. Without an answer it is taken for ours,
for a guard must be able to act on a machine that hangs.
*/
async function isOwnDevice(device: string, shown: number, host: Host): Promise<boolean> {
	const {stdout, status, timedOut} = await host.run('ip', ['-j', 'link', 'show', 'dev', device], 5);
	const ifindex = Number(/"ifindex": *(\d+)/.exec(stdout)?.[1]);
	const address = /"address": *"((?:[\da-f]{2}:)+[\da-f]{2})"/.exec(stdout)?.[1];
	const isSameAddress = address === undefined || address === tryLine(host, `${deviceFolder}/${device}/address`);
	return status === 127 || timedOut === true || (ifindex === shown && isSameAddress);
}

function findDevice(setting: Setting, host: Host): string | undefined {
	if ('device' in setting) {
		return checkDevice(setting.device);
	}
	return setting.kind === 'irq-affinity' ? findOnBus(setting.bus, host) : undefined;
}

/** virtio's interface sits one folder below its PCI function. */
function findOnBus(bus: string | undefined, host: Host): string | undefined {
	if (bus === undefined || !isPciAddress(bus)) {
		return undefined;
	}
	const folder = `/sys/bus/pci/devices/${bus}`;
	const parents = [
		folder,
		...tryList(host, folder)
			.filter(isVirtio)
			.map(name => `${folder}/${name}`),
	];
	return parents.flatMap(parent => tryList(host, `${parent}/net`))[0];
}

function isVirtio(name: string): boolean {
	return /^virtio\d+$/.test(name);
}

function readIndex(name: string, host: Host): number | undefined {
	const ifindex = Number(tryLine(host, `${deviceFolder}/${checkDevice(name)}/ifindex`));
	return ifindex > 0 ? ifindex : undefined;
}

function readIdentity(name: string, host: Host): DeviceIdentity | undefined {
	const folder = `${deviceFolder}/${checkDevice(name)}`;
	const ifindex = readIndex(name, host);
	if (ifindex === undefined) {
		return undefined;
	}
	const mac = tryLine(host, `${folder}/address`);
	const kind = /^DEVTYPE=(.+)$/m.exec(tryLine(host, `${folder}/uevent`) ?? '')?.[1];
	const tun = tryLine(host, `${folder}/tun_flags`) === undefined ? undefined : 'tun';
	const driver = tryTarget(host, `${folder}/device/driver`) ?? kind ?? tun;
	const isTunnel = driver === 'wireguard' || driver === 'tun';
	return {name, ...(!isTunnel && {ifindex}), ...(mac && !isTunnel && {mac}), ...(driver && {driver})};
}

function findInterrupt(setting: SettingOf<'irq-affinity'>, host: Host): Setting | undefined {
	const {bus, actions} = setting;
	const isPci = bus !== undefined && isPciAddress(bus);
	const all = isPci ? listPciInterrupts(bus, host) : tryList(host, '/sys/kernel/irq').map(Number);
	const isMeant = (irq: number): boolean => tryLine(host, `/sys/kernel/irq/${irq}/actions`) === actions;
	const irq = [setting.irq, ...all].find(each => all.includes(each) && isMeant(each));
	return irq === undefined ? undefined : {...setting, irq};
}

function listPciInterrupts(bus: string, host: Host): number[] {
	const folder = `/sys/bus/pci/devices/${bus}`;
	const vectors = tryList(host, `${folder}/msi_irqs`).map(Number);
	const legacy = Number(tryLine(host, `${folder}/irq`));
	return vectors.length === 0 && legacy > 0 ? [legacy] : vectors;
}

function hasQueue(
	{device, queue}: SettingOf<'rps-cpus' | 'rps-flow-count' | 'xps-cpus'>,
	direction: 'rx' | 'tx',
	host: Host,
): boolean {
	return tryList(host, `${deviceFolder}/${checkDevice(device)}/queues`).includes(`${direction}-${queue}`);
}

function isPciAddress(text: string): boolean {
	return /^[\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.[\da-f]$/i.test(text);
}
