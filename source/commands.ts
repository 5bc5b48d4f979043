import {capture} from './commands/capture.ts';
import type {Command} from './commands/command.ts';
import {diagnose} from './commands/diagnose.ts';
import {monitor} from './commands/monitor.ts';
import {once} from './commands/once.ts';

/** Every sub-command, in the order of the help. The first is `nbtop` alone. */
export const commands: readonly Command[] = [monitor, once, diagnose, capture];
