import type {IrqFacts, LinkFacts} from '../../model/facts.ts';
import type {Setting} from '../../model/tuning.ts';
import {describeElsewhere, expectedValue} from '../in-force.ts';
import {type JournalState, type JournalWrite, settingKey, type Transaction} from '../journal.ts';
import {describeSetting, isSameValue} from '../settings.ts';
import {describeOpen} from '../tune.ts';

/** A device as it is found again after a restart: by its name, else by its address, else (a VF) by what it belongs to. */
export interface WantedDevice {
	readonly name: string;
	readonly mac?: string;
	readonly driver?: string;
	readonly master?: string;
	/** A real NIC: udev knows it by its driver. Tunnels and the like are known by their name alone. */
	readonly hardware: boolean;
}

/** One value that is to outlive a restart. */
export interface Wanted {
	readonly setting: Setting;
	readonly value: string;
	readonly device?: WantedDevice;
}

export interface WantedList {
	readonly wanted: readonly Wanted[];
	/** What is in force and not among them, and why. */
	readonly notes: readonly string[];
}

/**
What tuning has in force for good, and nothing else: not a value that waits to be confirmed or was to be put back, and not one
that a later change of the machine has overwritten. `irqs` are the machine's interrupts as they are now.
*/
export function collectWanted(
	state: JournalState,
	links: readonly LinkFacts[],
	irqs: readonly IrqFacts[] = [],
): WantedList {
	const kept = new Set(state.transactions.filter(({phase}) => phase === 'kept').map(({id}) => id));
	const notes = state.transactions.flatMap(describeUnkept);
	const own = [...state.stacks.values()].flatMap((stack): JournalWrite[] => {
		const ours = stack.findLast(({id, to}) => to !== undefined && kept.has(id));
		const top = stack.at(-1);
		const overwriting = ours && top && findOverwriting(ours, top);
		if (overwriting !== undefined && ours !== undefined) {
			notes.push(`${describeSetting(ours.setting)}: ${overwriting}`);
		}
		return ours === undefined || overwriting !== undefined ? [] : [ours];
	});
	const wanted = [...own, ...listLeftAlone(own, links, irqs)].flatMap((value): Wanted[] => {
		const entry = toWanted(value, links);
		const objection = findObjection(entry);
		if (objection !== undefined) {
			notes.push(`${describeSetting(value.setting)}: ${objection}`);
		}
		return objection === undefined ? [entry] : [];
	});
	return {wanted, notes};
}

/** Why a transaction that still has something set has nothing that is to last; none where it has. */
function describeUnkept(transaction: Transaction): string[] {
	const {id, title, phase, writes, elsewhere} = transaction;
	if (elsewhere !== undefined) {
		return writes.length === 0 ? [] : [describeElsewhere(transaction)];
	}
	switch (phase) {
		case 'applying':
		case 'waiting':
		case 'reverting':
		case 'outlasted':
			return [describeOpen(transaction)];
		case 'reverted':
			return writes.length === 0 ? [] : [`'${title}' (${id}) was not put back completely: nbtop undo tries again`];
		default:
			return [];
	}
}

type Value = Pick<JournalWrite, 'setting' | 'device' | 'to' | 'actual'>;

/**
The interrupts that irqbalance was told to leave alone where they were: nobody has moved them, but after a restart it would,
onto the cores of those that were.
*/
function listLeftAlone(own: readonly JournalWrite[], links: readonly LinkFacts[], irqs: readonly IrqFacts[]): Value[] {
	const ban = own.find(({setting}) => setting.kind === 'irqbalance-ban');
	const known = new Set(own.map(({setting}) => settingKey(setting)));
	const [before, now] = [ban?.from, ban?.actual ?? ban?.to].map(text => (text ?? '').split(','));
	return irqs.flatMap(({irq, actions = '', affinity = []}): Value[] => {
		const link = links.find(({msiIrqs, legacyIrq}) => msiIrqs.includes(irq) || legacyIrq === irq);
		const isTold = now?.includes(String(irq)) === true && before?.includes(String(irq)) === false;
		const setting: Setting = {kind: 'irq-affinity', irq, actions, ...(link?.bus !== undefined && {bus: link.bus})};
		return link === undefined || !isTold || affinity.length !== 1 || known.has(settingKey(setting))
			? []
			: [{setting, device: {name: link.name}, to: String(affinity[0])}];
	});
}

/** What the kernel rewrote along with a later change: often it left the value as it was. */
function findOverwriting(ours: JournalWrite, top: JournalWrite): string | undefined {
	const now = expectedValue(top);
	return isSameValue(ours.setting, now, expectedValue(ours))
		? undefined
		: `${top.step} has made it ${now}: nbtop tune ${ours.step} gives it back`;
}

function toWanted({setting, device, to = '', actual}: Value, links: readonly LinkFacts[]): Wanted {
	const value = actual ?? to;
	const name = 'device' in setting ? setting.device : device?.name;
	if (name === undefined) {
		return {setting, value};
	}
	const link = findLinkNow(name, device?.ifindex, links);
	const hardware = link?.driver !== undefined;
	// What is no hardware has no address of its own, or a new one each time.
	const mac = hardware ? link.mac : undefined;
	const driver = link?.driver ?? device?.driver;
	return {
		setting: 'device' in setting && link !== undefined ? {...setting, device: link.name} : setting,
		value,
		device: {
			name: link?.name ?? name,
			hardware,
			...(mac && {mac}),
			...(driver && {driver}),
			...(link?.master && {master: link.master}),
		},
	};
}

/** A device that was given another name since is found by its index. */
function findLinkNow(name: string, ifindex: number | undefined, links: readonly LinkFacts[]): LinkFacts | undefined {
	const named = links.find(each => each.name === name);
	return ifindex === undefined || named?.ifindex === ifindex
		? named
		: (links.find(each => each.ifindex === ifindex) ?? named);
}

/** The files are read by a shell, by udev and by systemd, each with its own marks: only what is plain to all goes into them. */
function findObjection({setting, value, device}: Wanted): string | undefined {
	if (setting.kind === 'netbird-mtu') {
		return 'NetBird keeps it in its own configuration already';
	}
	if (setting.kind === 'irq-affinity' && device === undefined) {
		return 'its device is not known, so it could not be found again';
	}
	const names = [device?.name, device?.master].filter(name => name !== undefined);
	if (!names.every(name => /^[A-Za-z\d][\w.-]{0,14}$/.test(name))) {
		return 'its name has characters that mean something to a shell or to udev';
	}
	const words = [value, device?.mac ?? '', device?.driver ?? '', 'actions' in setting ? setting.actions : ''];
	return words.every(word => /^[\w.,:@ -]*$/.test(word)) ? undefined : 'its value has characters of its own';
}

/** What stays of an interrupt's name when its device gets another number: `virtio3-input.0` is `virtio-input.0`. */
export function toIrqKey(actions: string, device: string): string {
	const name = actions.replace(/@pci:.*$/, '');
	if (/^virtio\d[^-]*-/.test(name)) {
		return name.replace(/^virtio\d[^-]*-/, 'virtio-');
	}
	return name.startsWith(`${device}-`) ? `DEVICE-${name.slice(device.length + 1)}` : name;
}
