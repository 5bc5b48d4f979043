import type {AppOptions, RunningApp, Store} from '../app.tsx';
import type {Controls} from '../ui/keymap.ts';
import {isExpected, type Option, type Terminal} from './command.ts';

/** Options of every command that draws a screen. */
export const drawingOptions: readonly Option[] = [
	{name: 'no-color', type: 'boolean', help: 'no colours (as NO_COLOR does)'},
	{name: 'ascii', type: 'boolean', help: 'draw with ASCII characters only'},
];

export interface ScreenProps {
	readonly store: Store;
	/** What keys may do; leaving and suspending are the same for every screen. */
	readonly controls: Omit<Controls, 'quit' | 'suspend'>;
	readonly options?: Pick<AppOptions, 'readOnly'>;
	/** Rejects when there is nothing more to show: the screen then ends with the reason. */
	readonly running?: Promise<unknown>;
}

/** Shows the screen until it is left, in whatever way, and leaves the terminal as it was. Gives the exit status. */
export async function runScreen(
	terminal: Terminal,
	{store, controls, options = {}, running}: ScreenProps,
): Promise<number> {
	// Only the screen pays for loading Ink.
	const {renderApp} = await import('../app.tsx');
	const {promise: leaving, resolve: leave} = Promise.withResolvers<number>();
	const app = renderApp(
		{
			store,
			controls: {...controls, quit: () => leave(0), suspend: suspendJob},
			options: {ascii: !terminal.unicode, colour: terminal.colour, ...options},
		},
		{stdin: terminal.stdin, stdout: terminal.stdout},
	);
	// Ctrl-C ends Ink itself.
	void app.waitUntilExit().then(
		() => leave(0),
		(error: unknown) => leave(fail(app, terminal, error)),
	);
	const forget = leaveOnEveryWayOut(app, terminal, leave);
	void running?.catch((error: unknown) => leave(fail(app, terminal, error)));

	const status = await leaving;
	app.unmount();
	forget();
	return status;
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
	// Whoever stops it from outside (`kill -STOP`, `nbtop &`) leaves it no time to give the terminal back before.
	const onContinue = (): void => app.resume();
	process.on('SIGCONT', onContinue);
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
		process.off('SIGCONT', onContinue);
		terminal.stdin.off('end', onGone).off('close', onGone);
		process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash);
	};
}

/** After the screen has gone, so that the words stay where one can read them. What was not expected may not come again: it says where. */
function fail(app: RunningApp, terminal: Terminal, error: unknown): number {
	app.unmount();
	const place = error instanceof Error && !isExpected(error) ? error.stack : undefined;
	terminal.stderr.write(`nbtop: ${place ?? (error instanceof Error ? error.message : String(error))}\n`);
	return 1;
}
