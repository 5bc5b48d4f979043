import {execFileSync} from 'node:child_process';
import {userInfo} from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';

const source = path.join(import.meta.dirname, '../../source/host/environment.ts');
const script = `import {readVariable} from '${source}'; console.log(readVariable('SSH_CONNECTION'), readVariable('HOME'));`;
const node = [process.execPath, '--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script];

/** Runs it under a shell that has the connection, with `env` in between as sudo would be. */
function ask(between: string): string {
	return execFileSync('/bin/sh', ['-c', `${between} "$@"; exit $?`, 'sh', ...node], {
		env: {SSH_CONNECTION: '192.0.2.9 50000 100.64.0.1 22', HOME: '/home/of-the-shell', PATH: process.env.PATH},
		encoding: 'utf8',
	}).trim();
}

test('what sudo takes away of the connection is found in the shell that called it, and nothing else is: home is as passwd has it', () => {
	expect(ask('env -i SUDO_UID=1000')).toBe(`192.0.2.9 50000 100.64.0.1 22 ${userInfo().homedir}`);
});

test('without sudo nobody else’s environment is looked into', () => {
	expect(ask('env -i')).toBe(`undefined ${userInfo().homedir}`);
	expect(ask('env')).toBe('192.0.2.9 50000 100.64.0.1 22 /home/of-the-shell');
});
