import {expect, test, vi} from 'vitest';
import {needLab} from '../lab.ts';
import {compareKnobs, expectGone, forget, readKnobs, tell, waitUntil} from '../tune.ts';

const lab = needLab();
vi.setConfig({testTimeout: 480_000});

/** Big packets of the tunnel are lost on the way and pings are not, so no probe can know: a box in between does that. */
const cut =
	'table inet cut { chain in { type filter hook prerouting priority 0; udp dport 51820 meta length > 1400 drop; }; }';
const big = 'head -c 100000 /dev/zero | base64 | wc -c; head -c 100000 /dev/zero | base64';

test('over ssh through the tunnel itself: an MTU that cuts the path is put back by the guard though the connection is gone, and ssh works again', async () => {
	const before = await forget(lab);
	expect((await lab.shOverTunnel(big)).exitCode).toBe(0);
	const screen = await lab.login(100, 30, 'tunnel');
	await onBeta(cut);
	try {
		screen.type('nbtop tune mtu --yes --confirm-within 45\r');
		await waitUntil(lab, '[ $(cat /sys/class/net/wt0/mtu) = 1440 ]', 120);
		// Whoever logs in now gets nothing that is big; the one who typed it is lost with his connection.
		expect((await lab.shOverTunnel(big, 10)).exitCode).not.toBe(0);
		screen.cut();
		expect(await lab.sh('cat /sys/class/net/wt0/mtu')).toBe('1440');
		await waitUntil(lab, '[ $(cat /sys/class/net/wt0/mtu) = 1280 ]', 120);
		const {exitCode, stdout} = await lab.shOverTunnel(big, 60);
		expect(exitCode).toBe(0);
		expect(stdout.length).toBeGreaterThan(100_000);
	} finally {
		await onBeta('delete table inet cut');
	}
	const {notices, results} = await tell(lab, 'undo --all');
	expect(notices).toEqual([expect.stringMatching(/was put back: not confirmed within 45 s/)]);
	expect(results).toMatchObject([{kind: 'nothing'}]);
	await expectGone(lab);
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
});

async function onBeta(rules: string): Promise<void> {
	const {exitCode, stderr} = await lab.run(['nft', rules], {on: 'beta'});
	expect(stderr, stderr).toBe('');
	expect(exitCode).toBe(0);
}
