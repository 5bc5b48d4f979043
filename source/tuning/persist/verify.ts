import {irqPolicyPath, isToldByScript} from '../../derive/irqbalance-script.ts';
import type {Host} from '../../host.ts';
import type {LinkFacts, MachineFacts} from '../../model/facts.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {Setting} from '../../model/tuning.ts';
import {describeSetting, isSameValue, readSetting} from '../settings.ts';
import {wordsOf} from '../words.ts';
import {toIrqKey, type Wanted, type WantedDevice} from './wanted.ts';

/** How one wanted value stands. */
export interface Standing {
	readonly label: string;
	readonly wanted: string;
	/** Absent: it cannot be read now. */
	readonly live?: string;
	readonly holds: boolean;
	/** Who made it another, as far as can be told, or why it cannot be read. */
	readonly cause?: string;
}

/** Compares what is wanted with what is, on the devices as they are found now. Never throws. */
export async function verifyWanted(wanted: readonly Wanted[], readings: Readings, host: Host): Promise<Standing[]> {
	const standings: Standing[] = [];
	for (const wish of wanted) {
		standings.push(await verifyOne(wish, readings, host));
	}
	return standings;
}

async function verifyOne(wish: Wanted, readings: Readings, host: Host): Promise<Standing> {
	const base = {label: describeSetting(wish.setting), wanted: wish.value};
	const setting = findNow(wish, readings);
	if (wish.setting.kind === 'irqbalance-ban' && isToldByScript(readings.machine?.value.irqbalance)) {
		// The numbers of an earlier start would be wrong, too.
		return {...base, live: `what ${irqPolicyPath} tells it`, holds: true};
	}
	if (setting === undefined) {
		return {...base, holds: false, cause: `${wish.device?.name} is not there now, or not with this part`};
	}
	try {
		const live = await readSetting(setting, host);
		const facts = readings.machine?.value;
		const holds = isSameValue(setting, live, wish.value, facts) || isHigher(setting, live, wish.value);
		const cause = holds ? undefined : findCause(setting, facts, host);
		return {...base, label: describeSetting(setting), live, holds, ...(cause !== undefined && {cause})};
	} catch (error) {
		return {...base, holds: false, cause: wordsOf(error)};
	}
}

/** Queues and rings are only ever raised. */
function isHigher({kind}: Setting, live: string, value: string): boolean {
	return (kind === 'channels' || kind === 'ring') && Number(live) > Number(value);
}

function findNow({setting, device}: Wanted, readings: Readings): Setting | undefined {
	if (device === undefined) {
		return setting;
	}
	const link = findLink(device, readings.links?.value ?? []);
	if (link === undefined) {
		return undefined;
	}
	if ('device' in setting) {
		return {...setting, device: link.name};
	}
	return setting.kind === 'irq-affinity' ? findInterrupt(setting, device, link, readings) : setting;
}

/** As the script does: by name, else by address or master among those of the same driver. */
export function findLink(device: WantedDevice, links: readonly LinkFacts[]): LinkFacts | undefined {
	const isSameKind = (link: LinkFacts): boolean =>
		device.driver === undefined || (link.driver ?? link.kind) === device.driver;
	const named = links.find(link => link.name === device.name);
	if (named !== undefined) {
		return isSameKind(named) ? named : undefined;
	}
	const alike = links.filter(isSameKind);
	return (
		alike.find(link => device.mac !== undefined && link.mac === device.mac) ??
		alike.find(link => device.master !== undefined && link.master === device.master)
	);
}

function findInterrupt(
	setting: Extract<Setting, {readonly kind: 'irq-affinity'}>,
	device: WantedDevice,
	link: LinkFacts,
	{interrupts}: Readings,
): Setting | undefined {
	const key = toIrqKey(setting.actions, device.name);
	const own = new Set(link.msiIrqs.length > 0 ? link.msiIrqs : [link.legacyIrq]);
	const row = interrupts?.value.rows.find(
		({irq, actions = ''}) => own.has(Number(irq)) && toIrqKey(actions, link.name) === key,
	);
	return row === undefined ? undefined : {...setting, irq: Number(row.irq), actions: row.actions ?? ''};
}

function findCause(setting: Setting, facts: MachineFacts | undefined, host: Host): string | undefined {
	switch (setting.kind) {
		case 'sysctl':
			return findSysctlFiles(setting.name, host);
		case 'irq-affinity':
			return facts?.irqbalance?.running ? 'irqbalance runs and moves interrupts' : undefined;
		case 'irqbalance-ban':
			return 'it was started without what nbtop persist wrote: systemctl restart irqbalance';
		case 'rps-cpus':
		case 'rps-flow-count':
			return 'a queue that is made anew has none until udev has given it one';
		default:
			return undefined;
	}
}

/** In the order in which systemd-sysctl takes them: by file name, of two with one name the first. */
const sysctlFolders = [
	'/etc/sysctl.d',
	'/run/sysctl.d',
	'/usr/local/lib/sysctl.d',
	'/usr/lib/sysctl.d',
	'/lib/sysctl.d',
];

/** Other files that set a key: the likely culprits. */
function findSysctlFiles(name: string, host: Host): string | undefined {
	const files = [...sysctlFolders.flatMap(folder => listFiles(folder, host)), '/etc/sysctl.conf'];
	const guilty = files.filter(file => !file.endsWith('/99-zz-nbtop.conf') && setsKey(readFile(file, host), name));
	return guilty.length > 0 ? `it is also set in ${guilty.join(', ')}` : undefined;
}

function setsKey(text: string, name: string): boolean {
	const keys = text.split('\n').map(line => /^\s*-?([\w./-]+)\s*=/.exec(line)?.[1]?.replaceAll('/', '.'));
	return keys.includes(name);
}

function listFiles(folder: string, host: Host): string[] {
	try {
		return host.list(folder).flatMap(name => (name.endsWith('.conf') ? [`${folder}/${name}`] : []));
	} catch {
		return [];
	}
}

function readFile(file: string, host: Host): string {
	try {
		return host.readText(file);
	} catch {
		return '';
	}
}
