import {expect, test} from 'vitest';
import type {Mesh} from '../../source/bench/peers.ts';
import {createRemote} from '../../source/bench/remote.ts';
import {resolvePeer} from '../../source/bench/resolve-peer.ts';
import {createRemoteServers, createStandingServers} from '../../source/bench/servers.ts';
import {createFakeMachine, type FakeProgram} from '../helpers/host.ts';
import {at} from '../helpers/readings.ts';

const mesh: Mesh = {
	readings: {
		wireguard: at(1, [
			{
				interface: 'wt0',
				peers: [
					{publicKey: 'B', endpoint: '10.77.0.2:51820', allowedIps: ['100.64.0.2/32']},
					{publicKey: 'C', endpoint: '10.77.0.3:51820', allowedIps: ['100.64.0.3/32']},
				],
			},
		]),
		netbird: at(1, {peers: [{publicKey: 'B', fqdn: 'beta.netbird.cloud', address: '100.64.0.2'}]}),
		addresses: at(1, {wt0: ['100.64.0.1/16']}),
	},
	topology: {
		tunnels: [{interface: 'wt0', kind: 'kernel', underlays: ['eth0']}],
		underlays: [],
		pathDevices: [],
		irqs: {},
	},
};

const unknown: FakeProgram = () => ({status: 2});

function setUp(programs: Readonly<Record<string, FakeProgram | string>> = {}) {
	const machine = createFakeMachine({programs: {getent: unknown, ssh: unknown, ...programs}});
	return {machine, resolve: (query: string, target?: string) => resolvePeer(query, target, mesh, machine.host)};
}

test('a name or an address of the tunnel needs nobody’s help', async () => {
	const {resolve, machine} = setUp();
	expect(await resolve('beta')).toEqual({peer: expect.objectContaining({address: '100.64.0.2', publicKey: 'B'})});
	expect(await resolve('100.64.0.3')).toEqual({peer: expect.objectContaining({publicKey: 'C'})});
	expect(machine.acts).toEqual([]);
});

test('with a user in front it is an ssh target too', async () => {
	const {resolve} = setUp();
	const {peer, remote} = await resolve('root@beta');
	expect({address: peer.address, target: remote?.target}).toEqual({address: '100.64.0.2', target: 'root@beta'});
	expect((await resolve('beta', 'admin@10.77.0.2')).remote?.target).toBe('admin@10.77.0.2');
});

test('a name of the resolver, or of ssh’s own configuration, is found by its address', async () => {
	const byResolver = setUp({'getent ahosts gamma': '10.77.0.3      STREAM gamma\n10.77.0.3      DGRAM\n'});
	expect((await byResolver.resolve('gamma')).peer.publicKey).toBe('C');
	const byConfig = setUp({'ssh -G -- gw': 'user root\nhostname 10.77.0.3\nport 22\n'});
	expect((await byConfig.resolve('gw')).peer.publicKey).toBe('C');
});

test('else the machine itself is asked, where there is a way to it', async () => {
	const addresses = [{ifname: 'wt0', addr_info: [{local: '100.64.0.3', prefixlen: 16}]}];
	const {resolve} = setUp({
		ssh: args => (args.at(-1) === 'ip -j addr show' ? {stdout: JSON.stringify(addresses)} : {status: 255}),
	});
	expect((await resolve('root@elsewhere')).peer.publicKey).toBe('C');
	const closed = setUp({
		ssh: () => ({status: 255, stderr: 'ssh: connect to host elsewhere port 22: No route to host\n'}),
	});
	await expect(closed.resolve('root@elsewhere')).rejects.toThrow('ssh root@elsewhere: ssh: connect to host');
});

test.each([
	['delta', /^'delta' is no peer of wt0: there are beta\.netbird\.cloud \(100\.64\.0\.2\), 100\.64\.0\.3$/],
	['100.64.0.1', /^100\.64\.0\.1 is this machine/],
	['root@-oProxyCommand=id', /is no ssh target/],
	['$(id)', /is no peer of wt0/],
])('%s is refused in words', async (query, message) => {
	await expect(setUp().resolve(query)).rejects.toThrow(message);
});

test('a hostile name is handed to nobody', async () => {
	const {resolve, machine} = setUp();
	await expect(resolve('; reboot')).rejects.toThrow(/is no peer/);
	expect(machine.acts).toEqual([]);
});

test('where there is no tunnel that is what is said', async () => {
	const {machine} = setUp();
	const none: Mesh = {readings: {}, topology: {tunnels: [], underlays: [], pathDevices: [], irqs: {}}};
	await expect(resolvePeer('beta', undefined, none, machine.host)).rejects.toThrow(/^no tunnel found: /);
});

test('servers at the other end have the version there, a port of their own each, and end in order', async () => {
	const lines: string[] = [];
	const machine = createFakeMachine({
		programs: {
			ssh(args) {
				const line = args.at(-1) ?? '';
				lines.push(line);
				return line.startsWith('iperf3') ? {stdout: 'iperf 3.16 (cJSON 1.7.15)\n'} : {stdout: '{}'};
			},
		},
	});
	const servers = await createRemoteServers(machine.host, createRemote(machine.host, 'beta'), 5300);
	expect(servers.version).toBe('3.16');
	const [first, next] = [await servers.start('100.64.0.2'), await servers.start('100.64.0.2')];
	expect([first.port, next.port]).toEqual([5301, 5302]);
	expect(lines.at(-1)).toMatch(/ sh iperf3 -s -1 -J -p 5302 -B 100\.64\.0\.2 --idle-timeout 30/);
	await first.stop();
	await next.stop();
});

test.each([
	[{status: 127}, /iperf3 is not installed at beta \(apt install iperf3\)/],
	[{status: 255, stderr: 'Permission denied (publickey).\n'}, /ssh beta: Permission denied/],
])('without iperf3 there, or without a way there, nothing can be started', async (output, message) => {
	const machine = createFakeMachine({programs: {ssh: () => output}});
	const servers = createRemoteServers(machine.host, createRemote(machine.host, 'beta'), 5300);
	await expect(servers).rejects.toThrow(message);
});

test('a server that cannot listen says why', async () => {
	const error =
		'{"start": {}, "intervals": [], "end": {}, "error": "unable to start listener for connections: Cannot assign requested address"}';
	const machine = createFakeMachine({
		programs: {ssh: args => ({stdout: args.at(-1)?.startsWith('iperf3') ? 'iperf 3.16' : error})},
	});
	const servers = await createRemoteServers(machine.host, createRemote(machine.host, 'beta'), 5300);
	const server = await servers.start('192.0.2.9');
	await server.stop();
	expect(server.failure()).toMatch(/Cannot assign requested address/);
	expect(createStandingServers().describeMissing('100.64.0.2')).toMatch(/`iperf3 -s -B 100\.64\.0\.2`/);
	expect(createStandingServers(5333).describeMissing('100.64.0.2')).toMatch(/-p 5333`/);
});
