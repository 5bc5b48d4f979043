/*
Run by `kernel.test.ts` in a network namespace of its own: changes settings of devices made for it, puts them back, and
prints what it found as JSON.
*/
import {createRealHost} from '../../../source/host.ts';
import type {Setting} from '../../../source/model/tuning.ts';
import {
	identifyDevice,
	isSameValue,
	readSetting,
	resolveSetting,
	writeSetting,
} from '../../../source/tuning/settings.ts';

const hostile = `q'"$;&\\`;
const host = createRealHost();

async function run(...words: string[]): Promise<void> {
	const [program = '', ...args] = words;
	const {status, stderr} = await host.run(program, args, 10);
	if (status !== 0) {
		throw new Error(`${words.join(' ')}: ${stderr}`);
	}
}

await run('ip', 'link', 'add', 'v0', 'numrxqueues', '4', 'numtxqueues', '4', 'type', 'veth', 'peer', 'name', 'v1');
await run('ip', 'link', 'add', hostile, 'type', 'veth', 'peer', 'name', 'v2');
await run('ip', 'link', 'set', 'v0', 'up');

const trials: readonly (readonly [Setting, string])[] = [
	[{kind: 'sysctl', name: 'net.ipv4.tcp_rmem'}, '8192 262144 33554432'],
	[{kind: 'sysctl', name: 'net.ipv4.tcp_mtu_probing'}, '1'],
	[{kind: 'rps-cpus', device: 'v0', queue: 2}, '00000001'],
	[{kind: 'rps-flow-count', device: 'v0', queue: 1}, '5000'],
	[{kind: 'xps-cpus', device: 'v0', queue: 3}, '00000001'],
	[{kind: 'mtu', device: 'v0'}, '1342'],
	[{kind: 'mtu', device: hostile}, '1300'],
	[{kind: 'rps-cpus', device: hostile, queue: 0}, '00000001'],
	[{kind: 'channels', device: 'v0', field: 'rx'}, '2'],
	[{kind: 'channels', device: 'v0', field: 'tx'}, '3'],
];

const results = [];
for (const [setting, to] of trials) {
	const before = await readSetting(setting, host);
	await writeSetting(setting, to, host);
	const after = await readSetting(setting, host);
	await writeSetting(setting, before, host);
	const restored = await readSetting(setting, host);
	const isTaken = isSameValue(setting, after, to);
	results.push({kind: setting.kind, before, after, isTaken, isBack: isSameValue(setting, restored, before)});
}

const refused: readonly (readonly [Setting, string])[] = [
	[{kind: 'rps-cpus', device: 'v0', queue: 0}, 'ffffffff,ffffffff,ffffffff,ffffffff'],
	[{kind: 'rps-cpus', device: 'v0', queue: 9}, '1'],
	[{kind: 'mtu', device: 'v0'}, '70000000'],
	[{kind: 'threaded-napi', device: hostile}, '1'],
	[{kind: 'channels', device: 'v0', field: 'rx'}, '64'],
	[{kind: 'channels', device: hostile, field: 'rx'}, '64'],
	[{kind: 'sysctl', name: 'net.ipv4.tcp_congestion_control'}, 'no-such-thing'],
	[{kind: 'root-qdisc', device: 'none0'}, 'fq'],
];
const refusals = [];
for (const [setting, to] of refused) {
	const error = await writeSetting(setting, to, host).then(
		() => undefined,
		(reason: Error & {code?: string}) => reason,
	);
	refusals.push(`${setting.kind} ${error?.code}`);
}

const device = identifyDevice({kind: 'mtu', device: 'v0'}, host);
await run('ip', 'link', 'delete', 'v0');
const gone = resolveSetting({kind: 'rps-cpus', device: 'v0', queue: 0}, host) === undefined;
process.stdout.write(JSON.stringify({results, refusals, hasIdentity: (device?.ifindex ?? 0) > 0, gone}));
host.close();
