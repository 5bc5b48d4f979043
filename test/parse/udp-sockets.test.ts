import fc from 'fast-check';
import {expect, test} from 'vitest';
import {ParseError} from '../../source/parse/parse-error.ts';
import {parseUdpDrops} from '../../source/parse/udp-sockets.ts';

// Linux 6.18: wireguard-go on 51820, iperf3 -s -u on 5201, systemd-resolved on 53.
const text = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             
  351: 00000000:CA6C 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 24218 2 0000000000000000 102273
  382: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 9931 2 0000000000000000 0
 1402: 0100620A:1451 0200620A:D431 01 00000000:00000000 00:00000000 00000000     0        0 24301 2 0000000000000000 5730
 1403: 0100620A:1451 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24302 2 0000000000000000 4
`;

test('the drops of a port are those of all its sockets', () => {
	expect([...parseUdpDrops(text, '/proc/net/udp')]).toEqual([
		[51820, 102273],
		[53, 0],
		[5201, 5734],
	]);
});

test('a table without sockets has none', () => {
	expect([...parseUdpDrops(`${text.split('\n')[0]}\n`, '/proc/net/udp6')]).toEqual([]);
});

test('any text gives numbers or one error that names its place', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.string().map(row => `${text}${row}`),
			),
			any => {
				try {
					for (const [port, drops] of parseUdpDrops(any, '/proc/net/udp')) {
						expect(Number.isInteger(port) && Number.isInteger(drops) && drops >= 0).toBe(true);
					}
				} catch (error) {
					expect(error).toBeInstanceOf(ParseError);
					expect((error as Error).message).toMatch(/^\/proc\/net\/udp line \d+: /);
				}
			},
		),
	);
});
