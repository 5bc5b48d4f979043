import {findScenario, type Scenario, type ScenarioId} from './scenarios.ts';

/** What loads the part of the path that a step works on: receiving, where it spreads or queues what arrives. */
const primary: Readonly<Record<string, ScenarioId>> = {
	channels: 'tcp-reverse',
	'irq-affinity': 'tcp-reverse',
	'rps-rfs': 'tcp-reverse',
	'rss-hash': 'tcp-reverse',
	'backlog-budget': 'tcp-reverse',
	rings: 'tcp-reverse',
	'threaded-napi': 'tcp-reverse',
	'socket-buffers': 'tcp-single',
	'bbr-fq': 'tcp-forward',
	mtu: 'tcp-forward',
};

/** The one scenario by which a step is judged: whoever looks at five finds a difference that is none. */
export function choosePrimary(step: string): Scenario {
	const scenario = findScenario(primary[step] ?? 'tcp-forward');
	if (scenario === undefined) {
		throw new Error(`no scenario for ${step}`);
	}
	return scenario;
}
