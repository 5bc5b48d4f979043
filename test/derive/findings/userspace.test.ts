import {expect, test} from 'vitest';
import {healthyLoad, type MachineLoad, watchMachine} from '../../helpers/machine.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

/*
A tunnel that is a program is to be known at all times. It is what limits only where it, or a core, has nothing left.
*/

/** wireguard-go at so many percent of a CPU, and what else is so. */
function makeUserspace(usr: number, parts: Partial<MachineLoad> = {}, socketDrops?: number): MachineLoad {
	return {
		...healthyLoad,
		threads: [{name: 'wireguard-go', cpu: 1, usr, sys: 0, threads: 12}],
		...parts,
		tunnel: {...healthyLoad.tunnel, kind: 'tun', ...(socketDrops !== undefined && {socketDrops})},
	};
}

const overflow = {
	protocols: {...healthyLoad.protocols, 'Udp.InDatagrams': 40_000, 'Udp.RcvbufErrors': 1800, 'Udp.InErrors': 1800},
};

const find = ({findings}: ReturnType<typeof watchMachine>, id: string) => findings.find(each => each.id === id);

test('that has its core full is the limit', () => {
	const seen = watchMachine(makeUserspace(170));
	expect(seen.verdict).toMatchObject({id: 'userspace-wireguard', severity: 'limit'});
});

test('that has time left is told, and is no limit', () => {
	const seen = watchMachine(makeUserspace(14));
	expect(find(seen, 'userspace-wireguard')).toMatchObject({severity: 'hint'});
	expect(seen.verdict.id).not.toBe('userspace-wireguard');
});

test.each([14, 170])('at %i %% of a CPU hides no fragments', usr => {
	const {counters} = healthyLoad.tunnel;
	const protocols = {...healthyLoad.protocols, 'Ip.FragCreates': 9000, 'Ip.FragOKs': 4500};
	const cut = makeUserspace(usr, {protocols});
	const seen = watchMachine({...cut, tunnel: {...cut.tunnel, counters, mtu: 1500}});
	expect(seen.verdict).toMatchObject({id: 'fragmentation', severity: 'fault'});
});

test('that does not read its socket fast enough is a fault, with its own part', () => {
	const seen = watchMachine(makeUserspace(14, overflow, 900));
	expect(seen.verdict).toMatchObject({id: 'udp-socket-overflow', severity: 'fault', steps: ['socket-buffers']});
	expect(seen.verdict.text).toContain('900 datagrams/s of them at the socket of wt0, whose program reads too slowly');
	seen.findings.forEach(expectQuoted);
});

test('whose socket drops nothing is not blamed for what iperf3 loses', () => {
	const found = find(watchMachine(makeUserspace(14, overflow, 0)), 'udp-socket-overflow');
	expect(found).toMatchObject({severity: 'hint', steps: []});
	expect(found?.text).toContain('not the socket of wt0 (0 datagrams/s), but those of another program');
});

test('whose socket is not known is one of two that may be meant', () => {
	const found = find(watchMachine(makeUserspace(14, overflow)), 'udp-socket-overflow');
	expect(found).toMatchObject({severity: 'hint', steps: []});
	expect(found?.text).toContain('or another one does (ss -uanm');
});
