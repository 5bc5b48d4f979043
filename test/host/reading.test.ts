import {appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';

function setUp(): {host: Host; folder: string} {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-reading-'));
	const host = createRealHost();
	onTestFinished(() => {
		host.close();
		rmSync(folder, {recursive: true});
	});
	return {host, folder};
}

test('a sysctl can be read after a file that is larger than the kernel would read one into', () => {
	const {host, folder} = setUp();
	const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
	writeFileSync(`${folder}/large`, bytes);
	expect(Buffer.compare(host.readBytes(`${folder}/large`), bytes)).toBe(0);
	expect(host.readText('/proc/sys/kernel/ostype')).toBe('Linux\n');
});

test('a fingerprint stays while nothing is written, and another file of the same length has another', () => {
	const {host, folder} = setUp();
	const file = `${folder}/file`;
	const seen = new Set<string>();
	const look = (): number => seen.add(host.fingerprint(file) ?? '').size;
	writeFileSync(file, 'one');
	expect([look(), look()]).toEqual([1, 1]);
	appendFileSync(file, 'x');
	expect([look(), look()]).toEqual([2, 2]);
	writeFileSync(`${folder}/draft`, 'four');
	renameSync(`${folder}/draft`, file);
	expect([look(), look()]).toEqual([3, 3]);
	rmSync(file);
	expect(host.fingerprint(file)).toBeUndefined();
	expect(() => host.fingerprint(`${folder}/${'x'.repeat(300)}`)).toThrow(/ENAMETOOLONG/);
});
