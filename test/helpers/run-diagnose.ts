import type {Flags, Terminal} from '../../source/commands/command.ts';
import {diagnose} from '../../source/commands/diagnose.ts';
import {createRealHost} from '../../source/host.ts';

/** `nbtop diagnose` with these flags: its exit status and what it printed. */
export async function runDiagnose(flags: Flags, input: readonly string[] = []) {
	let output = '';
	const stdout = {
		write(text: string) {
			output += text;
		},
	};
	const terminal = {stdout, stderr: stdout, columns: 100, isScreen: false} as unknown as Terminal;
	const host = createRealHost();
	try {
		return {status: await diagnose.run({host, input, flags, version: '1.2.3', terminal}), output};
	} finally {
		host.close();
	}
}
