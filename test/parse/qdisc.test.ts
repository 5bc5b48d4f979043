import {expect, test} from 'vitest';
import {parseQdiscs} from '../../source/parse/qdisc.ts';
import {expectValuesOrParseError, readFixture} from '../helpers/parser-law.ts';

const fq = JSON.stringify([
	{
		kind: 'fq',
		handle: '8002:',
		dev: 'eth0',
		root: true,
		options: {limit: 10000},
		bytes: 11,
		packets: 12,
		drops: 13,
		overlimits: 14,
		requeues: 15,
		backlog: 16,
		qlen: 17,
		flows: 18,
		flows_plimit: 19,
	},
]);

test('every counter has its own place', () => {
	expect(parseQdiscs(fq)).toEqual([
		{
			device: 'eth0',
			kind: 'fq',
			handle: '8002:',
			root: true,
			bytes: 11,
			packets: 12,
			drops: 13,
			overlimits: 14,
			requeues: 15,
			backlog: 16,
			qlen: 17,
			flowsPlimit: 19,
		},
	]);
});

test('mq is the root of its children, which name their queue', () => {
	const qdiscs = parseQdiscs(readFixture('virtio-guest/tc-j-s-qdisc')).filter(({device}) => device === 'eth0');
	expect(qdiscs.map(({kind, root, parent}) => [kind, root, parent])).toEqual([
		['mq', true, undefined],
		['pfifo_fast', false, ':4'],
		['pfifo_fast', false, ':3'],
		['pfifo_fast', false, ':2'],
		['fq_codel', false, ':1'],
	]);
	expect(qdiscs[0]?.packets).toBe(358848);
});

test('the device of the command stands in where tc does not name it', () => {
	expect(parseQdiscs('[{"kind":"fq","root":true}]', 'eth1')).toEqual([{device: 'eth1', kind: 'fq', root: true}]);
	expect(parseQdiscs('[{"kind":"fq","root":true},{}]')).toEqual([]);
});

test('what is not a number from 0 up is absent', () => {
	expect(parseQdiscs('[{"kind":"fq","dev":"eth0","bytes":1e999,"packets":-1,"drops":"3","qlen":null}]')).toEqual([
		{device: 'eth0', kind: 'fq', root: false},
	]);
});

test('what is not JSON is an error that names the program', () => {
	expect(() => parseQdiscs('qdisc fq 8002: root refcnt 2')).toThrow('tc -j -s qdisc show line 1: not JSON');
	expect(() => parseQdiscs('[{"kind":"fq","bytes":NaN}]')).toThrow('not JSON');
	expect(() => parseQdiscs('')).toThrow('the output is empty');
	expect(() => parseQdiscs('{"kind":"fq"}')).toThrow('expected a list');
});

test('any text gives qdiscs or a parse error', () => {
	expectValuesOrParseError(parseQdiscs, [fq, readFixture('virtio-guest/tc-j-s-qdisc')]);
});
