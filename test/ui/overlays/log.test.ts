import {expect, test} from 'vitest';
import type {JournalEvent} from '../../../source/model/journal.ts';
import {describeLog} from '../../../source/ui/overlays/log.ts';

const at = {monotonic: 1, wall: Date.UTC(2026, 5, 1, 12)};
const setting = {kind: 'sysctl', name: 'net.core.netdev_budget'} as const;
const id = 'both-1';
const opened: JournalEvent = {
	...{type: 'opened', id, step: 'both', title: 'Do both', version: '1', bootId: 'b', at},
	...{process: {pid: 1, startTime: 1}, changes: []},
};

function tell(events: readonly JournalEvent[], width = 100): string[] {
	return describeLog(events, [], width).map(line => line.map(({text}) => text).join(''));
}

test('a write that nobody could finish is told as what it is', () => {
	const intent: JournalEvent = {type: 'intent', id, seq: 1, setting, from: '300', to: '600', at};
	expect(tell([opened, intent])[1]).toContain(
		'sysctl -w net.core.netdev_budget=600: was 300, nobody knows whether it was written',
	);
});

test('the newest step comes first, each with its own events in their order', () => {
	const second: JournalEvent = {...opened, id: 'later-2', title: 'Do more'};
	const failed: JournalEvent = {type: 'failed', id, message: 'EIO', at};
	const reverted: JournalEvent = {type: 'reverted', id, reason: 'EIO', at};
	const lines = tell([opened, failed, second, reverted]).filter(line => line !== '');
	expect(lines.map(line => line.replace(/^.*\d\d:\d\d:\d\d /, ''))).toEqual([
		'later-2: Do more',
		'both-1: Do both',
		'failed: EIO',
		'put back: EIO',
	]);
});

test('what the kernel rewrote along with it is told too', () => {
	const neighbour: JournalEvent = {type: 'intent', id, seq: 2, setting, from: '300', at};
	const applied: JournalEvent = {type: 'applied', id, seq: 2, actual: '64', at};
	expect(tell([opened, neighbour, applied])[1]).toContain('along with it: net.core.netdev_budget was 300, is 64');
});

test('settings and events of who knows where break nothing', () => {
	const strange = [
		opened,
		{type: 'intent', id, seq: 1, setting: {kind: 'teapot'}, from: 'a', to: 'b', at},
		{type: 'judged', id, at},
		{type: 'from the future', id, at},
	] as unknown as JournalEvent[];
	expect(tell(strange)[1]).toContain('{"kind":"teapot"} = b: was a');
});
