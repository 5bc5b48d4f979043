import type {Host} from '../../host.ts';
import type {NetbirdStatus} from '../../model/facts.ts';
import {parseNetbirdStatus} from '../../parse/netbird-status.ts';
import {checkDevice, checkDigits, isSameNumber} from './names.ts';
import {SettingError, toProgramError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

const askSeconds = 5;
const downSeconds = 20;
/** Logging in and making the interface; the peers come later. */
const upSeconds = 60;
const connectSeconds = 30;

/** The profile that NetBird uses unless it was told to use another (since 0.52). */
const profile = '/var/lib/netbird/default.json';

/**
The MTU in NetBird's own configuration. NetBird makes its interface anew at each start and gives it this MTU, so one that
was set on the interface alone does not last.

`netbird up --mtu` says "Already connected" and changes nothing while the tunnel is up: it has to go down first, and with it
every connection through it.
*/
export const netbirdMtu: SettingKind<SettingOf<'netbird-mtu'>> = {
	describe: () => 'MTU of NetBird’s tunnel',
	async read(_, host) {
		return (await readConfigured(host)) ?? (await readInForce(host));
	},
	async write(_, to, host) {
		const digits = checkDigits(to);
		await readStatus(host);
		// A tunnel that is down already is a failure to some versions. That it is not down shows in the answer to "up".
		await host.run('netbird', ['down'], downSeconds);
		await bringUp(digits, host);
		await waitUntilConnected(host);
	},
	isSame: (_, a, b) => isSameNumber(a, b),
	toShellLine: (_, to) => `netbird down && netbird up --mtu ${checkDigits(to)}`,
	risk: 'may cut the connection',
};

/** grep is asked for the one line: the private key in the same file is never read. */
async function readConfigured(host: Host): Promise<string | undefined> {
	const output = await host.run('grep', ['-oE', '"MTU": *[0-9]{3,5}', profile], askSeconds);
	return output.status === 0 ? /\d+/.exec(output.stdout)?.[0] : undefined;
}

/** NetBird's interface is the one that has the public key which NetBird says is its own. */
async function readInForce(host: Host): Promise<string> {
	const {publicKey} = await readStatus(host);
	const output = await host.run('wg', ['show', 'all', 'public-key'], askSeconds);
	const rows = output.stdout.split('\n').map(line => line.split('\t'));
	const device = rows.find(([, key]) => key !== undefined && key === publicKey)?.[0];
	if (device === undefined) {
		throw new SettingError('NetBird’s interface is not there: no interface has its public key', 'ENODEV');
	}
	return host.readText(`/sys/class/net/${checkDevice(device)}/mtu`).trim();
}

async function waitUntilConnected(host: Host): Promise<void> {
	const end = host.realTime() + connectSeconds;
	for (;;) {
		const {daemonStatus = 'Connected'} = await readStatus(host);
		if (daemonStatus === 'Connected') {
			return;
		}
		if (host.realTime() >= end) {
			throw new SettingError(`NetBird is not connected after ${connectSeconds} s: ${daemonStatus}`, 'ETIMEDOUT');
		}
		await host.sleep(0.5);
	}
}

async function readStatus(host: Host): Promise<NetbirdStatus> {
	const words = ['status', '--json'];
	const output = await host.run('netbird', words, askSeconds);
	try {
		return parseNetbirdStatus(output.stdout);
	} catch {
		throw toProgramError(['netbird', ...words], output);
	}
}

async function bringUp(mtu: string, host: Host): Promise<void> {
	const words = ['up', '--mtu', mtu];
	const output = await host.run('netbird', words, upSeconds);
	if (output.status !== 0 || /Already connected/.test(output.stdout)) {
		throw toProgramError(['netbird', ...words], output);
	}
}
