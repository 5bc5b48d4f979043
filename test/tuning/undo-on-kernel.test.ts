import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {execa} from 'execa';
import {describe, expect, onTestFinished, test} from 'vitest';

/** Tells a story of `try-undo.ts` in a network namespace of its own, with a `/sys` that shows it, once this was done in it. */
async function tell(story: string, before = 'true'): Promise<Record<string, unknown>> {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-undo-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	const script = path.join(import.meta.dirname, 'try-undo.ts');
	const enter = `mount -t sysfs sysfs /sys && ${before} && exec "$@"`;
	const words = ['-n', '-m', 'sh', '-c', enter, '_', process.execPath, script, `${folder}/state`, story];
	return JSON.parse((await execa('unshare', words)).stdout);
}

describe.runIf(process.getuid?.() === 0)('undo, on the kernel of this machine', {timeout: 30_000}, () => {
	test('queues: what an admin has set beside them since stays, and what could not be made again is not touched', async () => {
		const told = await tell('neighbours');
		expect(told).toMatchObject({applied: 'applied', afterRefusal: told.meddled});
		expect(told.meddled).toBe('1\nhtb 1:\nrx-0\nrx-1\ntx-0\ntx-1\ntx-2\ntx-3');
		expect(told.refused).toEqual([
			'channels is left alone: somebody else has changed it since (--force overwrites)',
			'  qdisc of vq: was noqueue, we set noqueue, now it is htb 1:',
		]);
		expect(told.undone).toEqual([
			'channels is undone:',
			'  rx queues of vq is 1 again',
			'  rps_cpus of vq rx-0: somebody else has set it to 1, and it stays so',
		]);
		expect(told.after).toBe('1\nnoqueue 0:\nrx-0\ntx-0\ntx-1\ntx-2\ntx-3');
	});

	test('a device that has another name and address since gets its value back, and whoever has its name keeps his', async () => {
		expect(await tell('renamed')).toEqual({
			applied: 'applied',
			meddled: 'lan0/mtu:1400\nlo/mtu:65536\nv0/mtu:1300',
			undone: ['mtu is undone:', '  MTU of lan0 is 1500 again'],
			after: 'lan0/mtu:1500\nlo/mtu:65536\nv0/mtu:1300',
		});
	});

	test('what was set in one network namespace is not undone in another, and not forgotten there', async () => {
		expect(await tell('between')).toEqual({
			applied: 'applied',
			inside: {
				undone: [
					expect.stringMatching(/^'Do probing' \(probing-1\) was set in another network namespace \(net:\[\d+\]\)/),
				],
				after: '2',
			},
			here: '1',
			undone: ['probing is undone:', '  net.ipv4.tcp_mtu_probing is 0 again'],
			after: '0',
		});
	});

	test('nothing is written to a device of the namespace around, of which only /sys is seen', async () => {
		// A namespace without a process goes: somebody stays in it.
		const enter = `set -- sh -c 'unshare -n "$@"; exit $?' _ "$@"`;
		const told = await tell('entered', `ip link add wg0 type veth peer name wg1 && ${enter}`);
		expect(told).toEqual({
			applied:
				'refused: /sys shows wg0 of another network namespace than the one in which nbtop runs: nothing is changed',
			around: '1500',
			here: 'mtu 1500',
		});
	});
});
