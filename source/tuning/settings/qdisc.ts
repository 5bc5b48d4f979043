import {describeRootQdisc, isSetByHand} from '../../derive/root-qdisc.ts';
import type {Host} from '../../host.ts';
import type {Qdisc} from '../../model/counters.ts';
import {parseQdiscs} from '../../parse/qdisc.ts';
import {sysctl} from './knobs.ts';
import {checkDevice, quoteWords} from './names.ts';
import {SettingError, toProgramError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

const seconds = 10;

/** What the kernel sets up at a root by itself: this, one for each queue under `mq` where there are several. */
export const defaultQdisc = {kind: 'sysctl', name: 'net.core.default_qdisc'} as const;

/**
The queueing discipline at a device's root, in the words of `describeRootQdisc`.

`default_qdisc` alone changes nothing that is there, and `replace … root fq` would put one lock before all queues. So the
kernel is made to set up its own default anew while `default_qdisc` names the wanted kind for a moment: that is `mq` with
one for each queue where the device has several, and its handle `0:` says that nobody has set it up by hand.
*/
export const rootQdisc: SettingKind<SettingOf<'root-qdisc'>> = {
	describe: ({device}) => `qdisc of ${device}`,
	async read({device}, host) {
		const description = describeRootQdisc(await readQdiscs(device, host), device);
		if (description === undefined) {
			throw new SettingError(`${device} has no qdisc`, 'ENOENT');
		}
		return description;
	},
	async write({device}, to, host, {force = false} = {}) {
		const kinds = checkWanted(to);
		if (!force) {
			await expectNotByHand(device, host);
		}
		// A device without a qdisc of its own gets none whatever the default is.
		if (to === 'noqueue') {
			await tc(['delete', 'dev', checkDevice(device), 'root'], host);
			return;
		}
		const wanted = kinds.find(kind => kind !== 'pfifo_fast') ?? 'pfifo_fast';
		const before = await sysctl.read(defaultQdisc, host);
		const swap = before !== wanted;
		if (swap) {
			await sysctl.write(defaultQdisc, wanted, host);
		}
		try {
			await setUpAnew(device, to.startsWith('mq ') ? 'mq' : wanted, host);
			if (kinds.some(kind => kind !== wanted)) {
				await giveEachItsOwn(device, kinds, host);
			}
		} finally {
			if (swap) {
				await sysctl.write(defaultQdisc, before, host);
			}
		}
	},
	toShellLine({device}, to) {
		const [first = '', kind = first] = to.split(' ');
		const setDefault = quoteWords(['sysctl', '-w', `${defaultQdisc.name}=${kind}`]);
		return `${setDefault} && ${quoteWords(['tc', 'qdisc', 'replace', 'dev', checkDevice(device), 'root', first])}`;
	},
	canBeWritten: to => !isSetByHand(to),
	risk: 'may stall',
};

/** Classes, filters and options would be lost, and cannot be read in a form in which they could be given back. */
async function expectNotByHand(device: string, host: Host): Promise<void> {
	const now = describeRootQdisc(await readQdiscs(device, host), device);
	if (now !== undefined && isSetByHand(now)) {
		throw new SettingError(`the qdisc of ${device} is ${now}, which somebody has set up by hand: it is left as it is`);
	}
}

/** `mq fq` or `fq_codel`; the kinds alone. */
function checkWanted(to: string): string[] {
	const [first = '', ...children] = to.split(' ');
	const kinds = first === 'mq' ? children : [first];
	if (isSetByHand(to) || kinds.length === 0 || !kinds.every(kind => /^[a-z][a-z\d_]{1,14}$/.test(kind))) {
		throw new SettingError(`a qdisc that was set up by hand cannot be given back: ${to.slice(0, 60)}`, 'EINVAL');
	}
	return kinds;
}

/** What has the handle 0 cannot be deleted, so the same is first put there with a handle of its own. */
async function setUpAnew(device: string, kind: string, host: Host): Promise<void> {
	const root = (await readQdiscs(device, host)).find(qdisc => qdisc.root);
	if (root === undefined || root.handle === '0:') {
		await tc(['replace', 'dev', checkDevice(device), 'root', kind], host);
	}
	await tc(['delete', 'dev', checkDevice(device), 'root'], host);
}

/** Queues that differ from each other: only under an `mq` with a handle can they be named. */
async function giveEachItsOwn(device: string, kinds: readonly string[], host: Host): Promise<void> {
	await tc(['replace', 'dev', checkDevice(device), 'root', 'mq'], host);
	const root = (await readQdiscs(device, host)).find(qdisc => qdisc.root);
	for (const [queue, kind] of kinds.entries()) {
		if (kind === 'pfifo_fast') {
			const parent = `${root?.handle ?? '0:'}${(queue + 1).toString(16)}`;
			await tc(['replace', 'dev', checkDevice(device), 'parent', parent, kind], host);
		}
	}
}

async function readQdiscs(device: string, host: Host): Promise<Qdisc[]> {
	const words = ['-j', 'qdisc', 'show', 'dev', checkDevice(device)];
	const output = await host.run('tc', words, seconds);
	try {
		return parseQdiscs(output.stdout, device);
	} catch {
		throw toProgramError(['tc', ...words], output);
	}
}

async function tc(words: readonly string[], host: Host): Promise<void> {
	const output = await host.run('tc', ['qdisc', ...words], seconds);
	if (output.status !== 0) {
		throw toProgramError(['tc', 'qdisc', ...words], output);
	}
}
