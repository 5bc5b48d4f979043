import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {defineConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';
import {runFolder} from './run-folder.ts';

/** Cases that need the same settings of the lab stand together: one boot for all of them. */
class BySettings extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const settings = (file: TestSpecification): string =>
			(readFileSync(file.moduleId, 'utf8').match(/\bLAB_\w+: '[^']*'/g) ?? []).join(' ');
		const key = (file: TestSpecification): string => `${settings(file)} ${file.moduleId}`;
		return files.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
	}
}

/**
The cases that every run makes: those that only assert what is certain on emulated machines that share their cores, and take little time.
The others measure (what a bottleneck is called, what a step gains, what watching costs), or kill and restart. They are run by a person, the
measuring ones on a quiet machine: `npm run test:lab -- diagnosis`.
*/
const certain = [
	'disturbed',
	'drops',
	'executable',
	'figures',
	'guard',
	'hotkeys',
	'path',
	'possible-cpus',
	'terminal',
	'traffic',
	'userspace',
];

const cases = (names: readonly string[]): string[] => names.map(name => `test/lab/cases/${name}.ts`);

function chooseCases(): string[] {
	if (process.env.LAB_FIXTURES !== undefined) {
		return ['test/lab/fixtures.ts'];
	}
	return process.env.CI === undefined ? cases(['**/*']) : cases(certain);
}

export default defineConfig({
	test: {
		root: join(import.meta.dirname, '../..'),
		include: chooseCases(),
		// Emulated machines on shared cores: a case may be tried again, and the report says how often it was.
		retry: process.env.CI === undefined ? 0 : 2,
		globalSetup: [join(import.meta.dirname, 'setup.ts')],
		fileParallelism: false,
		sequence: {sequencer: BySettings},
		testTimeout: 240_000,
		reporters: ['verbose', ['json', {outputFile: join(runFolder, 'report.json')}]],
	},
});
