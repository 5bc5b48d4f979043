import {autopilot} from './commands/autopilot.ts';
import {bench} from './commands/bench.ts';
import {capture} from './commands/capture.ts';
import type {Command} from './commands/command.ts';
import {completion} from './commands/completion.ts';
import {confirm} from './commands/confirm.ts';
import {demo} from './commands/demo.ts';
import {diagnose} from './commands/diagnose.ts';
import {diff} from './commands/diff.ts';
import {doctor} from './commands/doctor.ts';
import {guard} from './commands/guard.ts';
import {manual} from './commands/manual.ts';
import {monitor} from './commands/monitor.ts';
import {once} from './commands/once.ts';
import {persist} from './commands/persist.ts';
import {record} from './commands/record.ts';
import {replay} from './commands/replay.ts';
import {report} from './commands/report.ts';
import {share} from './commands/share.ts';
import {trial} from './commands/trial.ts';
import {tune} from './commands/tune.ts';
import {undo} from './commands/undo.ts';

/** Every sub-command, in the order of the help. The first is `nbtop` alone. */
export const commands: readonly Command[] = [
	monitor,
	demo,
	once,
	diagnose,
	doctor,
	tune,
	undo,
	confirm,
	persist,
	guard,
	bench,
	trial,
	autopilot,
	record,
	replay,
	report,
	diff,
	share,
	capture,
	completion,
	manual,
];
