import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';

/** sudo starts a program between the shell and this one, and a terminal may start some more. */
const mostAncestors = 12;

/**
A variable of this program's environment. sudo takes nearly all away: how the user is connected (`SSH_CONNECTION`) is then
looked for in the programs that started this one, as far as this user may read what they were started with. A unit of systemd
has no HOME: the user's own is then as passwd(5) has it.
*/
export function readVariable(name: string): string | undefined {
	const own = process.env[name];
	if (own === undefined && name === 'HOME') {
		return homedir();
	}
	return own === undefined && name === 'SSH_CONNECTION' && process.env.SUDO_UID !== undefined
		? findInherited(name, process.ppid)
		: own;
}

function findInherited(name: string, first: number): string | undefined {
	let pid = first;
	for (let count = 0; count < mostAncestors && pid > 1; count++) {
		try {
			const found = readFileSync(`/proc/${pid}/environ`, 'utf8')
				.split('\0')
				.find(each => each.startsWith(`${name}=`));
			if (found !== undefined) {
				return found.slice(name.length + 1);
			}
			pid = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
		} catch {
			return undefined;
		}
	}
	return undefined;
}
