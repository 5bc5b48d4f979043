import {type Command, refuseWords} from './command.ts';

export const manual: Command = {
	name: 'manual',
	summary: 'print the manual page; the build writes it to nbtop.1',
	hidden: true,
	options: [],
	async run({host, input, terminal, version}) {
		refuseWords(input);
		const {formatManual} = await import('./manual/man-page.ts');
		const {commands} = await import('../commands.ts');
		// reproducible-builds.org: a package says from when it is.
		const epoch = Number(host.environment('SOURCE_DATE_EPOCH'));
		const date = new Date(epoch > 0 ? epoch * 1000 : host.now().wall).toISOString().slice(0, 10);
		terminal.stdout.write(formatManual(commands, {version, date}));
		return 0;
	},
};
