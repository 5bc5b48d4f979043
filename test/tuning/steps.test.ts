import {expect, test} from 'vitest';
import {steps} from '../../source/tuning/steps.ts';
import {makeSituation} from '../helpers/situation.ts';

test('the steps have the keys 1 to 9 and 0, in this order', () => {
	expect(steps.map(({key, id}) => `${key} ${id}`)).toEqual([
		'1 channels',
		'2 irq-affinity',
		'3 rps-rfs',
		'4 rss-hash',
		'5 backlog-budget',
		'6 rings',
		'7 socket-buffers',
		'8 bbr-fq',
		'9 mtu',
		'0 threaded-napi',
	]);
});

test.each(steps.map(step => [step.id, step] as const))(
	'%s has a reason for a machine of which nothing is known',
	(_, step) => {
		const plan = step.plan({
			readings: {},
			topology: {tunnels: [], underlays: [], pathDevices: [], irqs: {}},
			rates: {},
		});
		expect(plan).toEqual({unavailable: expect.stringMatching(/\w{4}/)});
	},
);

test.each(steps.map(step => [step.id, step] as const))(
	'%s tells nothing of an effect where nothing happened',
	(_, step) => {
		const idle = makeSituation();
		expect(step.effect.seen(idle, idle)).toBeUndefined();
	},
);
