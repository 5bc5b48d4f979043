import {describe, expect, test, vi} from 'vitest';
import {isRunning, kill, makeNetbirdLab} from '../helpers/netbird-lab.ts';

// The real program, with a NetBird that is a script, on interfaces of a network that is made for the test. `npm test` builds first.

const patience = {timeout: 30_000, interval: 100};

describe.skipIf(process.getuid?.() !== 0)('NetBird’s MTU', {timeout: 120_000, concurrent: true}, () => {
	test('Ctrl-Z in the middle of undo stops nothing before the tunnel is up again', async context => {
		const lab = await makeNetbirdLab(context);
		expect(await lab.apply(1420)).toMatchObject({kind: 'applied'});
		expect(await lab.state()).toBe('1420 1420');
		await lab.sh('echo 2 >/var/lib/netbird/slow');
		const job = await lab.startJob('undo');
		await vi.waitFor(() => lab.sh('test -e /var/lib/netbird/going'), patience);
		context.onTestFinished(() => kill(job.pid));
		// As the terminal does: the whole job.
		kill(-job.pid, 'SIGTSTP');
		await vi.waitFor(async () => expect(await lab.state()).toBe('1280 1280'), {...patience, timeout: 15_000});
		await job.ended;
		expect(await lab.transaction()).toMatchObject({phase: 'reverted'});
	});

	test('undo that is killed while the tunnel is down is finished by its guard, which goes then', async context => {
		const lab = await makeNetbirdLab(context);
		expect(await lab.apply(1420)).toMatchObject({kind: 'applied'});
		await lab.sh('echo 2 >/var/lib/netbird/slow');
		const job = await lab.startJob('undo');
		await vi.waitFor(() => lab.sh('test -e /var/lib/netbird/going'), patience);
		kill(job.pid, 'SIGKILL');
		expect(await lab.state()).toBe('1420 down');
		await vi.waitFor(async () => expect(await lab.state()).toBe('1280 1280'), patience);
		const {guards = []} = (await lab.transaction()) ?? {};
		expect(guards).toHaveLength(2);
		await vi.waitFor(() => expect(guards.filter(({process: {pid}}) => isRunning(pid))).toEqual([]), patience);
		expect(await lab.transaction()).toMatchObject({phase: 'reverted', writes: []});
	});

	test('undo that ends well leaves no guard', async context => {
		const lab = await makeNetbirdLab(context);
		expect(await lab.apply(1420)).toMatchObject({kind: 'applied'});
		expect(await lab.nbtop('undo')).toContain('mtu is undone');
		const {guards = []} = (await lab.transaction()) ?? {};
		expect(guards).toHaveLength(2);
		await vi.waitFor(() => expect(guards.filter(({process: {pid}}) => isRunning(pid))).toEqual([]), patience);
		expect(await lab.state()).toBe('1280 1280');
	});

	test('what a restart finds unconfirmed is not confirmed any more, and is put back by the guard that runs after it', async context => {
		const lab = await makeNetbirdLab(context);
		expect(await lab.apply(1420, 600)).toMatchObject({kind: 'applied'});
		const {guards = []} = (await lab.transaction()) ?? {};
		expect(guards).toHaveLength(2);
		await lab.restart(guards.map(({process: {pid}}) => pid));
		expect(await lab.state()).toBe('1420 1420');
		expect(await lab.nbtop('tune')).toContain('not confirmed before the machine was started anew');
		await expect(lab.nbtop('confirm')).rejects.toMatchObject({
			stdout: expect.stringContaining('too long ago to be confirmed: nbtop undo mtu puts it back'),
		});
		await lab.nbtop('guard', 'mtu-1', '--slot', '0');
		expect(await lab.state()).toBe('1280 1280');
		expect(await lab.transaction()).toMatchObject({phase: 'reverted', writes: []});
	});
});
