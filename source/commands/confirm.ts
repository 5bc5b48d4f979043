import {confirm as confirmTransaction} from '../tuning/undo.ts';
import {type Command, refuseWords} from './command.ts';
import {formatJson, jsonOption, openTuning, stateOption} from './tuning.ts';

export const confirm: Command = {
	name: 'confirm',
	arguments: '[ID]',
	summary: 'keep what was just tuned; without this the guard puts it back',
	options: [jsonOption, stateOption],
	async run(context) {
		const [id, ...more] = context.input;
		refuseWords(more);
		const result = await confirmTransaction(id, openTuning(context));
		const isDone = 'id' in result;
		const words = isDone ? `${result.id} is confirmed: it stays` : result.reason;
		context.terminal.stdout.write(context.flags.json === true ? formatJson(context, 'confirm', result) : `${words}\n`);
		return isDone ? 0 : 1;
	},
};
