import {expect, test} from 'vitest';
import {describeRootQdisc, isSetByHand} from '../../source/derive/root-qdisc.ts';
import {parseQdiscs} from '../../source/parse/qdisc.ts';

function describe(...qdiscs: readonly object[]): string | undefined {
	return describeRootQdisc(parseQdiscs(JSON.stringify(qdiscs), 'eth0'), 'eth0');
}

test('what the kernel has set up is told by its kinds, in the order of the queues', () => {
	expect(describe({kind: 'fq_codel', handle: '0:', root: true})).toBe('fq_codel');
	expect(
		describe(
			{kind: 'mq', handle: '0:', root: true},
			{kind: 'pfifo_fast', handle: '0:', parent: ':a'},
			{kind: 'pfifo_fast', handle: '0:', parent: ':2'},
			{kind: 'fq_codel', handle: '0:', parent: ':1'},
		),
	).toBe('mq fq_codel pfifo_fast pfifo_fast');
	expect(
		describe(
			{kind: 'mq', handle: '8001:', root: true},
			{kind: 'fq', handle: '0:', parent: '8001:2'},
			{kind: 'fq', handle: '0:', parent: '8001:1'},
		),
	).toBe('mq fq');
});

test('what has a handle was set up by hand, but for what has nothing to set', () => {
	const htb = describe({kind: 'htb', handle: '1:', root: true}, {kind: 'fq', handle: '10:', parent: '1:10'}) ?? '';
	expect(htb).toBe('htb 1:');
	expect(isSetByHand(htb)).toBe(true);
	const child = describe({kind: 'mq', handle: '1:', root: true}, {kind: 'fq', handle: '8003:', parent: '1:1'}) ?? '';
	expect(isSetByHand(child)).toBe(true);
	const plain = describe({kind: 'mq', handle: '1:', root: true}, {kind: 'pfifo_fast', handle: '8003:', parent: '1:1'});
	expect(plain).toBe('mq pfifo_fast');
});

test('filters at the ingress are no root, and another device is another', () => {
	expect(describe({kind: 'clsact', handle: 'ffff:', parent: 'ffff:fff1'})).toBeUndefined();
	expect(describe({kind: 'fq', handle: '0:', root: true, dev: 'eth1'})).toBeUndefined();
});
