import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {runFolder} from '../run-folder.ts';

let prepared = 0;
const lab = needLab({}, async each => {
	await each.sh('touch /run/prepared');
	prepared += 1;
});

test('a guest freezes', () => {
	process.kill(Number.parseInt(readFileSync(join(runFolder, 'alpha.pid'), 'utf8'), 10), 'SIGSTOP');
});

test('the next case has a new one, prepared as the first was', async () => {
	expect(await lab.sh('ls /run/prepared && cut -d. -f1 /proc/uptime && ping -q -c 1 100.64.0.2 >&2')).toMatch(
		/^\/run\/prepared\n\d{1,3}$/,
	);
	expect(prepared).toBe(2);
});
