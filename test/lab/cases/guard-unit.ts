import {expect, test, vi} from 'vitest';
import {needLab} from '../lab.ts';
import {compareKnobs, expectGone, forget, readKnobs, tell, waitUntil} from '../tune.ts';

// The settings of persist: one boot for both.
const lab = needLab({LAB_INIT: 'systemd', LAB_DISK: 'keep', LAB_UDEV: 'on'});
vi.setConfig({testTimeout: 480_000});

test('the guard is a unit of systemd, which comes again after kill -9, and puts back in time', async () => {
	const before = await forget(lab);
	const {outcome} = await tell(lab, 'tune rings --yes --confirm-within 60');
	expect(outcome).toMatchObject({kind: 'applied'});
	const ask = async (property: string): Promise<string> =>
		(await lab.sh(`systemctl show -p ${property} --value nbtop-guard-${outcome?.id}`)).trim();
	expect(await ask('ActiveState')).toBe('active');
	const pid = await ask('MainPID');
	await lab.sh(`kill -9 ${pid}`);
	await waitUntil(lab, `! [[ $(systemctl show -p MainPID --value nbtop-guard-${outcome?.id}) =~ ^(0|${pid})$ ]]`, 40);
	await waitUntil(lab, '[ $(ethtool -g eth0 | sed -n "s/^RX:[[:space:]]*//p" | tail -n 1) = 256 ]', 120);
	await expectGone(lab);
	expect(await ask('ActiveState')).toBe('inactive');
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
});

test('a guard whose journal was removed, and which was killed then, is not started for ever', async () => {
	await forget(lab);
	const {outcome} = await tell(lab, 'tune rings --yes --confirm-within 300');
	const unit = `nbtop-guard-${outcome?.id}`;
	await lab.sh(`rm -r /var/lib/nbtop && systemctl kill -s KILL ${unit}`);
	await waitUntil(lab, `[ "$(systemctl show -p LoadState --value ${unit})" = not-found ]`, 60);
	expect((await lab.run(['ls', '/var/lib/nbtop/journal.jsonl'])).exitCode).not.toBe(0);
});
