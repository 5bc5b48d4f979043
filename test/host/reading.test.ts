import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createRealHost} from '../../source/host.ts';

test('a sysctl can be read after a file that is larger than the kernel would read one into', ({onTestFinished}) => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-reading-'));
	const host = createRealHost();
	onTestFinished(() => {
		host.close();
		rmSync(folder, {recursive: true});
	});
	const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
	writeFileSync(`${folder}/large`, bytes);
	expect(Buffer.compare(host.readBytes(`${folder}/large`), bytes)).toBe(0);
	expect(host.readText('/proc/sys/kernel/ostype')).toBe('Linux\n');
});
