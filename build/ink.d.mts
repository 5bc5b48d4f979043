import type {Plugin} from 'esbuild';

export function replaceInkOutput(options?: {readonly hash?: string}): Plugin;
export function leaveOutDevtools(): Plugin;
