#!/bin/sh
# Run by probe.test.ts in a mount namespace of its own: a client, a router that carries 1450 bytes on one side, and a peer
# whose replies over IPv4 leave in fragments of 1400. Prints what probe-path.ts found.
set -e
mount -t tmpfs tmpfs /run
for name in client router peer; do
	ip netns add "$name"
	ip -n "$name" link set lo up
done
ip -n client link add u0 type veth peer name r0 netns router
ip -n router link add r1 type veth peer name p0 netns peer
join() { ip -n "$1" addr add "$3" dev "$2" && ip -n "$1" addr add "$4" dev "$2" nodad && ip -n "$1" link set "$2" mtu "$5" up; }
join client u0 10.1.0.1/24 fd01::1/64 1500
join router r0 10.1.0.254/24 fd01::fe/64 1500
join router r1 10.2.0.254/24 fd02::fe/64 1450
join peer p0 10.2.0.1/24 fd02::1/64 1450
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip -n client route add default via 10.1.0.254
ip -n client -6 route add default via fd01::fe
ip -n peer route add default via 10.2.0.254 mtu lock 1400
ip -n peer -6 route add default via fd02::fe
exec ip netns exec client "$1" "$(dirname "$0")/probe-path.ts" 10.2.0.1:51820 '[fd02::1]:51820'
