import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseAddresses} from '../../source/parse/addresses.ts';
import {ParseError} from '../../source/parse/parse-error.ts';

const text = JSON.stringify([
	{ifindex: 1, ifname: 'lo', addr_info: [{family: 'inet', local: '127.0.0.1', prefixlen: 8}]},
	{},
	{
		ifindex: 5,
		ifname: 'wt0',
		addr_info: [
			{family: 'inet', local: '100.64.0.1', prefixlen: 16},
			{family: 'inet6', local: 'fe80::1', prefixlen: 64},
		],
	},
	{ifindex: 6, ifname: 'eth1', addr_info: []},
]);

test('addresses stand with their prefix length under their interface', () => {
	expect(parseAddresses(text)).toEqual({
		lo: ['127.0.0.1/8'],
		wt0: ['100.64.0.1/16', 'fe80::1/64'],
		eth1: [],
	});
});

test('any text gives addresses or one error of the parser', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json()), given => {
			try {
				parseAddresses(given);
			} catch (error) {
				expect(error).toBeInstanceOf(ParseError);
			}
		}),
	);
});
