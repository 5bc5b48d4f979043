import {defineConfig} from 'vitest/config';

const seed = 'test/helpers/property-seed.ts';

// Time-outs are for what hangs: a machine may be busy with other things.
const shared = {exclude: ['test/lab/**', 'node_modules/**'], testTimeout: 60_000};

export default defineConfig({
	test: {
		// Many tests wait for programs: a core less than there are, as is usual, leaves small machines idle.
		maxWorkers: '100%',
		projects: [
			{test: {...shared, name: 'unit', include: ['test/**/*.test.ts'], setupFiles: [seed]}},
			// Tests of components: only they pay for loading Ink.
			{
				test: {
					...shared,
					name: 'screen',
					include: ['test/**/*.test.tsx'],
					setupFiles: [seed, 'test/helpers/load-ink-table.ts'],
				},
			},
		],
	},
});
