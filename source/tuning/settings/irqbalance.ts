import {tryLine, tryList} from '../../collect/reading.ts';
import type {Host} from '../../host.ts';
import {fitsIrqbalance, parseIrqbalanceSetup} from '../../parse/irqbalance.ts';
import {SettingError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

const folder = '/run/irqbalance';
/** After a change of its list irqbalance is deaf for one of its rounds, which last 10 s. */
const seconds = 15;

/**
The interrupts that irqbalance leaves alone: numbers with commas between, `''` for none. A message replaces the whole list,
so the list is always written whole. It takes effect at irqbalance's next round, within 10 s.
*/
export const irqbalanceBan: SettingKind<SettingOf<'irqbalance-ban'>> = {
	describe: () => 'interrupts that irqbalance leaves alone',
	async read(_, host) {
		const answer = await host.exchange(findSocket(host), 'setup', seconds);
		if (answer === '') {
			throw new SettingError('irqbalance does not answer: it listens to root alone', 'EACCES');
		}
		return parseIrqbalanceSetup(answer).join();
	},
	async write(_, to, host) {
		await host.exchange(findSocket(host), toMessage(to), seconds);
	},
	isSame: (_, a, b) => readList(a)?.join() === readList(b)?.join(),
	toShellLine: (_, to) => `echo '${toMessage(to)}' | socat - UNIX-CONNECT:$(echo ${folder}/irqbalance*.sock)`,
	risk: 'none',
};

function toMessage(to: string): string {
	const irqs = readList(to);
	if (irqs === undefined || !fitsIrqbalance(irqs)) {
		throw new SettingError(`irqbalance cannot take this list of interrupts: ${to.slice(0, 60)}`, 'EINVAL');
	}
	return `settings ban irqs ${irqs.length === 0 ? 'NONE' : irqs.join(' ')}`;
}

/** Its process is a part of the socket's name. */
function findSocket(host: Host): string {
	const name = tryList(host, folder).find(each => {
		const pid = /^irqbalance(\d+)\.sock$/.exec(each)?.[1];
		return pid !== undefined && tryLine(host, `/proc/${pid}/comm`) === 'irqbalance';
	});
	if (name === undefined) {
		throw new SettingError('irqbalance has no socket: it does not run, or cannot be told', 'ESRCH');
	}
	return `${folder}/${name}`;
}

function readList(text: string): number[] | undefined {
	const words = text.split(',').filter(word => word.trim() !== '');
	return words.every(word => /^\d{1,9}$/.test(word.trim()))
		? [...new Set(words.map(Number))].sort((a, b) => a - b)
		: undefined;
}
