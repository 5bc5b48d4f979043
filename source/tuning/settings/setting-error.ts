import type {ProgramOutput} from '../../host.ts';

/** A setting that could not be read or written: the machine's own words, and the name of errno where it can be told. */
export class SettingError extends Error {
	readonly code: string | undefined;

	constructor(message: string, code?: string) {
		super(message);
		this.name = 'SettingError';
		this.code = code;
	}
}

/** The texts of glibc's `strerror` in the C locale, which programs print. */
const errnoTexts: readonly (readonly [text: string, code: string])[] = [
	['Operation not supported', 'ENOTSUP'],
	['Operation not permitted', 'EPERM'],
	['Permission denied', 'EACCES'],
	['No such device', 'ENODEV'],
	['Cannot find device', 'ENODEV'],
	['does not exist', 'ENODEV'],
	['Device or resource busy', 'EBUSY'],
	['Cannot allocate memory', 'ENOMEM'],
	['Read-only file system', 'EROFS'],
	['No such file or directory', 'ENOENT'],
	['Numerical result out of range', 'ERANGE'],
	['Invalid argument', 'EINVAL'],
];

/** The error of a program that failed: its words on one line. `words` is the command as it was run. */
export function toProgramError(words: readonly string[], output: ProgramOutput): SettingError {
	const said = `${output.stderr}\n${output.stdout}`.split('\n').map(line => line.trim());
	const text = said.filter(line => line !== '').join('; ');
	const missing = output.status === 127 ? 'ENOENT' : undefined;
	const code = output.timedOut ? 'ETIMEDOUT' : (missing ?? errnoTexts.find(([each]) => text.includes(each))?.[1]);
	return new SettingError(`${words.join(' ')}: ${text || `ended with status ${output.status ?? '?'}`}`, code);
}
