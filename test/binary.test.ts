import {execFile, spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {beforeEach, describe, expect, type TestContext, test, vi} from 'vitest';
import {foldJournal, parseJournal, type Transaction} from '../source/tuning/journal.ts';

// The executable of `npm run build:binary`, which `npm test` does not build: it fetches a runtime.

const run = promisify(execFile);
const root = path.dirname(import.meta.dirname);
const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const program = path.join(root, `release/nbtop-${version}-linux-${process.arch}`);

/** No Node in sight, nor anything else. */
const bare = {env: {PATH: '/nonexistent'}};

beforeEach(context => {
	if (!existsSync(program)) {
		context.skip(`${path.relative(root, program)} is not there (npm run build:binary)`);
	}
});

async function makeFolder({onTestFinished}: Pick<TestContext, 'onTestFinished'>): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-binary-'));
	onTestFinished(() => rm(folder, {recursive: true, force: true, maxRetries: 3}));
	return folder;
}

test('it runs on a machine without Node, and shows that machine', async () => {
	expect((await run(program, ['--version'], bare)).stdout).toBe(`nbtop ${version}\n`);
	const {stdout} = await run(program, ['once', '--json', '--interval', '0.5'], bare);
	expect(JSON.parse(stdout)).toMatchObject({schema: 'nbtop.sample/1', version});
	expect(JSON.parse(stdout).cpus.length).toBeGreaterThan(0);
});

test('the licences of what is in it are beside it, those that must be whole among them', async () => {
	const licences = await readFile(path.join(root, 'release/LICENSES.txt'), 'utf8');
	expect(licences).toMatch(/^Bun \d+\.\d+\.\d+$/m);
	expect(licences).toContain('GNU LIBRARY GENERAL PUBLIC LICENSE');
	expect(licences).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
	const checksums = await readFile(path.join(root, 'release/SHA256SUMS'), 'utf8');
	expect(checksums).toContain(path.basename(program));
	expect((await run('sha256sum', ['-c', 'SHA256SUMS'], {cwd: path.join(root, 'release')})).stdout).not.toContain(
		'FAILED',
	);
});

test('it brings the session of the demo along', async () => {
	const {stdout} = await run(program, ['demo'], bare);
	expect(stdout).toMatch(/^nbtop demo plays \d+:\d\d minutes/);
});

test('a wrong call is a wrong call', async () => {
	await expect(run(program, ['onec'], bare)).rejects.toMatchObject({code: 2, stdout: ''});
});

test('it needs nothing of the system but the C library', async () => {
	const {stdout} = await run('ldd', [program]);
	const names = [...stdout.matchAll(/^\s+(\S+?)\.so/gm)].map(([, name]) => path.basename(name ?? ''));
	expect(names.filter(name => !/^(?:linux-vdso|ld-linux.*|libc|libm|libdl|libpthread|librt)$/.test(name))).toEqual([]);
});

test('what lies in the folder where it is started neither runs nor changes anything', async context => {
	const cwd = await makeFolder(context);
	await writeFile(path.join(cwd, 'bunfig.toml'), 'preload = ["./preload.js"]\n');
	await writeFile(path.join(cwd, 'preload.js'), "console.log('preloaded'); process.exit(7);\n");
	await writeFile(path.join(cwd, '.env'), 'SOURCE_DATE_EPOCH=86400\n');
	await writeFile(path.join(cwd, 'package.json'), '{"version": "9.9.9", "type": "commonjs"}\n');
	const {stdout} = await run(program, ['manual'], {...bare, cwd});
	expect(stdout).toContain(`nbtop ${version}`);
	expect(stdout).not.toContain('1970-01-02');
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
	test('its guard is itself, and puts back what nobody confirms', {timeout: 60_000}, async context => {
		const state = `${await makeFolder(context)}/state`;
		const holder = spawn('unshare', ['--net', 'sleep', '300'], {stdio: 'ignore'});
		context.onTestFinished(() => void holder.kill('SIGKILL'));
		const readNamespace = async (pid: number | string) => (await run('readlink', [`/proc/${pid}/ns/net`])).stdout;
		await vi.waitFor(async () => expect(await readNamespace(holder.pid ?? 0)).not.toBe(await readNamespace('self')));
		const inside = (...words: string[]) => ['--net', `--target=${holder.pid}`, ...words];
		const read = async () => (await run('nsenter', inside('cat', '/proc/sys/net/ipv4/tcp_rmem'))).stdout.trim();
		const readJournal = async (): Promise<Transaction | undefined> => {
			const events = parseJournal(await readFile(`${state}/journal.jsonl`, 'utf8').catch(() => ''));
			const opened = events.find(event => event.type === 'opened');
			return opened && foldJournal(events, opened.bootId).transactions[0];
		};
		const before = '4096\t131072\t1000000';
		await run('nsenter', inside('sysctl', '-qw', `net.ipv4.tcp_rmem=${before.replaceAll('\t', ' ')}`));

		const words = ['tune', 'socket-buffers', '--yes', '--guard', '--confirm-within', '8', '--state-dir', state];
		const child = spawn('nsenter', inside(program, ...words), {stdio: 'ignore', env: {PATH: '/usr/bin:/bin'}});
		await vi.waitFor(async () => expect(await readJournal()).toMatchObject({phase: 'waiting'}), {timeout: 30_000});
		expect(await read()).toBe('4096\t131072\t16777216');
		child.kill('SIGKILL');
		const [guard] = (await readJournal())?.guards ?? [];
		const command = await readFile(`/proc/${guard?.process.pid}/cmdline`, 'utf8');
		expect(command.split('\0').slice(0, 2)).toEqual([program, 'guard']);
		await vi.waitFor(async () => expect(await readJournal()).toMatchObject({phase: 'reverted'}), {timeout: 20_000});
		expect(await readJournal()).toMatchObject({reason: 'not confirmed within 8 s', writes: []});
		expect(await read()).toBe(before);
	});
});
