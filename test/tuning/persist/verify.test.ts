import {expect, test} from 'vitest';
import type {Readings} from '../../../source/model/snapshot.ts';
import {verifyWanted} from '../../../source/tuning/persist/verify.ts';
import {createFakeMachine} from '../../helpers/host.ts';
import {makeFacts} from '../../helpers/situation.ts';

const socket = '/run/irqbalance/irqbalance77.sock';

/** irqbalance as it answers after a restart: what its policy script told it is not among what it tells. */
async function verifyBan(...words: string[]) {
	const {host} = createFakeMachine({
		files: {[socket]: '', '/proc/77/comm': 'irqbalance\n'},
		sockets: {[socket]: () => 'SLEEP 10 BANNED 00000000'},
	});
	const irqbalance = {running: true, pid: 77, socket, arguments: words};
	const readings: Readings = {machine: {at: 1, value: makeFacts({}, {irqbalance})}};
	return verifyWanted([{setting: {kind: 'irqbalance-ban'}, value: '28,30'}], readings, host);
}

test('irqbalance leaves alone what it was told to, by its policy script too, whose interrupts it does not tell', async () => {
	expect(await verifyBan('--foreground', '--policyscript=/usr/local/sbin/nbtop-irq-policy')).toMatchObject([
		{holds: true},
	]);
	expect(await verifyBan('--foreground')).toMatchObject([
		{holds: false, live: '', cause: expect.stringContaining('systemctl restart irqbalance')},
	]);
});
