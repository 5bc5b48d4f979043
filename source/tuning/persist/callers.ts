import {type Host, HostError} from '../../host.ts';
import {groupByDevice, scriptPath} from './script.ts';
import type {Wanted} from './wanted.ts';

/**
What something else has to call where the programs that would call it do not run, a sentence each; none where both do. systemd
sets the sysctls at each start, and gives a device its values once udev tells it of one. Whether it runs is asked as
sd_booted(3) does.
*/
export function describeMissingCallers(wanted: readonly Wanted[], host: Host): string[] {
	if (wanted.length === 0) {
		return [];
	}
	const devices = groupByDevice(wanted).map(({device}) => device.name);
	const calls = devices.map(name => `${scriptPath} device ${name}`);
	if (!has(host, '/run/systemd', 'system')) {
		const lines = [...(wanted.some(({setting}) => setting.kind === 'sysctl') ? ['sysctl --system'] : []), ...calls];
		return [
			`systemd does not run here; at each start, once the network is up, something else must call: ${lines.join('; ')}`,
		];
	}
	return devices.length === 0 || has(host, '/run/udev', 'control')
		? []
		: [`udev does not run here; whenever a device has come, something else must call: ${calls.join('; ')}`];
}

function has(host: Host, folder: string, name: string): boolean {
	try {
		return host.list(folder).includes(name);
	} catch (error) {
		if (error instanceof HostError) {
			return false;
		}
		throw error;
	}
}
