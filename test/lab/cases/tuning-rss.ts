import {expect, test, vi} from 'vitest';
import {needLab} from '../lab.ts';
import {compareKnobs, readKnobs, tell} from '../tune.ts';

// The table of queues stays as it is: with an uneven one this NIC stalls for good.
const lab = needLab({LAB_RSS: 'on'});
vi.setConfig({testTimeout: 480_000});

test('the ports of UDP are hashed, and not any more when that is undone', async () => {
	await lab.sh(`rm -rf /var/lib/nbtop; ethtool -L eth0 combined 4; ethtool -N eth0 rx-flow-hash udp4 sd
		wg set wt0 peer $(wg genkey | wg pubkey) allowed-ips 100.64.0.9/32`);
	const before = await readKnobs(lab);
	const witness = 'ethtool -n eth0 rx-flow-hash udp4 | grep -cE "^(IP|L4)"';
	expect(await lab.sh(witness)).toBe('2');
	const {outcome, reason} = await tell(lab, 'tune rss-hash --yes');
	expect(outcome, reason ?? '').toMatchObject({kind: 'applied'});
	expect(await lab.sh(witness)).toBe('4');
	await lab.sh('nbtop confirm');
	expect((await tell(lab, 'undo')).results).toMatchObject([{kind: 'undone'}]);
	expect(await lab.sh(witness)).toBe('2');
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
});
