import {expect, test} from 'vitest';
import {compareNames} from '../../source/ui/pane.ts';

test('names stand in the order of the numbers in them, large letters beside small ones', () => {
	const names = ['peer-10', 'eth0', 'Peer-2', 'peer', 'eth10', 'peer-2', 'eth9', 'peer-2b'];
	expect(names.sort(compareNames)).toEqual(['eth0', 'eth9', 'eth10', 'peer', 'Peer-2', 'peer-2', 'peer-2b', 'peer-10']);
});
