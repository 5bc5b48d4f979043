import type {Setting} from '../../source/model/tuning.ts';
import type {FakeMachineParts} from './host.ts';
import {type Bench, setUp} from './tuning.ts';

export const netbirdMtu: Setting = {kind: 'netbird-mtu'};
const interfaceMtu = '/sys/class/net/wt0/mtu';

/**
A machine with NetBird as far as its MTU goes: a profile on the disk, and an interface that is made anew each time it comes up.
`read`: what the file says that is read, where NetBird's service writes another one.
*/
export function setUpNetbird({read, ...parts}: FakeMachineParts & {readonly read?: number} = {}) {
	const profile = {mtu: 1280};
	const bench: Bench = setUp({
		...parts,
		files: {[interfaceMtu]: '1280\n', ...parts.files},
		programs: {
			grep: () => ({stdout: `"MTU": ${read ?? profile.mtu}\n`}),
			wg: () => ({stdout: isUp() ? 'wt0\town\n' : ''}),
			netbird([verb, , mtu]) {
				if (verb === 'status') {
					return {stdout: JSON.stringify({daemonStatus: isUp() ? 'Connected' : 'Idle', publicKey: 'own'})};
				}
				if (verb === 'down') {
					bench.machine.files.delete(interfaceMtu);
					return {stdout: 'Disconnected\n'};
				}
				if (isUp()) {
					return {stdout: 'Already connected\n'};
				}
				profile.mtu = Number(mtu);
				bench.machine.files.set(interfaceMtu, `${mtu}\n`);
				return {stdout: 'Connected\n'};
			},
			...parts.programs,
		},
	});
	const isUp = (): boolean => bench.machine.files.has(interfaceMtu);
	/** What the profile says, and what the interface has: `down` while there is none. */
	const state = () => [profile.mtu, isUp() ? Number(bench.machine.read(interfaceMtu)) : 'down'];
	return {bench, machine: bench.machine, profile, state};
}
