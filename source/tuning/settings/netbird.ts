import {tryLine, tryRead} from '../../collect/reading.ts';
import type {Host} from '../../host.ts';
import type {NetbirdStatus} from '../../model/facts.ts';
import {isObject, parseJson, readText} from '../../parse/json.ts';
import {parseNetbirdStatus} from '../../parse/netbird-status.ts';
import {checkDevice, checkDigits, isSameNumber} from './names.ts';
import {SettingError, toProgramError} from './setting-error.ts';
import type {SettingKind, SettingOf} from './setting-kind.ts';

const askSeconds = 5;
const downSeconds = 20;
/** Logging in and making the interface; the peers come later. */
const upSeconds = 60;
const connectSeconds = 30;

/** Where NetBird's service keeps its profiles (since 0.52), unless its `NB_STATE_DIR` names another folder. */
const stateFolder = '/var/lib/netbird';
/** What it calls the profile that it uses unless it was told to use another. */
const usual = 'default';
const profile = `${stateFolder}/${usual}.json`;

/**
The MTU in NetBird's own configuration. NetBird makes its interface anew at each start and gives it this MTU, so one that
was set on the interface alone does not last.

`netbird up --mtu` says "Already connected" and changes nothing while the tunnel is up: it has to go down first, and with it
every connection through it.
*/
export const netbirdMtu: SettingKind<SettingOf<'netbird-mtu'>> = {
	describe: () => 'MTU of NetBird’s tunnel',
	async read(_, host) {
		expectUsualProfile(host);
		return (await readConfigured(host)) ?? (await readInForce(host));
	},
	async write(_, to, host) {
		const digits = checkDigits(to);
		expectUsualProfile(host);
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

/**
Whether NetBird's interface has this MTU. What a file says is what NetBird was told: the tunnel may have been taken down and not
up again, or its service may keep its profiles elsewhere.
*/
export async function isInForce(mtu: string, host: Host): Promise<boolean> {
	try {
		return isSameNumber(await readInForce(host), mtu);
	} catch {
		return false;
	}
}

/**
Throws where NetBird uses another profile than its usual one. `netbird up` takes the profile that was last chosen by who calls
it, has the service use that one, and writes the MTU there; a guard that systemd starts has no home, and so always takes the
usual one (`client/internal/profilemanager`). One would write what the other does not put back.
*/
function expectUsualProfile(host: Host): void {
	const other = [readServiceProfile(host), readOwnProfile(host)].find(each => each !== undefined && each !== usual);
	if (other !== undefined) {
		throw new SettingError(
			`NetBird uses its profile '${other}', and only the MTU of '${usual}' can be changed and put back safely (netbird profile select ${usual})`,
		);
	}
}

/** The profile that NetBird's service uses; absent where it has never used another than the usual one. */
function readServiceProfile(host: Host): string | undefined {
	const state = tryRead(() => parseJson(host.readText(`${stateFolder}/active_profile.json`), 'active_profile.json'));
	return isObject(state) ? readText(state.name) : undefined;
}

/** The profile that `netbird up` takes when this user calls it. */
function readOwnProfile(host: Host): string | undefined {
	const home = host.environment('HOME');
	const folder = host.environment('XDG_CONFIG_HOME') ?? (home === undefined ? undefined : `${home}/.config`);
	const line = folder === undefined ? undefined : tryLine(host, `${folder}/netbird/active_profile.txt`);
	return readText(line);
}

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
	const mtu = tryLine(host, `/sys/class/net/${checkDevice(device)}/mtu`);
	if (mtu === undefined) {
		throw new SettingError(`NetBird’s interface ${device} is not there any more`, 'ENODEV');
	}
	return mtu;
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
