import {cpSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import type {Lab} from './lab.ts';
import {runFolder} from './run-folder.ts';
import {startTraffic, type TrafficOptions} from './traffic.ts';
import {trimCapture} from './trim-capture.ts';

/** A bottleneck that is provoked for real, and the id that must be found first. */
export interface Labelled {
	readonly name: string;
	/** The ids that are right. */
	readonly label: readonly [string, ...string[]];
	/** Lines of bash: in beta first, then one that goes on in alpha beside the rest, then in alpha; in beta at the end. */
	readonly setUpBeta?: string;
	readonly beside?: string;
	readonly setUp?: string;
	readonly cleanUpBeta?: string;
	/** Each runs at the same time. */
	readonly traffic?: readonly TrafficOptions[];
	/** Seconds to wait until it is there. */
	readonly wait?: number;
}

interface Diagnosis {
	readonly schema: string;
	readonly verdict: {readonly id: string; readonly severity: string; readonly text: string};
	readonly findings: readonly {
		readonly id: string;
		readonly severity: string;
		readonly text: string;
		readonly cause: string | null;
	}[];
}

/** Seconds to watch: under emulation nbtop reads every few seconds only. */
const seconds = 40;

/** Provokes it, lets the real program say what it is, and notes that beside the label. */
export async function diagnoseLabelled(lab: Lab, labelled: Labelled): Promise<void> {
	const {
		name,
		label,
		setUp = 'true',
		setUpBeta = 'true',
		cleanUpBeta = 'true',
		traffic = [],
		beside,
		wait = 0,
	} = labelled;
	await lab.sh(setUpBeta, {on: 'beta'});
	try {
		const running = beside === undefined ? [] : [lab.start(beside)];
		await lab.sh(setUp);
		for (const options of traffic) {
			running.push(await startTraffic(lab, {seconds: 400, ...options}));
		}
		await new Promise(resolve => setTimeout(resolve, wait * 1000));
		const diagnosis = await diagnose(lab);
		const fixture = join(fixtures, name.replaceAll(/\W+/g, '-').replace(/-$/, ''));
		if (process.env.LAB_CAPTURES !== undefined && !existsSync(fixture)) {
			await capture(lab, fixture);
		}
		await Promise.all(running.map(async each => each.stop()));
		note({
			name,
			label: label.join(' or '),
			found: diagnosis.verdict.id,
			severity: diagnosis.verdict.severity,
			text: diagnosis.verdict.text,
		});
		expect(label, describe(diagnosis)).toContain(diagnosis.verdict.id);
	} finally {
		await lab.sh(cleanUpBeta, {on: 'beta'});
	}
}

async function diagnose(lab: Lab): Promise<Diagnosis> {
	const {stdout, stderr, exitCode} = await lab.run(
		['nbtop', 'diagnose', '--for', String(seconds), '--interval', '2', '--json'],
		{
			timeout: 240,
		},
	);
	const diagnosis = JSON.parse(stdout || '{}') as Diagnosis;
	expect(diagnosis.schema, stderr).toBe('nbtop.diagnosis/1');
	expect(exitCode).toBe(diagnosis.verdict.severity === 'fault' ? 3 : 0);
	return diagnosis;
}

const fixtures = join(import.meta.dirname, '../fixtures/diagnosis');

/** What the machine gives meanwhile, as a fixture: test/derive/findings/captures.test.ts has the labels. */
async function capture(lab: Lab, fixture: string): Promise<void> {
	await lab.sh('rm -rf /share/capture; nbtop capture -o /share/capture --samples 8 --interval 4', {timeout: 240});
	cpSync(join(runFolder, 'share/capture'), fixture, {recursive: true});
	trimCapture(fixture);
}

function describe({verdict, findings}: Diagnosis): string {
	const lines = findings.map(
		({id, severity, text, cause}) => `${severity} ${id}${cause === null ? '' : ` (from ${cause})`}: ${text}`,
	);
	return [`verdict ${verdict.id}: ${verdict.text}`, ...lines].join('\n');
}

interface Outcome {
	readonly name: string;
	readonly label: string;
	readonly found: string;
	readonly severity: string;
	readonly text: string;
}

const file = join(runFolder, 'diagnosis.json');

function readOutcomes(): Outcome[] {
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome[]) : [];
}

/** The newest outcome of each case is kept in the run folder: cases of other settings run on another lab. */
function note(outcome: Outcome): void {
	const others = readOutcomes().filter(({name}) => name !== outcome.name);
	writeFileSync(file, JSON.stringify([...others, outcome], undefined, '\t'));
}

/** What every case should have been, and what it was taken for. */
export function printConfusion(): void {
	const outcomes = readOutcomes();
	const isRight = ({label, found}: Outcome): boolean => label.split(' or ').includes(found);
	const rows = outcomes.map(outcome => [
		isRight(outcome) ? '' : '!',
		outcome.name,
		outcome.label,
		`${outcome.found} (${outcome.severity})`,
	]);
	const table = [['', 'case', 'label', 'found'], ...rows];
	const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
	const lines = table.map(row =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
	const right = outcomes.filter(isRight).length;
	console.log([...lines, `${right} of ${outcomes.length} right`].join('\n'));
}
