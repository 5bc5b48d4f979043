import {expect, test} from 'vitest';
import {describeMissingCallers} from '../../../source/tuning/persist/callers.ts';
import {collectWanted} from '../../../source/tuning/persist/wanted.ts';
import {createFakeMachine} from '../../helpers/host.ts';
import {everything, links, makeState} from '../../helpers/persist-sample.ts';

const {wanted} = collectWanted(makeState(everything), links);
const sysctls = wanted.filter(({device}) => device === undefined);
const systemd = ['/run/systemd/system/x.slice', ''] as const;
const udev = ['/run/udev/control', ''] as const;

const describe = (values: typeof wanted, ...there: (readonly [string, string])[]): string[] =>
	describeMissingCallers(values, createFakeMachine({files: Object.fromEntries(there)}).host);

test('where systemd and udev run, nothing is left to others', () => {
	expect(describe(wanted, systemd, udev)).toEqual([]);
});

test('without systemd each start has to set the sysctls and call the script for each device', () => {
	const [line = '', ...more] = describe(wanted, udev);
	expect(line).toMatch(
		/^systemd does not run here; .*: sysctl --system; \/usr\/local\/sbin\/nbtop-persist device eth0; /,
	);
	expect(line).toContain('nbtop-persist device wt0');
	expect(more).toEqual([]);
	expect(describe(sysctls)).toEqual([expect.stringMatching(/must call: sysctl --system$/)]);
});

test('without udev only what belongs to a device is not called', () => {
	expect(describe(sysctls, systemd)).toEqual([]);
	expect(describe(wanted, systemd)).toEqual([expect.stringMatching(/^udev does not run here; .*device eth0/)]);
});

test('nothing wanted, nothing to call', () => {
	expect(describe([])).toEqual([]);
});
