import {type Command, UsageError} from './command.ts';
import {suggest} from './help.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completion: Command = {
	name: 'completion',
	arguments: 'SHELL',
	summary: 'print what completes the words of nbtop in bash, zsh or fish',
	details:
		'bash: source <(nbtop completion bash), from ~/.bashrc; or the output in /etc/bash_completion.d/nbtop.\nzsh: the output in a file _nbtop in a folder of $fpath.\nfish: the output in ~/.config/fish/completions/nbtop.fish.',
	options: [],
	async run({input, terminal}) {
		const [given, unexpected] = input;
		const shell = shells.find(each => each === given);
		if (shell === undefined || unexpected !== undefined) {
			const near = given === undefined ? '' : suggest(given, shells);
			throw new UsageError(`completion takes one of ${shells.join(', ')}${near}`);
		}
		// Only who asks for them pays for these.
		const {formatCompletion} = await import('./manual/completion.ts');
		const {commands} = await import('../commands.ts');
		terminal.stdout.write(formatCompletion(shell, commands));
		return 0;
	},
};
