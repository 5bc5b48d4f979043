import type {RunningApp} from '../app.tsx';
import {createCollector} from '../collect.ts';
import {allowedPercent, followCost, type Pace, startPace} from '../derive/pace.ts';
import {startLive} from '../live.ts';
import type {Problem} from '../model.ts';
import {createStore} from '../session/store.ts';
import {type Command, type CommandContext, type Terminal, UsageError} from './command.ts';
import {printSamples} from './once.ts';
import {chooseHost, chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';

const defaultInterval = 1;

export const monitor: Command = {
	name: '',
	summary: 'watch the network path of a WireGuard mesh: cores, interrupts, drops, peers',
	details: 'Without a terminal it prints the tables once, as `nbtop once` does. Press ? on the screen for its keys.',
	options: [
		intervalOption(defaultInterval),
		...readingOptions,
		{name: 'loop', type: 'boolean', help: 'with --capture: start again at its end'},
		{name: 'no-color', type: 'boolean', help: 'no colours (as NO_COLOR does)'},
		{name: 'ascii', type: 'boolean', help: 'draw with ASCII characters only'},
	],
	run: watch,
};

async function watch(context: CommandContext): Promise<number> {
	const {flags, input, terminal} = context;
	if (input.length > 0) {
		throw new UsageError(`unexpected argument '${input[0]}'`);
	}
	if (!terminal.isScreen) {
		return printSamples(context);
	}
	// Only the screen pays for loading Ink.
	const {renderApp} = await import('../app.tsx');
	const {host, capture} = chooseHost(context.host, flags);
	const store = createStore(pathOptions(flags));
	const live = startLive({
		host,
		collector: createCollector(host, pathOptions(flags)),
		interval: chooseInterval(flags, defaultInterval),
		emit: event => store.dispatch({...event, problems: [...event.problems, ...describePace(pace)]}),
		...(capture && {advance: capture.advance}),
	});
	let pace = startPace(live.interval());
	store.subscribe(() => {
		const percent = store.getState().rates.self?.cpuPercent;
		if (percent !== undefined) {
			const next = followCost(pace, percent);
			if (next.interval !== pace.interval) {
				live.setInterval(next.interval);
			}
			pace = next;
		}
	});
	const {promise: leaving, resolve: leave} = Promise.withResolvers<number>();
	const app = renderApp(
		{
			store,
			controls: {
				interval: live.interval,
				setInterval(seconds) {
					live.setInterval(seconds);
					pace = startPace(live.interval());
				},
				quit: () => leave(0),
				suspend: suspendJob,
			},
			options: {ascii: !terminal.unicode, colour: terminal.colour, ...(capture && {readOnly: true})},
		},
		{stdin: terminal.stdin, stdout: terminal.stdout},
	);
	// Ctrl-C ends Ink itself.
	void app.waitUntilExit().then(
		() => leave(0),
		(error: unknown) => leave(fail(app, terminal, error)),
	);
	const forget = leaveOnEveryWayOut(app, terminal, leave);
	void live.ended.catch((error: unknown) => leave(fail(app, terminal, error)));

	const status = await leaving;
	app.unmount();
	forget();
	await live.stop().catch(() => undefined);
	return status;
}

function describePace({wanted, interval}: Pace): Problem[] {
	return interval <= wanted
		? []
		: [
				{
					source: 'nbtop',
					message: `used over ${allowedPercent} % of a CPU: reads every ${interval} s instead of ${wanted} s`,
				},
			];
}

/**
The shell's job control stops the whole job, `npm start` included. In a job that nobody could continue (`ssh -t HOST nbtop`)
the kernel ignores this signal.
*/
function suspendJob(): void {
	process.kill(0, 'SIGTSTP');
	// A stopped job is not told that the terminal's size has changed.
	process.kill(process.pid, 'SIGWINCH');
}

/** Signals, a terminal that has gone and a crash: each leaves the terminal as it was, and no helper behind. */
function leaveOnEveryWayOut(app: RunningApp, terminal: Terminal, leave: (status: number) => void): () => void {
	const signals = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131} as const;
	const onSignal = (signal: NodeJS.Signals): void => leave(signals[signal as keyof typeof signals]);
	for (const signal of Object.keys(signals)) {
		process.once(signal, onSignal);
	}
	const onGone = (): void => leave(129);
	// Without a listener a lost terminal raises an error that ends nothing, and the program would spin on.
	terminal.stdout.on('error', onGone);
	terminal.stdin.on('error', onGone).on('end', onGone).on('close', onGone);
	const onCrash = (error: unknown): void => leave(fail(app, terminal, error));
	process.once('uncaughtException', onCrash).once('unhandledRejection', onCrash);
	return () => {
		for (const signal of Object.keys(signals)) {
			process.off(signal, onSignal);
		}
		terminal.stdin.off('end', onGone).off('close', onGone);
		process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash);
	};
}

/** After the screen has gone, so that the words stay where one can read them. */
function fail(app: RunningApp, terminal: Terminal, error: unknown): number {
	app.unmount();
	terminal.stderr.write(`nbtop: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	return 1;
}
