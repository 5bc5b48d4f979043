import {expect, test} from 'vitest';
import {parsePing} from '../../source/parse/ping.ts';

test('counts what came back', () => {
	const text = `PING 10.2.0.1 (10.2.0.1) 1472(1500) bytes of data.
1480 bytes from 10.2.0.1: icmp_seq=1 ttl=63 time=0.07 ms

--- 10.2.0.1 ping statistics ---
3 packets transmitted, 1 received, 66.6667% packet loss, time 410ms`;
	expect(parsePing(text)).toEqual({received: 1});
});

test.each([
	['ping: local error: message too long, mtu=1280', 1280],
	['ping: local error: Message too long, mtu=1400', 1400],
	['From 10.1.0.254 icmp_seq=1 Frag needed and DF set (mtu = 1401)', 1401],
	['From fd01::fe icmp_seq=1 Packet too big: mtu=1402', 1402],
])('%s names an MTU', (line, mtu) => {
	const text = `${line}\n3 packets transmitted, 0 received, +1 errors, 100% packet loss, time 410ms`;
	expect(parsePing(text)).toEqual({received: 0, mtu});
});

test('a router that does not know its MTU names none', () => {
	const text = 'Frag needed and DF set (mtu = 0)\n3 packets transmitted, 0 received, 100% packet loss';
	expect(parsePing(text)).toEqual({received: 0});
});

test('why nothing could be sent is kept', () => {
	expect(parsePing('ping: connect: Network is unreachable')).toEqual({
		received: 0,
		failure: 'connect: Network is unreachable',
	});
	expect(parsePing('')).toEqual({received: 0, failure: 'ping says nothing'});
});
