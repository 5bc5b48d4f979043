import {quoteWord, quoteWords} from '../settings/names.ts';
import {shellFunctions} from './shell.ts';
import {toIrqKey, type Wanted, type WantedDevice} from './wanted.ts';

/** Where the script lies on the machine. */
export const scriptPath = '/usr/local/sbin/nbtop-persist';

/** The values of one device. */
export interface DeviceWishes {
	readonly device: WantedDevice;
	readonly wishes: readonly Wanted[];
}

/** By device, in the order in which they were first set. */
export function groupByDevice(wanted: readonly Wanted[]): DeviceWishes[] {
	const groups = new Map<string, {device: WantedDevice; wishes: Wanted[]}>();
	for (const wish of wanted) {
		if (wish.device !== undefined) {
			const group = groups.get(wish.device.name) ?? {device: wish.device, wishes: []};
			// An interrupt's device may be known better from another of its settings.
			group.device = {...wish.device, ...group.device};
			group.wishes.push(wish);
			groups.set(wish.device.name, group);
		}
	}
	return [...groups.values()];
}

/** The script: what every device needs, then for each device what it is to have. */
export function writeScript(groups: readonly DeviceWishes[], header: string): string {
	return `#!/bin/sh
${header}
# Gives network devices what nbtop was told to keep. It finds them by name, else by address or master, and writes nothing
# that is so already. udev and systemd call it; so may you:
#   nbtop-persist early DEVICE    queues, rings and hashing, before the device is up
#   nbtop-persist device DEVICE   everything
#   nbtop-persist queue PATH      RPS of one receive queue (its path below /sys)
#   nbtop-persist irq NUMBER      ban=true where irqbalance is to leave an interrupt alone
${shellFunctions}
number_of() { # DEVICE
${groups.map(writeTest).join('\n')}
	return 1
}

${groups.map(writeDevice).join('\n')}
${dispatch}`;
}

function writeTest({device}: DeviceWishes, index: number): string {
	const {name, mac = '', driver = '', master = ''} = device;
	const words = [name, mac, driver, master].map(word => quoteWord(word));
	return `	if is_device "$1" ${words.join(' ')}; then
		echo ${index + 1}
		return
	fi`;
}

function writeDevice({device, wishes}: DeviceWishes, index: number): string {
	const number = index + 1;
	return [
		`# ${device.name}`,
		writeFunction(`early_${number}`, 'DEVICE', orderEarly(wishes).map(writeEarly)),
		writeFunction(`late_${number}`, 'DEVICE', [
			...(wishes.some(needsUp) ? ['wait_until_up "$1"'] : []),
			...(wishes.some(({setting}) => setting.kind === 'irq-affinity') ? [`set_affinities "$1" ${number}`] : []),
			...wishes.flatMap(writeLate),
		]),
		writeCase(`queue_${number}`, 'FOLDER', `\${1##*/}`, listQueues(wishes).map(writeQueue)),
		writeCase(`cpus_${number}`, 'KEY', '$1', listAffinityCases(wishes, device)),
	].join('\n');
}

function writeFunction(name: string, argument: string, lines: readonly string[]): string {
	return `${name}() { # ${argument}\n${(lines.length > 0 ? lines : [':']).map(line => `\t${line}`).join('\n')}\n}\n`;
}

interface Case {
	readonly pattern: string;
	readonly lines: readonly string[];
}

function writeCase(name: string, argument: string, word: string, cases: readonly Case[]): string {
	const lines = cases.flatMap(({pattern, lines: body}) => [`${pattern})`, ...body.map(line => `\t${line}`), '\t;;']);
	return writeFunction(name, argument, cases.length > 0 ? [`case ${word} in`, ...lines, 'esac'] : []);
}

/** The driver makes its queues anew for the first of these, and forgets the later ones. */
const earlyKinds = ['channels', 'ring', 'rx-flow-hash', 'rss-table'];

function orderEarly(wishes: readonly Wanted[]): Wanted[] {
	return earlyKinds.flatMap(kind => wishes.filter(({setting}) => setting.kind === kind));
}

const ringLabels: Readonly<Record<string, readonly [word: string, label: string]>> = {
	rx: ['rx', 'rx'],
	rxMini: ['rx-mini', 'rx mini'],
	rxJumbo: ['rx-jumbo', 'rx jumbo'],
	tx: ['tx', 'tx'],
};

function writeEarly({setting, value}: Wanted): string {
	switch (setting.kind) {
		case 'channels':
			return `raise -l -L "$1" ${quoteWords([setting.field, setting.field, value])}`;
		case 'ring':
			return `raise -g -G "$1" ${quoteWords([...(ringLabels[setting.field] ?? []), value])}`;
		case 'rx-flow-hash':
			return `set_hash "$1" ${quoteWords([setting.flow, value])}`;
		case 'rss-table':
			return `ethtool -X "$1" ${quoteWords(value.split(' '))} || say "$1 keeps its RSS table"`;
		default:
			return ':';
	}
}

/** Who makes a tunnel gives it an MTU of his own before it comes up, and drivers spread interrupts when a device does. */
function needsUp({setting}: Wanted): boolean {
	return setting.kind === 'irq-affinity' || setting.kind === 'mtu';
}

function writeLate({setting, value}: Wanted): string[] {
	switch (setting.kind) {
		case 'mtu':
			return [`put "/sys/class/net/$1/mtu" ${quoteWord(value)}`];
		case 'threaded-napi':
			return [`put_patiently "/sys/class/net/$1/threaded" ${quoteWord(value)}`];
		case 'root-qdisc':
			return [`set_qdisc "$1" ${quoteWord(value.split(' ').at(-1) ?? value)}`];
		default:
			return [];
	}
}

/** The files of some receive queues, and what they are to hold. */
export interface QueueValues {
	/** `rx-0`, or `rx-*`. */
	readonly pattern: string;
	readonly values: readonly (readonly [file: string, value: string])[];
}

/** Where all queues are to have the same, those have it too that come later. */
export function listQueues(wishes: readonly Wanted[]): QueueValues[] {
	const queues = new Map<number, (readonly [string, string])[]>();
	for (const {setting, value} of wishes) {
		if (setting.kind === 'rps-cpus' || setting.kind === 'rps-flow-count') {
			const file = setting.kind === 'rps-cpus' ? 'rps_cpus' : 'rps_flow_cnt';
			queues.set(setting.queue, [...(queues.get(setting.queue) ?? []), [file, value]]);
		}
	}
	const all = [...queues].map(([queue, values]) => ({pattern: `rx-${queue}`, values}));
	const [first] = all;
	return first !== undefined && all.every(({values}) => values.join() === first.values.join())
		? [{...first, pattern: 'rx-*'}]
		: all;
}

function writeQueue({pattern, values}: QueueValues): Case {
	return {pattern, lines: values.map(([file, value]) => `put "$1/${file}" ${quoteWord(value)}`)};
}

function listAffinityCases(wishes: readonly Wanted[], device: WantedDevice): Case[] {
	return wishes.flatMap(({setting, value}) =>
		setting.kind === 'irq-affinity'
			? [{pattern: quoteWord(toIrqKey(setting.actions, device.name)), lines: [`echo ${quoteWord(value)}`]}]
			: [],
	);
}

const dispatch = `apply_queues() { # DEVICE N
	for folder in "/sys/class/net/$1/queues"/rx-*; do
		"queue_$2" "$folder"
	done
}

ban() { # IRQ
	for path in /sys/class/net/*; do
		device=\${path##*/}
		has_irq "$device" "$1" || continue
		number=$(number_of "$device") || continue
		[ -z "$("cpus_$number" "$(key_of "$(show "/sys/kernel/irq/$1/actions")" "$device")")" ] || echo ban=true
	done
}

case \${1-} in
early)
	device=\${2##*/}
	number=$(number_of "$device") || exit 0
	"early_$number" "$device"
	;;
device)
	device=\${2##*/}
	number=$(number_of "$device") || exit 0
	"early_$number" "$device"
	apply_queues "$device" "$number"
	"late_$number" "$device"
	;;
queue)
	device=\${2%/queues/*}
	device=\${device##*/}
	number=$(number_of "$device") || exit 0
	"queue_$number" "/sys$2"
	;;
irq)
	ban "$2"
	;;
*)
	echo "usage: nbtop-persist early|device DEVICE | queue PATH | irq NUMBER" >&2
	exit 2
	;;
esac
exit "$problems"
`;
