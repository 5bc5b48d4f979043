import path from 'node:path';
import {expect, test} from 'vitest';
import {UsageError} from '../../source/commands/command.ts';
import {diagnose} from '../../source/commands/diagnose.ts';
import {runDiagnose} from '../helpers/run-diagnose.ts';

function captureOf(name: string): string {
	return path.join(import.meta.dirname, '../fixtures', name);
}

test('a fault ends with status 3, a limit and what is fine with 0', async () => {
	const fault = await runDiagnose({capture: captureOf('diagnosis/a-relay')});
	expect(fault.status).toBe(3);
	expect(fault.output).toMatch(/^alpha, Linux 6\.1.*\n\nfault: \S+ is reached through a relay/);
	const limit = await runDiagnose({capture: captureOf('diagnosis/a-budget-of-2-packets')});
	expect(limit.status).toBe(0);
	expect(limit.output).toContain('\n\nlimit: CPU');
	const idle = await runDiagnose({capture: captureOf('idle')});
	expect(idle.status).toBe(0);
	expect(idle.output).toContain('fine: no load on the tunnel: start iperf3');
	expect(idle.output).not.toContain('Not judged here');
});

test('--explain lists what cannot be judged', async () => {
	const {output} = await runDiagnose({capture: captureOf('idle'), explain: true});
	expect(output).toMatch(/Not judged here\n[\s\S]*window-bound needs/);
});

test('--json is one object on one line', async () => {
	const {status, output} = await runDiagnose({capture: captureOf('diagnosis/a-table-of-5-connections'), json: true});
	expect(status).toBe(3);
	expect(output.split('\n')).toHaveLength(2);
	expect(JSON.parse(output)).toMatchObject({
		schema: 'nbtop.diagnosis/1',
		version: '1.2.3',
		host: 'alpha',
		verdict: {id: 'conntrack-full', severity: 'fault'},
	});
});

test('watches this machine for as long as it was told', async () => {
	const started = performance.now();
	const {status, output} = await runDiagnose({for: 2, json: true});
	expect(JSON.parse(output)).toMatchObject({schema: 'nbtop.diagnosis/1'});
	expect([0, 3]).toContain(status);
	expect(performance.now() - started).toBeGreaterThan(1900);
});

test('an argument that it does not know is a wrong call', async () => {
	await expect(runDiagnose({}, ['eth0'])).rejects.toThrow(UsageError);
	expect(diagnose.options.find(({name}) => name === 'for')?.check?.(1)).toBe('takes 2 to 3600 seconds');
});
