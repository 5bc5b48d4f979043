import {copyFileSync, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {needLab, prompt} from '../lab.ts';
import {runFolder} from '../run-folder.ts';

// What `npm run build:deb` makes: the executable, and the Debian package of it.

const top = join(import.meta.dirname, '../../..');
const {version} = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
const executable = `nbtop-${version}-linux-x64`;
const deb = `nbtop_${version}_amd64.deb`;
const isBuilt = [executable, deb].every(name => existsSync(join(top, 'release', name)));

/** An ordinary server's PATH; what else the case needs is named whole. */
const bare = 'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=xterm-256color LANG=C.UTF-8';

describe.skipIf(!isBuilt)('on a machine without Node (skipped until npm run build:deb)', () => {
	// The runtime of the executable needs SSE 4.2, as any server of the last fifteen years has. No other case has this lab: Node stays away.
	const lab = needLab({LAB_CPU_MODEL: 'Nehalem'}, takeNodeAway);
	const nodes = `readlink -f $(type -aP node nodejs) | sort -u`;

	async function takeNodeAway(): Promise<void> {
		for (const name of [executable, deb]) {
			copyFileSync(join(top, 'release', name), join(runFolder, 'share', name));
		}
		await lab.sh(
			`for each in $(${nodes}); do mount --bind /dev/null $each; done; mv /usr/local/bin/nbtop /root/nbtop-on-node`,
		);
		await lab.sh(`install -m 755 /share/${executable} /root/nbtop`);
		expect(
			await lab.sh(
				`find /usr/local/bin /usr/sbin /usr/bin -executable -name 'n*' | grep -E '/(node|nodejs|nbtop)$' || true`,
			),
		).toBe('');
		expect(await lab.sh('pgrep -x node || true')).toBe('');
	}

	test('the executable runs, and shows what this machine has', async () => {
		expect(await lab.sh(`${bare} /root/nbtop --version`)).toBe(`nbtop ${version}`);
		const sample = JSON.parse(await lab.sh(`${bare} /root/nbtop once --json`, {timeout: 120}));
		expect(sample).toMatchObject({schema: 'nbtop.sample/1', version, tunnels: [{interface: 'wt0', kind: 'kernel'}]});
		expect(sample.cpus).toHaveLength(Number(await lab.sh('nproc')));
		const [peer] = sample.tunnels[0].peers;
		expect((await lab.sh('wg show wt0 endpoints')).trim()).toBe(`${peer.publicKey}\t${peer.endpoint}`);
	});

	test('its screen comes, is typed to, and leaves neither the terminal changed nor a process behind', async () => {
		const screen = await lab.login(100, 30);
		screen.type(`${bare} /root/nbtop\r`);
		await screen.waitFor(text => /wt0 kernel over eth0/.test(text) && /NET_RX/.test(text), 120_000);
		screen.type('?');
		await screen.waitFor('focus the next pane');
		screen.press('Escape');
		await screen.waitFor(text => !text.includes('focus the next pane'));
		screen.type('q');
		await screen.waitFor(prompt);
		expect(screen.modes()).toEqual({alternate: false, cursor: true, mouse: 'none', focus: false});
		expect(await lab.sh('pgrep -f ^/root/nbtop || true')).toBe('');
	});

	test('the demo plays', async () => {
		const screen = await lab.login(100, 30);
		screen.type(`${bare} /root/nbtop demo\r`);
		await screen.waitFor(/PLAY x1/, 120_000);
		screen.type('q');
		await screen.waitFor(prompt);
	});

	test('the package is installed, runs, and is removed without a trace', {timeout: 400_000}, async () => {
		// Listed here: in the guest, unpacking all of it takes long.
		const {stdout: list} = await execa('bash', [
			'-c',
			`dpkg-deb --fsys-tarfile "$1" | tar -t | sed 's,^\\.,,; s,/$,,' | grep .`,
			'list',
			join(top, 'release', deb),
		]);
		const paths = list.split('\n');
		const own = ['/var/lib/nbtop', '/root/.cache/nbtop', '/root/.local/state/nbtop', '/etc/nbtop'];
		const look = async () => lab.sh(`ls -d ${[...paths, ...own].join(' ')} 2>/dev/null || true`);
		const before = await look();
		expect(before).not.toContain('/usr/bin/nbtop');

		// The triggers are those of other packages: man-db would go through all pages of the machine.
		await lab.sh(`dpkg --no-triggers -i /share/${deb}`, {timeout: 200});
		expect((await look()).split('\n').length).toBeGreaterThan(before.split('\n').length + 5);
		expect(await lab.sh('dpkg -V nbtop && dpkg -s nbtop')).toContain('Status: install ok installed');
		expect(await lab.sh(`${bare} nbtop --version`)).toBe(`nbtop ${version}`);
		const diagnosis = await lab.run(['sh', '-c', `${bare} nbtop diagnose --for 3 --json`], {timeout: 120});
		expect(JSON.parse(diagnosis.stdout).schema).toBe('nbtop.diagnosis/1');
		expect(await lab.sh(`bash -c '. /usr/share/bash-completion/completions/nbtop; complete -p nbtop'`)).toContain(
			'nbtop',
		);
		expect(await lab.sh('zcat /usr/share/man/man1/nbtop.1.gz')).toContain('.TH NBTOP 1');

		await lab.sh('dpkg --no-triggers -r nbtop', {timeout: 120});
		expect(await look()).toBe(before);
		expect((await lab.run(['dpkg', '-s', 'nbtop'])).exitCode).toBe(1);
		expect(await lab.sh('pgrep -x nbtop || true')).toBe('');
	});
});
