import {expect, test} from 'vitest';
import {describeEnd, findObstacle, listCandidates, type Shown} from '../../source/bench/candidates.ts';
import {findScenario, type Scenario, type ScenarioId} from '../../source/bench/scenarios.ts';
import type {Finding, Severity} from '../../source/model/findings.ts';

function makeFinding(id: string, steps: readonly string[], severity: Severity = 'limit', cause?: string): Finding {
	const text = `${id} holds`;
	return {id, severity, text, evidence: [], refutedBy: '', steps, ...(cause !== undefined && {cause})};
}

function show(scenario: ScenarioId, verdict: string, ...findings: readonly Finding[]): Shown {
	const {severity = 'fine', text = `${verdict} it is`, steps = []} = findings.find(({id}) => id === verdict) ?? {};
	return {
		scenario: findScenario(scenario) as Scenario,
		observation: {verdict: {id: verdict, severity, text, steps}, findings},
	};
}

const names = (shown: readonly Shown[]) => listCandidates(shown).map(({step, scenario}) => `${step} by ${scenario.id}`);

test('the answers to the verdict come first, the best one before the others', () => {
	const shown = show('tcp-reverse', 'pinned', makeFinding('hint', ['c'], 'hint'), makeFinding('pinned', ['b', 'a']));
	expect(names([shown])).toEqual(['b by tcp-reverse', 'a by tcp-reverse', 'c by tcp-reverse']);
});

test('a fault in any scenario comes before a limit in another, and each step once', () => {
	const forward = show('tcp-forward', 'limit', makeFinding('limit', ['a', 'b']));
	const reverse = show('tcp-reverse', 'drops', makeFinding('drops', ['b'], 'fault'));
	expect(names([forward, reverse])).toEqual(['b by tcp-reverse', 'a by tcp-forward']);
});

test('what follows from another finding comes after what stands for itself', () => {
	const findings = [
		makeFinding('follows', ['b'], 'limit', 'first'),
		makeFinding('first', ['a']),
		makeFinding('own', ['c']),
	];
	expect(names([show('tcp-forward', 'other', ...findings)])).toEqual([
		'a by tcp-forward',
		'c by tcp-forward',
		'b by tcp-forward',
	]);
});

test('a scenario at its ceiling asks for nothing more', () => {
	const shown = [show('tcp-forward', 'at-the-ceiling', makeFinding('mtu-below-path', ['mtu'], 'hint'))];
	expect(names(shown)).toEqual([]);
	expect(describeEnd(shown)).toBe('the end of the road: at-the-ceiling it is');
});

test('where no step answers, the verdict says what limits', () => {
	expect(describeEnd([show('tcp-forward', 'steal')])).toBe('no step is left that answers what limits now: steal it is');
});

test('a relay is an obstacle wherever it is seen; a full load generator only where it is all there is', () => {
	const relayed = show('tcp-forward', 'relayed-peer', makeFinding('relayed-peer', [], 'fault'));
	const full = show('tcp-forward', 'load-generator-bound', makeFinding('load-generator-bound', []));
	const fine = show('tcp-reverse', 'pinned', makeFinding('pinned', ['a']));
	const away = show(
		'tcp-reverse',
		'pinned',
		makeFinding('pinned', ['a']),
		makeFinding('peer-handshake-stale', [], 'hint'),
	);
	expect(findObstacle([away])).toBeUndefined();
	expect(findObstacle([fine, relayed])).toBe('relayed-peer holds');
	expect(findObstacle([full])).toBe('load-generator-bound holds');
	expect(findObstacle([full, fine])).toBeUndefined();
	expect(findObstacle([fine])).toBeUndefined();
	expect(findObstacle([])).toBeUndefined();
});
