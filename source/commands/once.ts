import {createCollector} from '../collect.ts';
import type {Host} from '../host.ts';
import {formatSample} from '../session/sample-json.ts';
import {createStore, type Store} from '../session/store.ts';
import {formatTables} from '../ui/text.ts';
import {type Command, type CommandContext, numberFlag, refuseWords} from './command.ts';
import {chooseHost, chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';

const defaultInterval = 2;

export const once: Command = {
	name: 'once',
	summary: 'print the tables once, as text or JSON',
	options: [
		intervalOption(defaultInterval),
		{name: 'json', type: 'boolean', help: 'print one JSON object a sample (docs/json.md)'},
		{
			name: 'count',
			short: 'n',
			type: 'number',
			value: 'N',
			help: 'samples to print; default 1',
			check: value => (Number.isInteger(value) && value > 0 ? undefined : 'takes a whole number from 1'),
		},
		...readingOptions,
	],
	run: printSamples,
};

/** Reads the machine twice, `interval` seconds apart, and prints what happened in between; `count` times. */
export async function printSamples(context: CommandContext): Promise<number> {
	const {flags, input, terminal} = context;
	refuseWords(input);
	const {host, capture} = chooseHost(context.host, flags);
	const store = createStore(pathOptions(flags));
	const collector = createCollector(host, {...pathOptions(flags), eager: true});
	const sample = async (): Promise<void> => store.dispatch(await collector.collect(Number.POSITIVE_INFINITY));

	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	await sample();
	await sample();
	await sample();
	let isRead = true;
	terminal.stdout.once('error', () => {
		isRead = false;
	});
	for (let left = numberFlag(flags, 'count') ?? 1; left > 0 && isRead; left--) {
		await next(host, chooseInterval(flags, defaultInterval), capture?.advance);
		await sample();
		terminal.stdout.write(flags.json === true ? formatJson(store, context.version) : formatText(store, terminal));
	}
	return 0;
}

async function next(host: Host, interval: number, advance: (() => boolean) | undefined): Promise<void> {
	if (advance === undefined) {
		await host.sleep(interval);
	} else {
		advance();
	}
}

function formatJson(store: Store, version: string): string {
	return `${JSON.stringify(formatSample(store.getState(), version))}\n`;
}

function formatText(store: Store, {columns, unicode}: CommandContext['terminal']): string {
	return `${formatTables(store.getState(), {width: columns, ascii: !unicode})}\n`;
}
