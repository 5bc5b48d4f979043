import {expect, test} from 'vitest';
import {rememberWhileSame} from '../../source/session/remember.ts';

interface Input {
	readonly readings: {readonly links?: {readonly value: number}; readonly nics?: {readonly value: number}};
	readonly topology: object;
}

function setUp(derive: (input: Input) => unknown) {
	let times = 0;
	const ask = rememberWhileSame((input: Input) => {
		times++;
		return derive(input);
	});
	return {ask, times: () => times};
}

const topology = {};
const links = {value: 1};

test('an answer is made anew only when a part that it was made from is another', () => {
	const {ask, times} = setUp(({readings}) => ({links: readings.links?.value}));
	const first = ask({readings: {links, nics: {value: 1}}, topology});
	expect(ask({readings: {links, nics: {value: 2}}, topology: {}})).toBe(first);
	expect(times()).toBe(1);
	expect(ask({readings: {links: {value: 3}}, topology})).toEqual({links: 3});
	expect(ask({readings: {}, topology})).toEqual({links: undefined});
	expect(ask({readings: {links}, topology})).toEqual({links: 1});
});

test('what was asked for and missing is seen when it comes', () => {
	const {ask} = setUp(({readings}) => readings.nics?.value ?? 'none');
	expect(ask({readings: {}, topology})).toBe('none');
	expect(ask({readings: {nics: {value: 7}}, topology})).toBe(7);
});

test.each([
	['copies all parts', ({readings}: Input) => ({...readings})],
	['lists the parts', ({readings}: Input) => Object.keys(readings)],
	['looks whether there is one', ({readings}: Input) => 'nics' in readings],
])('an answer that %s is made anew with any of them', (_, derive) => {
	const {ask} = setUp(derive);
	ask({readings: {links}, topology});
	const next = {readings: {links, nics: {value: 2}}, topology};
	expect(ask(next)).toEqual(derive(next));
});

test('which way is taken may depend on what was read', () => {
	const {ask} = setUp(({readings}) => (readings.links?.value === 1 ? 'one' : readings.nics?.value));
	expect(ask({readings: {links, nics: {value: 5}}, topology})).toBe('one');
	expect(ask({readings: {links: {value: 2}, nics: {value: 5}}, topology})).toBe(5);
	expect(ask({readings: {links: {value: 2}, nics: {value: 6}}, topology})).toBe(6);
});
