import {expect, test} from 'vitest';
import {followJournal} from '../../source/session/journal-tail.ts';
import {followPersisted} from '../../source/session/persisted.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';

const line = (id: string): string => `${JSON.stringify({type: 'confirmed', at: {monotonic: 1, wall: 2}, id})}\n`;

test('the journal is followed from now on, whoever writes it, line by line', () => {
	const host = createMemoryHost();
	host.files.set('/j', line('old'));
	const follow = followJournal(host, '/j');
	expect(follow()).toEqual([]);
	host.files.set('/j', line('old') + line('a') + line('b').slice(0, 10));
	expect(follow().map(({event}) => event)).toEqual([{type: 'confirmed', at: {monotonic: 1, wall: 2}, id: 'a'}]);
	host.files.set('/j', line('old') + line('a') + line('b'));
	expect(follow()).toMatchObject([{type: 'tuning', event: {id: 'b'}}]);
	expect(follow()).toEqual([]);
});

test('a journal that is not there, or may not be read, says nothing, and begins when it comes', () => {
	const host = createMemoryHost();
	const follow = followJournal(host, '/j');
	expect(follow()).toEqual([]);
	host.files.set('/j', line('a'));
	expect(follow()).toHaveLength(1);
});

test('what has not changed is not read again', () => {
	const host = createMemoryHost();
	const [follow, persisted] = [followJournal(host, '/j'), followPersisted(host, '/m')];
	host.files.set('/j', line('a')).set('/m', '{}');
	const read = (): number => {
		host.reads.length = 0;
		follow();
		persisted.follow();
		return host.reads.length;
	};
	expect([read(), read(), read()]).toEqual([2, 0, 0]);
});

test('what is persisted is told when it becomes another', () => {
	const host = createMemoryHost();
	const setting = {kind: 'sysctl', name: 'net.core.netdev_budget'};
	const persisted = followPersisted(host, '/m');
	expect(persisted.read()).toEqual([]);
	expect(persisted.follow()).toEqual([]);
	host.files.set('/m', JSON.stringify({wanted: [{setting, value: '600'}]}));
	expect(persisted.follow()).toEqual([{type: 'persisted', at: host.now(), wishes: [{setting, to: '600'}]}]);
	expect(persisted.follow()).toEqual([]);
	expect(persisted.read()).toEqual([{setting, to: '600'}]);
	host.files.set('/m', 'torn');
	expect(persisted.follow()).toMatchObject([{wishes: []}]);
});
