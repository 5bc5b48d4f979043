import {defineConfig} from 'vitest/config';

const shared = {exclude: ['test/lab/**', 'node_modules/**'], testTimeout: 20_000};

export default defineConfig({
	test: {
		projects: [
			{test: {...shared, name: 'unit', include: ['test/**/*.test.ts']}},
			// Tests of components: only they pay for loading Ink.
			{
				test: {
					...shared,
					name: 'screen',
					include: ['test/**/*.test.tsx'],
					setupFiles: ['test/helpers/load-ink-table.ts'],
				},
			},
		],
	},
});
