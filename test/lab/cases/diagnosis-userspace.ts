import {afterAll, test} from 'vitest';
import {diagnoseLabelled, printConfusion} from '../diagnosis.ts';
import {needLab} from '../lab.ts';

const lab = needLab({LAB_WG: 'userspace'});

afterAll(printConfusion);

test('the real program names a userspace tunnel', async () => {
	const traffic = [{direction: 'in', streams: 4, megabits: 0}] as const;
	await diagnoseLabelled(lab, {name: 'the tunnel is a program', label: ['userspace-wireguard'], traffic});
}, 900_000);
