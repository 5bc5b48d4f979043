import {expect, test} from 'vitest';
import {backlogBudget} from '../../../source/tuning/steps/backlog-budget.ts';
import {bbrFq} from '../../../source/tuning/steps/bbr-fq.ts';
import {socketBuffers} from '../../../source/tuning/steps/socket-buffers.ts';
import {makeFacts, makeSituation, type SituationParts, showPlan} from '../../helpers/situation.ts';

const backlogDefaults = {
	'net.core.netdev_max_backlog': '1000',
	'net.core.netdev_budget': '300',
	'net.core.netdev_budget_usecs': '2000',
};
const bufferDefaults = {
	'net.core.rmem_max': '212992',
	'net.core.wmem_max': '212992',
	'net.ipv4.tcp_rmem': '4096 131072 6291456',
	'net.ipv4.tcp_wmem': '4096 16384 4194304',
};

function planBacklog(sysctls: Readonly<Record<string, string>>) {
	return showPlan(backlogBudget.plan(makeSituation({sysctls: {...backlogDefaults, ...sysctls}})));
}

function planBuffers(sysctls: Readonly<Record<string, string>>, parts: SituationParts = {}) {
	return showPlan(socketBuffers.plan(makeSituation({sysctls: {...bufferDefaults, ...sysctls}, ...parts})));
}

test('raises backlog and budgets to the guide’s values', () => {
	expect(planBacklog({})).toEqual([
		'sysctl net.core.netdev_max_backlog → 10000',
		'sysctl net.core.netdev_budget → 600',
		'sysctl net.core.netdev_budget_usecs → 8000',
	]);
});

test('never lowers what is higher: the least round of a kernel with HZ 100 is longer than the guide’s', () => {
	expect(planBacklog({'net.core.netdev_budget_usecs': '20000', 'net.core.netdev_max_backlog': '32768'})).toEqual([
		'sysctl net.core.netdev_budget → 600',
	]);
});

test('what holds already is no wish', () => {
	const tuned = {
		'net.core.netdev_max_backlog': '10000',
		'net.core.netdev_budget': '600',
		'net.core.netdev_budget_usecs': '8000',
	};
	expect(planBacklog(tuned)).toBe(
		'net.core.netdev_max_backlog is already 10000; net.core.netdev_budget is already 600; net.core.netdev_budget_usecs is already 8000',
	);
});

test('a backlog of -1, which the kernel takes, is raised', () => {
	expect(planBacklog({'net.core.netdev_max_backlog': '-1'})[0]).toBe('sysctl net.core.netdev_max_backlog → 10000');
});

test('a network namespace without these knobs says so', () => {
	expect(backlogBudget.plan(makeSituation({sysctls: {}}))).toEqual({
		unavailable:
			'net.core.netdev_max_backlog, net.core.netdev_budget and net.core.netdev_budget_usecs cannot be read here (they exist in the first network namespace alone)',
	});
	const {'net.core.netdev_budget_usecs': _, ...others} = {
		'net.core.netdev_budget_usecs': '',
		'net.core.netdev_max_backlog': '10000',
		'net.core.netdev_budget': '600',
	};
	expect(backlogBudget.plan(makeSituation({sysctls: others}))).toEqual({
		unavailable:
			'net.core.netdev_budget_usecs cannot be read here (it exists in the first network namespace alone); net.core.netdev_max_backlog is already 10000; net.core.netdev_budget is already 600',
	});
});

test('before the sysctls are read nothing is said of what this namespace has', () => {
	const unread = makeSituation({});
	const {sysctls: _, ...readings} = unread.readings;
	for (const step of [backlogBudget, socketBuffers, bbrFq]) {
		expect(showPlan(step.plan({...unread, readings}))).toMatch(/have not been read yet$/);
	}
});

test('raises the limits of sockets, and the most of TCP alone', () => {
	expect(planBuffers({})).toEqual([
		'sysctl net.core.rmem_max → 16777216',
		'sysctl net.core.wmem_max → 16777216',
		'sysctl net.ipv4.tcp_rmem → 4096 131072 16777216',
		'sysctl net.ipv4.tcp_wmem → 4096 16384 16777216',
	]);
});

test('the 32 MiB of a new kernel stay, and so does a larger first size', () => {
	expect(planBuffers({'net.ipv4.tcp_rmem': '4096 131072 33554432'})).not.toContainEqual(
		expect.stringMatching(/tcp_rmem/),
	);
	expect(planBuffers({'net.ipv4.tcp_wmem': '4096 262144 4194304'})).toContain(
		'sysctl net.ipv4.tcp_wmem → 4096 262144 16777216',
	);
});

test('a triple in the wrong order, which the kernel takes, is put in order', () => {
	expect(planBuffers({'net.ipv4.tcp_rmem': '33554432 131072 4096'})).toContain(
		'sysctl net.ipv4.tcp_rmem → 33554432 33554432 33554432',
	);
});

test('limits of the first network namespace are left alone in another one', () => {
	const facts = makeFacts({}, {networkNamespace: true});
	expect(planBuffers({}, {facts})).toEqual([
		'sysctl net.ipv4.tcp_rmem → 4096 131072 16777216',
		'sysctl net.ipv4.tcp_wmem → 4096 16384 16777216',
	]);
});

test('fewer drops and fewer squeezes among as many packets are an effect', () => {
	const idle = {usr: 0, nice: 0, sys: 0, iowait: 0, irq: 0, soft: 0, steal: 0, guest: 0, gnice: 0, idle: 100};
	const measure = (processed: number, dropped: number, timeSqueeze: number) => {
		const softnet = {processed, dropped, timeSqueeze, receivedRps: 0, flowLimit: 0, droppedDelta: 0};
		return makeSituation({rates: {cpus: [{cpu: 0, busy: 0, ...idle, softnet}]}});
	};
	const {seen} = backlogBudget.effect;
	expect(seen(measure(1000, 50, 0), measure(1000, 2, 0))).toBe(true);
	expect(seen(measure(1000, 50, 0), measure(1000, 40, 0))).toBe(false);
	expect(seen(measure(1000, 0, 20), measure(4000, 0, 20))).toBe(true);
	expect(seen(measure(1000, 0, 20), measure(500, 0, 20))).toBe(false);
	expect(seen(measure(1000, 50, 0), measure(3, 0, 0))).toBeUndefined();
	expect(seen(measure(1000, 0, 0), measure(1000, 0, 0))).toBeUndefined();
});

test('fewer losses for want of a buffer are an effect', () => {
	const measure = (losses: number) => makeSituation({rates: {protocols: {'TcpExt.TCPRcvQDrop': losses}}});
	expect(socketBuffers.effect.seen(measure(10), measure(0))).toBe(true);
	expect(socketBuffers.effect.seen(measure(10), measure(9))).toBe(false);
	expect(socketBuffers.effect.seen(measure(0), measure(0))).toBeUndefined();
});
