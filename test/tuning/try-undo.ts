/*
Run by `undo-on-kernel.test.ts` in a network namespace of its own, with a state folder and the name of a story: changes devices
that are made for it, lets somebody else meddle, undoes, and prints what it found as JSON.
*/
import {createRealHost} from '../../source/host.ts';
import type {Setting, Wish} from '../../source/model/tuning.ts';
import {openJournal} from '../../source/tuning/journal-file.ts';
import {type Preview, previewStep} from '../../source/tuning/preview.ts';
import {applyStep, type TuningTools} from '../../source/tuning/tune.ts';
import {undoStep} from '../../source/tuning/undo.ts';
import {describeUndo} from '../../source/tuning/undo-text.ts';
import {makeSituation, makeStep} from '../helpers/tuning.ts';

const host = createRealHost();
const [folder = '', story = ''] = process.argv.slice(2);
const tools: TuningTools = {host, journal: openJournal(host, folder), version: '1', arm: async () => undefined};

async function sh(line: string): Promise<string> {
	const {status, stdout, stderr} = await host.run('sh', ['-ec', line], 10);
	if (status !== 0) {
		throw new Error(`${line}: ${stderr}`);
	}
	return stdout.trim();
}

/** A step that wants this, and that disturbs these as a driver would. */
async function apply(id: string, wishes: readonly Wish[], disturbed: readonly Setting[] = []): Promise<string> {
	const preview: Preview = await previewStep(makeStep({id, wishes}), makeSituation(), host);
	const changes = preview.changes.map(change => ({...change, disturbed}));
	const result = await applyStep({...preview, changes}, {}, tools);
	return 'reason' in result ? `${result.kind}: ${result.reason}` : result.kind;
}

async function undo(id: string, force = false): Promise<string[]> {
	return describeUndo(await undoStep(id, {force}, tools), '--force');
}

const stories: Readonly<Record<string, () => Promise<object>>> = {
	async neighbours() {
		const queues: Setting = {kind: 'channels', device: 'vq', field: 'rx'};
		const mask: Setting = {kind: 'rps-cpus', device: 'vq', queue: 0};
		const qdisc: Setting = {kind: 'root-qdisc', device: 'vq'};
		const look = () =>
			sh(
				'cat /sys/class/net/vq/queues/rx-0/rps_cpus; tc qdisc show dev vq | cut -d" " -f2,3; ls /sys/class/net/vq/queues',
			);
		await sh('ip link add vq numrxqueues 4 numtxqueues 4 type veth peer name vp');
		await sh('ip link set vq up; ip link set vp up; ethtool -L vq rx 1');
		const applied = await apply('channels', [{setting: queues, to: '2'}], [mask, qdisc]);
		await sh('tc qdisc replace dev vq root handle 1: htb default 10');
		await sh(
			'tc class add dev vq parent 1: classid 1:10 htb rate 1gbit; echo 1 >/sys/class/net/vq/queues/rx-0/rps_cpus',
		);
		const meddled = await look();
		const refused = await undo('channels');
		const afterRefusal = await look();
		await sh('tc qdisc del dev vq root');
		const undone = await undo('channels');
		return {applied, meddled, refused, afterRefusal, undone, after: await look()};
	},
	async renamed() {
		const mtu: Setting = {kind: 'mtu', device: 'v0'};
		const look = () => sh('cd /sys/class/net; grep . */mtu');
		await sh('ip link add v0 type veth peer name v1; ip link set v1 mtu 1300');
		const applied = await apply('mtu', [{setting: mtu, to: '1400'}]);
		await sh('ip link set v0 name lan0 address 02:00:00:00:00:09; ip link set v1 name v0');
		return {applied, meddled: await look(), undone: await undo('mtu'), after: await look()};
	},
	/** One journal, and a namespace inside this one. */
	async between() {
		const look = () => sh('cat /proc/sys/net/ipv4/tcp_mtu_probing');
		const wish: Wish = {setting: {kind: 'sysctl', name: 'net.ipv4.tcp_mtu_probing'}, to: '1'};
		const applied = await apply('probing', [wish]);
		const {stdout} = await host.run('unshare', ['-n', process.execPath, import.meta.filename, folder, 'inside'], 20);
		const here = await look();
		return {applied, inside: JSON.parse(stdout), here, undone: await undo('probing'), after: await look()};
	},
	async inside() {
		await sh('echo 2 >/proc/sys/net/ipv4/tcp_mtu_probing');
		const undone = await undo('probing');
		return {undone, after: await sh('cat /proc/sys/net/ipv4/tcp_mtu_probing')};
	},
	/** The `/sys` that is seen here is that of the namespace around this one, which has a wg0 too. */
	async entered() {
		await sh('ip link add wg0 type veth peer name wg1');
		const applied = await apply('mtu', [{setting: {kind: 'mtu', device: 'wg0'}, to: '1400'}]);
		return {
			applied,
			around: await sh('cat /sys/class/net/wg0/mtu'),
			here: await sh('ip -o link show wg0 | grep -o "mtu [0-9]*"'),
		};
	},
};

process.stdout.write(JSON.stringify(await stories[story]?.()));
host.close();
