import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';

const source = path.join(import.meta.dirname, '../source');

interface Module {
	/** Relative to `source/`, without its ending. */
	readonly name: string;
	readonly imports: readonly string[];
}

const modules: readonly Module[] = readdirSync(source, {recursive: true, withFileTypes: true})
	.filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
	.map(entry => {
		const file = path.join(entry.parentPath, entry.name);
		return {name: nameOf(file), imports: listImports(file)};
	});

function nameOf(file: string): string {
	return path.relative(source, file).replace(/\.tsx?$/, '');
}

/** Modules of our own by name, packages as they are written. Types count too: they tie as much. */
function listImports(file: string): string[] {
	const text = readFileSync(file, 'utf8');
	const statements = text.matchAll(/(?:^|\n)(?:import|export)\s(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g);
	return [...statements]
		.map(([, fixed, lazy]) => fixed ?? lazy ?? '')
		.map(to => (to.startsWith('.') ? nameOf(path.resolve(path.dirname(file), to)) : to));
}

/** `parse` stands for everything below `parse/`, `app` for that file alone. */
function isIn(name: string, parts: readonly string[]): boolean {
	return parts.some(part => name === part || name.startsWith(`${part}/`));
}

function findOffenders(who: readonly string[], isAllowed: (to: string) => boolean): string[] {
	return modules
		.filter(({name}) => isIn(name, who))
		.flatMap(({name, imports}) => imports.filter(to => !isAllowed(to)).map(to => `${name} imports ${to}`));
}

test('the model imports nothing but itself', () => {
	expect(modules.filter(({name}) => isIn(name, ['model'])).length).toBeGreaterThan(0);
	expect(findOffenders(['model'], to => isIn(to, ['model']))).toEqual([]);
});

/** What touches neither the machine nor the clock nor the screen: text and values in, values out. */
const pure = [
	'parse',
	'derive',
	'tuning/steps',
	'bench/verdict',
	'session/state',
	'session/sample-json',
	'session/delta',
];

test('what is pure imports only what is pure', () => {
	expect(findOffenders(pure, to => isIn(to, [...pure, 'model', 'tuning/masks', 'bench']))).toEqual([]);
});

/** What records, plays, and reads files; the rest of `session` makes values of values. */
const acting = ['recorder', 'player', 'rewind', 'folder', 'journal-tail', 'persisted', 'session-file', 'store'].map(
	name => `session/${name}`,
);

test('of a session all is pure but what records, plays and reads files', () => {
	const isPure = (to: string): boolean =>
		(isIn(to, [...pure, 'model', 'session', 'bench', 'tuning/journal']) && !isIn(to, acting)) ||
		/^d3-(?:scale|shape)$/.test(to);
	expect(
		modules
			.filter(({name}) => isIn(name, ['session']) && !isIn(name, acting))
			.flatMap(({name, imports}) => imports.filter(to => !isPure(to)).map(to => `${name} imports ${to}`)),
	).toEqual([]);
});

test('parsers know nothing but the model and each other', () => {
	expect(findOffenders(['parse'], to => isIn(to, ['parse', 'model']))).toEqual([]);
});

test('only the host touches files, programs and the machine', () => {
	const doors = /^(?:node:)?(?:fs|fs\/promises|child_process|os|net|dgram|worker_threads)$|^execa$/;
	const others = modules.filter(({name}) => !isIn(name, ['host']));
	expect(
		others.flatMap(({name, imports}) => imports.filter(to => doors.test(to)).map(to => `${name} imports ${to}`)),
	).toEqual([]);
});

test('only the screen imports Ink and React', () => {
	const others = modules.filter(({name}) => !isIn(name, ['ui', 'app']));
	const screen = /^(?:ink|react|ink-table)(?:\/|$)/;
	expect(
		others.flatMap(({name, imports}) => imports.filter(to => screen.test(to)).map(to => `${name} imports ${to}`)),
	).toEqual([]);
});

test('the screen does not reach the machine: it is handed what it may do', () => {
	expect(
		findOffenders(['ui', 'app'], to => !isIn(to, ['host', 'capture', 'collect', 'live', 'commands', 'cli'])),
	).toEqual([]);
});

test('only the command line and the commands wire things together', () => {
	const others = modules.filter(({name}) => !isIn(name, ['cli', 'commands']));
	expect(
		others.flatMap(({name, imports}) =>
			imports.filter(to => isIn(to, ['commands', 'cli'])).map(to => `${name} imports ${to}`),
		),
	).toEqual([]);
});

test('the picture of the house in docs/architecture.md shows the house', () => {
	const text = readFileSync(path.join(import.meta.dirname, '../docs/architecture.md'), 'utf8');
	const picture = /```\n(source\/[\s\S]*?)```/.exec(text)?.[1] ?? '';
	const named = [...picture.matchAll(/^\t([\w.-]+\/?)/gm)].map(([, name]) => name).sort();
	const real = readdirSync(source, {withFileTypes: true})
		.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
		.sort();
	expect(named).toEqual(real);
});
