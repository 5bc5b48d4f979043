import type {Plugin} from 'esbuild';

export function replaceInk(options?: {readonly hashes?: Readonly<Record<string, string>>}): Plugin;
export function leaveOutDevtools(): Plugin;
