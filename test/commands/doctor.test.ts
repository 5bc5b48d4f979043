import {expect, test} from 'vitest';
import type {Flags, Terminal} from '../../source/commands/command.ts';
import {doctor} from '../../source/commands/doctor.ts';
import {steps} from '../../source/tuning/steps.ts';
import {createMemoryHost, type MemoryHost} from '../helpers/memory-host.ts';

/** A container with two CPUs, one interface and no program. */
function setUp(): MemoryHost {
	const host = createMemoryHost({
		'/proc/stat': 'cpu  2 0 2 6 0 0 0 0 0 0\ncpu0 1 0 1 3 0 0 0 0 0 0\ncpu1 1 0 1 3 0 0 0 0 0 0\nbtime 1700000000\n',
		'/proc/interrupts': '           CPU0       CPU1\n 38:  5  7 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0\n',
		'/proc/softirqs': '                    CPU0       CPU1\n      NET_RX:         11         12\n',
		'/proc/net/softnet_stat': '00000001 00000000 00000000\n00000002 00000000 00000000\n',
		'/proc/net/snmp': 'Ip: Forwarding FragCreates\nIp: 1 3\n',
		'/proc/net/netstat': 'TcpExt: TCPBacklogDrop\nTcpExt: 4\n',
		'/proc/self/status': 'Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n',
		'/proc/self/mounts':
			'proc /proc proc rw 0 0\nproc /proc/sys proc ro,nosuid 0 0\nsysfs /sys sysfs ro 0 0\nsysfs /sys sysfs rw 0 0\n',
		'/proc/sys/kernel/osrelease': '6.1.0-test\n',
		'/proc/sys/kernel/hostname': 'alpha\n',
		'/lib/modules/6.1.0-test/modules.dep':
			'kernel/net/sched/sch_fq.ko.xz:\nkernel/net/sched/sch_fq_codel.ko:\nkernel/drivers/net/wireguard/wireguard.ko: kernel/lib/x.ko\n',
		'/etc/os-release': 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
		'/sys/class/net/eth0/ifindex': '2\n',
		'/sys/class/net/eth0/statistics/rx_bytes': '1000\n',
	});
	return host;
}

async function run(host: MemoryHost, flags: Flags = {}) {
	let output = '';
	const terminal = {stdout: {write: (text: string) => (output += text)}, columns: 80} as unknown as Terminal;
	const status = await doctor.run({host, input: [], flags, version: '1.2.3', terminal});
	return {status, output};
}

test('a bare container is told what is missing, each with the command that mends it, and ends with 1', async () => {
	const {status, output} = await run(setUp());
	expect(status).toBe(1);
	expect(output).toContain('NO  ip is not installed');
	expect(output).toContain('      → dnf install iproute\n');
	expect(output).toContain('      → dnf install iproute-tc\n');
	expect(output).toMatch(/\/proc\/sys is mounted read-only/);
	expect(output).not.toMatch(/ {2}\/sys is mounted/);
	expect(output).toMatch(/no tcp_bbr: the step bbr-fq/);
	expect(output).not.toContain('sch_fq');
	expect(output).toMatch(/Something essential is missing/);
	expect(Math.max(...output.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
});

test('a path that is whole ends with 0', async () => {
	const host = setUp();
	host.files.set('/sys/class/net/wt0/ifindex', '3\n');
	host.files.set('/sys/class/net/wt0/uevent', 'DEVTYPE=wireguard\nINTERFACE=wt0\n');
	host.programs.set('wg', {stdout: ''});
	host.programs.set('wg show all transfer', {stdout: `wt0\t${'a'.repeat(43)}=\t10\t20\n`});
	host.programs.set('wg show all endpoints', {stdout: `wt0\t${'a'.repeat(43)}=\t192.0.2.1:51820\n`});
	host.programs.set('ip', {stdout: '[]'});
	host.programs.set('ip -j route get 192.0.2.1', {stdout: '[{"dst":"192.0.2.1","dev":"eth0"}]'});
	const {status, output} = await run(host);
	expect(output).toContain('ok  tunnel wt0 (kernel WireGuard)');
	expect(output).toContain('ok  wg: one peer');
	expect(output).toContain('ok  the packets of the tunnel go over eth0');
	expect(output).toMatch(/Nothing essential is missing/);
	expect(status).toBe(0);
});

test('as JSON every step has its line, and unknown is null', async () => {
	const {output} = await run(setUp(), {json: true});
	const {schema, version, host, checks} = JSON.parse(output);
	expect({schema, version, host}).toEqual({schema: 'nbtop.doctor/1', version: '1.2.3', host: 'alpha'});
	const ids = checks.filter(({group}: {group: string}) => group === 'step').map(({id}: {id: string}) => id);
	expect(ids).toEqual(steps.map(({id}) => id));
	expect(checks.find(({id}: {id: string}) => id === 'counters')).toMatchObject({
		state: 'ok',
		essential: true,
		mend: null,
	});
});

test('changes nothing, and sends no packet', async () => {
	const host = setUp();
	for (const program of ['ping', 'iperf3', 'ssh']) {
		host.programs.set(program, {});
	}
	await run(host);
	expect(host.runs.filter(words => /^(?:ping|iperf3|ssh) /.test(words) && !/ (?:-V|--version)$/.test(words))).toEqual(
		[],
	);
});
