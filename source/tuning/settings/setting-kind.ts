import type {Host} from '../../host.ts';
import type {MachineFacts} from '../../model/facts.ts';
import type {Risk, Setting} from '../../model/tuning.ts';

/** The settings of one kind: `SettingOf<'mtu'>` has a device. */
export type SettingOf<Kind extends Setting['kind']> = Setting extends infer Each
	? Each extends Setting
		? Kind extends Each['kind']
			? Each
			: never
		: never
	: never;

export interface WriteOptions {
	/** Also where something goes with it that cannot be made again. */
	readonly force?: boolean;
}

/** How the settings of one kind are named, read, written and compared. */
export interface SettingKind<Each extends Setting = Setting> {
	describe(setting: Each): string;
	/** The value as text in one normal form. Throws when it cannot be read. */
	read(setting: Each, host: Host): Promise<string>;
	/** Throws when the machine refuses; part of it may have happened then. */
	write(setting: Each, to: string, host: Host, options?: WriteOptions): Promise<void>;
	/** Whether a value that was read can be written again; left out where each can. */
	canBeWritten?(to: string): boolean;
	/** Whether two texts mean the same value; left out where only equal texts do. */
	isSame?(setting: Each, a: string, b: string, facts?: MachineFacts): boolean;
	/** What a person would type in a root shell for the same. */
	toShellLine(setting: Each, to: string): string;
	readonly risk: Risk;
}
