import path from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import type {WireGuardPeer} from '../../source/model/counters.ts';
import type {PathProbe} from '../../source/model/tuning.ts';
import {probePaths} from '../../source/tuning/probe.ts';
import {createFakeMachine} from '../helpers/host.ts';
import {makeSituation, range, type SituationParts} from '../helpers/situation.ts';

/** A path as echo requests find it. */
interface FakePath {
	/** Above this nothing passes with DF. */
	readonly pathMtu?: number;
	/** Above this a reply without DF comes in fragments. */
	readonly fragmentsAbove?: number;
	/** Whether a router says so, or the packet just vanishes. */
	readonly isToldSo?: boolean;
	/** Fragments of others that arrive with each question. */
	readonly noise?: number;
}

const now = 1_800_001_000;
const peer: WireGuardPeer = {publicKey: 'peer', endpoint: '192.0.2.2:51820', latestHandshake: now, receivedBytes: 9};

function setUp(paths: Readonly<Record<string, FakePath | undefined>>) {
	let fragments = 0;
	const showCounters = (): void => {
		machine.files.set('/proc/net/snmp', `Ip: Forwarding ReasmReqds\nIp: 1 ${fragments}\n`);
		machine.files.set('/proc/net/snmp6', `Ip6ReasmReqds ${fragments}\n`);
	};
	const machine = createFakeMachine({
		programs: {
			ping(args) {
				const option = (name: string): string => args[args.indexOf(name) + 1] ?? '';
				const fake = paths[args.at(-1) ?? ''];
				const mtu = Number(option('-s')) + (args.includes('-6') ? 48 : 28);
				machine.time += 1;
				fragments += fake?.noise ?? 0;
				if (fake === undefined) {
					return lost('');
				}
				if (option('-M') === 'do' && mtu > (fake.pathMtu ?? 1e9)) {
					return lost(
						fake.isToldSo === false ? '' : `From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = ${fake.pathMtu})`,
					);
				}
				fragments += option('-M') === 'dont' && mtu > (fake.fragmentsAbove ?? fake.pathMtu ?? 1e9) ? 6 : 0;
				showCounters();
				return {stdout: '3 packets transmitted, 3 received, 0% packet loss, time 402ms\n'};
			},
		},
	});
	showCounters();
	const probe = (peers: readonly WireGuardPeer[], parts: SituationParts = {}) =>
		probePaths(machine.host, makeSituation({peers, ...parts}));
	return {machine, probe};
}

function lost(line: string) {
	return {status: 1, stdout: `${line}\n3 packets transmitted, 0 received, 100% packet loss, time 2038ms\n`};
}

function found({pathMtu, unfragmentedMtu, reason}: PathProbe = {} as PathProbe) {
	return [pathMtu, unfragmentedMtu, reason];
}

test.each([
	[{pathMtu: 1500}, [1500, 1500, undefined]],
	[{pathMtu: 1400}, [1400, 1400, undefined]],
	[{pathMtu: 1387, isToldSo: false}, [1387, 1387, undefined]],
	[{pathMtu: 1500, fragmentsAbove: 1400}, [1500, 1400, undefined]],
	[{pathMtu: 1500, noise: 2}, [1500, undefined, 'other fragments arrive meanwhile: measure again without load']],
])('%j gives %j', async (fake, expected) => {
	const {probe} = setUp({'192.0.2.2': fake});
	expect(found((await probe([peer]))[0])).toEqual(expected);
});

test('IPv6 has its own header, and its own counters', async () => {
	const {machine, probe} = setUp({'2001:db8::2': {pathMtu: 1440}});
	expect(found((await probe([{...peer, endpoint: '[2001:db8::2]:51820'}]))[0])).toEqual([1440, 1440, undefined]);
	expect(machine.acts[0]).toMatch(/^run ping -n -6 -M do -s 1152 /);
});

test('requests go the way of the tunnel: with its mark, to the endpoint, no larger than the interface', async () => {
	const {machine, probe} = setUp({'192.0.2.2': {pathMtu: 1500}});
	const wireguard = {at: 1, value: [{interface: 'wt0', fwmark: 0x1bd00, peers: [peer]}]};
	await probe([peer], {readings: {wireguard}});
	expect(machine.acts[0]).toMatch(/ -m 113920 192\.0\.2\.2$/);
	expect(machine.acts.every(act => Number(/-s (\d+)/.exec(act)?.[1]) <= 1472)).toBe(true);
});

test('a peer that is relayed, silent or behind a filter has a reason, and no more is asked of it', async () => {
	const {machine, probe} = setUp({});
	const peers = [
		{...peer, publicKey: 'filtered'},
		{...peer, publicKey: 'loopback', endpoint: '127.0.0.1:4001'},
		{...peer, publicKey: 'relayed', endpoint: '192.0.2.9:51820'},
		{...peer, publicKey: 'idle', endpoint: '192.0.2.8:51820', latestHandshake: now - 900},
		{publicKey: 'never', endpoint: '192.0.2.7:51820'},
		{publicKey: 'unknown'},
	];
	const netbird = {at: 1, value: {peers: [{publicKey: 'relayed', connection: 'relayed' as const}]}};
	const probes = await probe(peers, {readings: {netbird}});
	expect(Object.fromEntries(probes.map(({publicKey, reason}) => [publicKey, reason]))).toEqual({
		filtered: 'its endpoint does not answer echo requests of 1200 bytes with DF',
		loopback: 'relayed: its packets do not go to this endpoint',
		relayed: 'relayed: its packets do not go to this endpoint',
		idle: 'the tunnel does not talk to it now',
		never: 'the tunnel does not talk to it now',
	});
	expect(machine.acts).toHaveLength(1);
});

test('the busiest peers are measured, for no longer than a minute', async () => {
	const addresses = range(9).map(index => `192.0.2.${index + 10}`);
	const slow = {pathMtu: 1387, isToldSo: false};
	const {machine, probe} = setUp(Object.fromEntries(addresses.map(address => [address, slow])));
	const peers = addresses.map((address, index) => ({
		...{...peer, publicKey: address, endpoint: `${address}:51820`, receivedBytes: index},
	}));
	const probes = await probe(peers);
	expect(probes).toHaveLength(9);
	expect(probes[0]).toMatchObject({endpoint: '192.0.2.18:51820', pathMtu: 1387});
	expect(probes.at(-1)?.reason).toBe('not measured: other peers are busier');
	expect(machine.time - 1000).toBeLessThan(90);
});

test('without ping, and with one that knows no DF, that is the reason', async () => {
	const {machine, probe} = setUp({});
	machine.programs.set('ping', () => ({status: 1, stderr: "ping: invalid option -- 'M'\n"}));
	expect((await probe([peer]))[0]?.reason).toBe("invalid option -- 'M'");
	machine.programs.delete('ping');
	expect((await probe([peer]))[0]?.reason).toBe('ping is not installed (apt install iputils-ping)');
});

describe.runIf(process.getuid?.() === 0)('over three network namespaces', () => {
	test('finds what a router cuts, and replies that come in fragments', async () => {
		const script = path.join(import.meta.dirname, 'probe-path.sh');
		const {stdout} = await execa('unshare', ['-m', 'sh', script, process.execPath]);
		expect(JSON.parse(stdout).map(found)).toEqual([
			[1450, 1400, undefined],
			[1450, 1450, undefined],
		]);
	}, 60_000);
});
