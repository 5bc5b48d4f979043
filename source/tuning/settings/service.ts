import type {Host, ProgramOutput} from '../../host.ts';
import {quoteWords} from './names.ts';
import {SettingError, toProgramError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

const seconds = 30;

/** Whether a unit of systemd runs: `active` or `inactive`. Whether it starts at boot is not touched. */
export const service: SettingKind<SettingOf<'service'>> = {
	describe: ({unit}) => `service ${unit}`,
	async read({unit}, host) {
		const output = await systemctl(['is-active', checkUnit(unit)], host);
		const [state = ''] = output.stdout.trim().split('\n');
		if (!/^[a-z]+$/.test(state)) {
			throw toProgramError(['systemctl', 'is-active', unit], output);
		}
		return ['active', 'activating', 'reloading'].includes(state) ? 'active' : 'inactive';
	},
	async write({unit}, to, host) {
		const words = [toVerb(to), checkUnit(unit)];
		const output = await systemctl(words, host);
		if (output.status !== 0) {
			throw toProgramError(['systemctl', ...words], output);
		}
	},
	toShellLine: ({unit}, to) => quoteWords(['systemctl', toVerb(to), checkUnit(unit)]),
	risk: 'none',
};

function toVerb(to: string): string {
	if (to !== 'active' && to !== 'inactive') {
		throw new SettingError(`a service is active or inactive, not ${JSON.stringify(to.slice(0, 20))}`, 'EINVAL');
	}
	return to === 'active' ? 'start' : 'stop';
}

function checkUnit(unit: string): string {
	if (!/^[a-z\d][\w@.-]{0,80}\.service$/i.test(unit)) {
		throw new SettingError(`no name of a service: ${JSON.stringify(unit.slice(0, 40))}`, 'EINVAL');
	}
	return unit;
}

function systemctl(words: readonly string[], host: Host): Promise<ProgramOutput> {
	return host.run('systemctl', words, seconds);
}
