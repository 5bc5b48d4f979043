import {type CaptureHost, createCaptureHost} from '../capture.ts';
import type {TopologyOptions} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import {longestInterval, shortestInterval} from '../live.ts';
import {Failure, type Flags, numberFlag, type Option, textFlag} from './command.ts';

/** Options of every command that reads a machine. */
export const readingOptions: readonly Option[] = [
	{name: 'tunnel', type: 'string', value: 'NAME', help: 'the tunnel interface, where it is not found by itself'},
	{name: 'nic', type: 'string', value: 'NAME', help: 'the underlay interface, where it is not found by itself'},
	{name: 'capture', type: 'string', value: 'DIR', help: 'read a capture instead of this machine'},
];

/** `--interval`, with the command's own default in seconds. */
export function intervalOption(byDefault: number): Option {
	return {
		name: 'interval',
		short: 'i',
		type: 'number',
		value: 'SECONDS',
		help: `seconds between samples, ${shortestInterval} to ${longestInterval}; default ${byDefault}`,
		check: value =>
			value >= shortestInterval && value <= longestInterval
				? undefined
				: `takes ${shortestInterval} to ${longestInterval} seconds`,
	};
}

/** The interval that was given, else the command's default. */
export function chooseInterval(flags: Flags, byDefault: number): number {
	return numberFlag(flags, 'interval') ?? byDefault;
}

export function pathOptions(flags: Flags): TopologyOptions {
	const tunnel = textFlag(flags, 'tunnel');
	const nic = textFlag(flags, 'nic');
	return {...(tunnel !== undefined && {tunnel}), ...(nic !== undefined && {nic})};
}

/** The machine to read: this one, or the capture that `--capture` names. */
export function chooseHost(host: Host, flags: Flags): {readonly host: Host; readonly capture?: CaptureHost} {
	const folder = textFlag(flags, 'capture');
	if (folder === undefined) {
		return {host};
	}
	try {
		const capture = createCaptureHost(host, folder, {loop: flags.loop === true});
		return {host: capture, capture};
	} catch (error) {
		throw new Failure(`cannot read the capture: ${error instanceof Error ? error.message : error}`);
	}
}
