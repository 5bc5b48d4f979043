import path from 'node:path';
import {execa} from 'execa';
import {beforeAll, describe, expect, test} from 'vitest';

interface Outcome {
	readonly results: readonly {
		readonly kind: string;
		readonly after: string;
		readonly isTaken: boolean;
		readonly isBack: boolean;
	}[];
	readonly refusals: readonly string[];
	readonly hasIdentity: boolean;
	readonly gone: boolean;
}

/** A network namespace needs root, and a `/sys` of its own to show it. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('on the kernel of this machine, in a network namespace of its own', () => {
	let outcome: Outcome;

	beforeAll(async () => {
		const script = path.join(import.meta.dirname, 'try-on-kernel.ts');
		const enter = 'mount -t sysfs sysfs /sys && exec "$@"';
		const {stdout} = await execa('unshare', ['-n', '-m', 'sh', '-c', enter, '_', process.execPath, script]);
		outcome = JSON.parse(stdout) as Outcome;
	}, 30_000);

	test('every value is taken, and given back', () => {
		expect(outcome.results.map(({kind, isTaken, isBack}) => [kind, isTaken, isBack])).toEqual(
			outcome.results.map(({kind}) => [kind, true, true]),
		);
		expect(outcome.results).toHaveLength(10);
	});

	test('a flow count of 5000 is taken as 8192, which is the same', () => {
		expect(outcome.results.find(({kind}) => kind === 'rps-flow-count')?.after).toBe('8192');
	});

	test('what the kernel refuses carries the name of errno', () => {
		expect(outcome.refusals).toEqual([
			'rps-cpus EOVERFLOW',
			'rps-cpus ENOENT',
			'mtu EINVAL',
			'threaded-napi ENOTSUP',
			'channels EINVAL',
			'channels EINVAL',
			'sysctl ENOENT',
			'root-qdisc ENODEV',
		]);
	});

	test('a device that was deleted is gone', () => {
		expect(outcome).toMatchObject({hasIdentity: true, gone: true});
	});
});
