/** Gives the command that installs the package in which a program is. */
export type Installer = (program: string) => string;

type Family = 'debian' | 'fedora' | 'suse' | 'alpine' | 'arch';

const commands: Readonly<Record<Family, string>> = {
	debian: 'apt install',
	fedora: 'dnf install',
	suse: 'zypper install',
	alpine: 'apk add',
	arch: 'pacman -S',
};

/** By the `ID` and `ID_LIKE` of os-release(5). */
const families: readonly (readonly [RegExp, Family])[] = [
	[/^(?:debian|ubuntu)$/, 'debian'],
	[/^(?:fedora|rhel|centos)$/, 'fedora'],
	[/^(?:opensuse.*|sles?|suse)$/, 'suse'],
	[/^alpine$/, 'alpine'],
	[/^arch$/, 'arch'],
];

/** Debian's package of each program, and the names that others have for it. */
const packages: Readonly<Record<string, Partial<Record<Family, string>>>> = {
	ip: {debian: 'iproute2', fedora: 'iproute'},
	ss: {debian: 'iproute2', fedora: 'iproute'},
	tc: {debian: 'iproute2', fedora: 'iproute-tc'},
	wg: {debian: 'wireguard-tools'},
	ethtool: {debian: 'ethtool'},
	ping: {debian: 'iputils-ping', fedora: 'iputils', suse: 'iputils', alpine: 'iputils', arch: 'iputils'},
	flock: {debian: 'util-linux'},
	iperf3: {debian: 'iperf3', suse: 'iperf'},
	ssh: {debian: 'openssh-client', fedora: 'openssh-clients', suse: 'openssh-clients', arch: 'openssh'},
};

/** `distribution`: the `ID` and `ID_LIKE` of os-release(5); one that is not known is taken for Debian. */
export function chooseInstaller(distribution: readonly string[], isRoot: boolean): Installer {
	const family = distribution.flatMap(id => families.find(([pattern]) => pattern.test(id))?.[1] ?? [])[0] ?? 'debian';
	const sudo = isRoot ? '' : 'sudo ';
	return program => `${sudo}${commands[family]} ${packages[program]?.[family] ?? packages[program]?.debian ?? program}`;
}
