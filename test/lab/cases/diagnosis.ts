import {afterAll, describe, test} from 'vitest';
import {diagnoseLabelled, type Labelled, printConfusion} from '../diagnosis.ts';
import {needLab} from '../lab.ts';
import {runFolder} from '../run-folder.ts';
import type {TrafficOptions} from '../traffic.ts';

const lab = needLab();

const busyIn: TrafficOptions = {direction: 'in', streams: 8, megabits: 0};
const busyOut: TrafficOptions = {direction: 'out', streams: 4, megabits: 0};
const calmOut: TrafficOptions = {direction: 'out', streams: 2, megabits: 8};

const rps = (device: string) => `for queue in /sys/class/net/${device}/queues/rx-*; do echo f >$queue/rps_cpus; done`;

/** Every queue's interrupts on CPU1. */
const pileUp =
	'for irq in $(grep -oP "^ *\\K\\d+(?=:.*virtio\\d+-(in|out)put\\.)" /proc/interrupts); do echo 1 >/proc/irq/$irq/smp_affinity_list; done';

/** A second peer: another program in beta with a port, a key and an address of its own, so that its packets are a second flow. */
const secondPeer = {
	setUpBeta: `
		WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 wireguard-go wt3 >/dev/null 2>&1
		wg genkey | tee >(wg pubkey >${runFolder}/share/third.pub) | wg set wt3 private-key /dev/stdin listen-port 51823 \
			peer "$(wg show wt0 peers)" endpoint 10.77.0.1:51820 allowed-ips 100.64.0.1/32
		ip addr add 100.64.0.3/32 dev wt3; ip link set wt3 mtu 1280 up
		ip route replace 100.64.0.1/32 dev wt3 table 103; ip rule add from 100.64.0.3 table 103`,
	setUp: `wg set wt0 peer "$(</share/third.pub)" endpoint 10.77.0.2:51823 allowed-ips 100.64.0.3/32 persistent-keepalive 5
		ping -q -c 2 -w 20 100.64.0.3`,
	cleanUpBeta: `ip rule del from 100.64.0.3 table 103; ip link del wt3`,
};
const twoPeers: readonly TrafficOptions[] = [busyIn, {...busyIn, to: '100.64.0.3'}];

/** Loses a share of the tunnel's packets after they have left alpha: beta's own firewall, before its WireGuard. */
const lossBeyond = {
	setUpBeta: `nft -f - <<'NFT'
table inet loss {
	chain in { type filter hook input priority -300; udp dport 51820 numgen random mod 1000 < 40 drop; }
}
NFT`,
	cleanUpBeta: 'nft delete table inet loss',
};

/** A relay as NetBird has it: a program on this host that WireGuard reaches over loopback. */
const relay = {
	beside: `/usr/bin/python3 -c '
import select, socket
inside, outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inside.bind(("127.0.0.1", 40001)); outside.bind(("10.77.0.1", 40002))
while True:
    for ready in select.select([inside, outside], [], [])[0]:
        data, sender = ready.recvfrom(65535)
        if ready is inside: outside.sendto(data, ("10.77.0.2", 51820))
        else: inside.sendto(data, ("127.0.0.1", 51820))'`,
	setUp: 'sleep 3; wg set wt0 peer "$(wg show wt0 peers)" endpoint 127.0.0.1:40001; ping -q -c 2 -w 30 100.64.0.2',
};

const cases: readonly Labelled[] = [
	{name: 'nobody sends', label: ['idle']},
	{name: 'one queue, one peer, all it can', label: ['softirq-pinned'], traffic: [busyIn]},
	{name: 'one queue, two peers', label: ['single-queue'], ...secondPeer, traffic: twoPeers},
	{
		name: 'four queues, two peers, all interrupts on CPU1',
		label: ['irq-pile-up'],
		...secondPeer,
		setUp: `${secondPeer.setUp}; ethtool -L eth0 combined 4; ${pileUp}`,
		traffic: twoPeers,
	},
	{
		name: 'a backlog of 5 packets with RPS',
		label: ['softnet-backlog'],
		setUp: `${rps('eth0')}; sysctl -qw net.core.netdev_max_backlog=5`,
		traffic: [busyIn],
	},
	{
		name: 'a budget of 2 packets',
		label: ['softnet-squeeze'],
		setUp: 'sysctl -qw net.core.netdev_budget=2 net.core.dev_weight=2',
		traffic: [busyIn],
	},
	{
		name: 'the tunnel’s MTU above the path',
		label: ['fragmentation'],
		setUp: 'ip link set wt0 mtu 1500',
		traffic: [{direction: 'out', streams: 1, megabits: 6, extra: '-u -l 1440'}],
	},
	{
		name: 'a queue that was told 5 Mbit/s',
		label: ['qdisc-drops'],
		setUp: 'tc qdisc replace dev eth0 root tbf rate 5mbit burst 16k limit 30k',
		traffic: [busyOut],
	},
	{
		name: 'a table of 5 connections',
		label: ['conntrack-full'],
		setUp: 'sysctl -qw net.netfilter.nf_conntrack_max=5',
		traffic: [],
		beside: `/usr/bin/python3 -c '
import socket, time
while True:
    each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try: each.sendto(b"x", ("100.64.0.2", 9))
    except PermissionError: pass
    time.sleep(0.05)'`,
	},
	{name: 'a path that loses 4 %', label: ['tcp-retransmits-without-local-drops'], ...lossBeyond, traffic: [busyOut]},
	{
		name: 'a small window over a long way',
		label: ['window-bound'],
		setUp: 'tc qdisc replace dev eth0 root netem delay 300ms limit 10000',
		setUpBeta: 'sysctl -qw net.ipv4.tcp_rmem="4096 65536 131072"',
		cleanUpBeta: 'sysctl -qw net.ipv4.tcp_rmem="4096 131072 33554432"',
		traffic: [{direction: 'out', streams: 4, megabits: 0}],
	},
	{
		name: 'iperf3 at its core',
		label: ['load-generator-bound'],
		traffic: [{direction: 'out', streams: 1, megabits: 0, extra: '-u -b 0 -l 16'}],
	},
	{name: 'a relay', label: ['relayed-peer'], ...relay, traffic: [calmOut]},
	{
		name: 'a peer that has gone',
		label: ['peer-handshake-stale'],
		setUpBeta: `nft -f - <<'NFT'
table inet gone {
	chain in { type filter hook input priority -300; udp dport 51820 drop; }
	chain out { type filter hook output priority -300; udp sport 51820 drop; }
}
NFT`,
		cleanUpBeta: 'nft delete table inet gone',
		wait: 190,
		beside: 'ping -q -i 0.5 100.64.0.2',
	},
	{
		name: 'moderate load, spread over all cores',
		label: ['well-distributed', 'no-limit-here'],
		setUp: `ethtool -L eth0 combined 4; ${rps('eth0')}; ${rps('wt0')}`,
		traffic: [{direction: 'in', streams: 8, megabits: 25}],
	},
	{
		name: 'moderate load that goes out',
		label: ['well-distributed', 'no-limit-here'],
		traffic: [calmOut],
	},
];

afterAll(printConfusion);

describe('the real program names the bottleneck that was made', () => {
	test.each(cases)('$name', labelled => diagnoseLabelled(lab, labelled), 900_000);
});
