import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {parseProcessStat} from '../../source/parse/process-stat.ts';
import {capability, hasCapability, parseProcessStatus} from '../../source/parse/process-status.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

/** Fields 4 to 52, each with its own number plus 100. */
const rest = Array.from({length: 49}, (_, index) => index + 104).join(' ');

test('reads the fields by their place in proc_pid_stat(5)', () => {
	expect(parseProcessStat(`6016 (cat) R ${rest}\n`)).toEqual({
		pid: 6016,
		name: 'cat',
		state: 'R',
		user: 114,
		system: 115,
		childrenUser: 116,
		childrenSystem: 117,
		threads: 120,
		startTime: 122,
		residentPages: 124,
		cpu: 139,
	});
});

test.each(['kworker/1:0-wg-crypt-wt0', 'napi/wt0-8193', 'a b) R 1 (c', '(sd-pam)', '', 'two\nlines'])(
	'the name %j stays whole',
	name => {
		expect(parseProcessStat(`7 (${name}) S ${rest}`)).toMatchObject({pid: 7, name, state: 'S', cpu: 139});
	},
);

test('an idle thread of the kernel has fields below zero that nobody reads', () => {
	const fields = rest.split(' ').with(4, '-1').join(' ');
	expect(parseProcessStat(`7 (x) I ${fields}`)).toMatchObject({user: 114});
});

test('a text that is cut off is an error that names file and line', () => {
	expect(() => parseProcessStat('7 (cat) R 1 2 3')).toThrow('/proc/PID/stat line 1: expected a number, found nothing');
	expect(() => parseProcessStat('7 (cat')).toThrow('/proc/PID/stat line 1: expected a number, a name in parentheses');
});

test('reads this very process', () => {
	expect(parseProcessStat(readFileSync('/proc/self/stat', 'utf8')).pid).toBe(process.pid);
});

test('reads the effective user and capabilities', () => {
	const status = parseProcessStatus('Name:\tx\nUid:\t1000\t1001\t1002\t1003\nCapPrm:\t1\nCapEff:\t0000000000001000\n');
	expect(status).toEqual({effectiveUser: 1001, capabilities: 0x1000n});
	expect(hasCapability(status, capability.netAdmin)).toBe(true);
	expect(hasCapability(status, capability.sysAdmin)).toBe(false);
});

test('a status without capabilities grants none', () => {
	expect(parseProcessStatus('Name:\tx\n')).toEqual({});
	expect(hasCapability({}, capability.netAdmin)).toBe(false);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseProcessStat, `6016 (c a)t) R ${rest}\n`);
	expectCountersOrParseError(parseProcessStatus, 'Uid:\t1\t2\t3\t4\nCapEff:\t0000000000001000\n');
});
