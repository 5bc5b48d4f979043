import type {Check, Examined} from '../checkup.ts';

/** What tuning needs of the system: rights, files that take values, somebody to keep watch. */
export function checkRights({readings, readOnly}: Examined): Check[] {
	const {root, netAdmin, systemd} = readings.machine?.value ?? {};
	return [checkRoot(root, netAdmin), ...readOnly.map(describeReadOnly), checkGuard(systemd)];
}

function checkRoot(root: boolean | undefined, netAdmin: boolean | undefined): Check {
	const base = {id: 'root', group: 'tune'} as const;
	if (root !== true) {
		return {...base, state: 'missing', text: 'only root may tune', mend: 'sudo nbtop tune'};
	}
	return netAdmin === false
		? {...base, state: 'missing', text: 'root may not set up the network here (no CAP_NET_ADMIN)'}
		: {...base, state: 'ok', text: 'root may tune'};
}

function describeReadOnly(path: string): Check {
	return {
		id: `read-only ${path}`,
		group: 'tune',
		state: 'missing',
		text: `${path} is mounted read-only: its knobs cannot be set from in here; tune on the machine that runs this container`,
	};
}

function checkGuard(systemd: boolean | undefined): Check {
	const base = {group: 'tune', id: 'systemd'} as const;
	return systemd === true
		? {...base, state: 'ok', text: 'systemd keeps the guard alive, and applies what nbtop persist writes'}
		: {
				...base,
				state: 'limited',
				text: 'systemd does not run: two processes guard each other, and what nbtop persist writes has to be started by hand',
			};
}
