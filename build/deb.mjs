import {execFile} from 'node:child_process';
import {chmod, copyFile, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {gzipSync} from 'node:zlib';
import {buildBinary, chooseArchitectures, release, writeChecksums} from './binary.mjs';
import {version} from './bundle.mjs';
import {root} from './options.mjs';

// Makes release/nbtop_VERSION_ARCHITECTURE.deb of the executable, the manual page and the completions, with dpkg-deb.
// `npm run build:deb -- x64 arm64`; `npm run build` comes first.

const run = promisify(execFile);

const debianNames = {x64: 'amd64', arm64: 'arm64'};
const {DEBEMAIL, DEBFULLNAME = 'nbtop'} = process.env;
const maintainer = `${DEBFULLNAME} <${DEBEMAIL}>`;
const program = path.join(root, 'dist/program.cjs');

/** @param {readonly string[]} words */
const ask = async (...words) => (await run(process.execPath, [program, ...words])).stdout;

/** gzip without a name and a time: the same every time. @param {string} text */
const compress = text => gzipSync(text, {level: 9});

/** @param {string} date of RFC 5322 */
const formatChangelog = date => `nbtop (${version}) unstable; urgency=medium

  * CHANGELOG.md of the source tells what is new.

 -- ${maintainer}  ${date}
`;

/** @param {string} debianName @param {number} kibibytes */
const formatControl = (debianName, kibibytes) => `Package: nbtop
Version: ${version}
Architecture: ${debianName}
Maintainer: ${maintainer}
Installed-Size: ${kibibytes}
Section: net
Priority: optional
Depends: libc6 (>= 2.28)
Recommends: ethtool, iproute2, iputils-ping, wireguard-tools
Suggests: iperf3, openssh-client
Description: watch and tune the network path of a WireGuard mesh
 One screen for the network path of a WireGuard mesh (NetBird first) on a
 server: which core does what, which interrupt and queue feeds it, where
 packets are dropped, and what each peer transfers. It names the bottleneck,
 applies one tuning step at a time under a guard that puts it back unless it
 is confirmed, and measures whether it helped.
`;

/** @param {string} own */
const formatCopyright = own => `nbtop is under this licence:

${own}
Its executable contains the runtime Bun and packages under licences of their own, all of them in
/usr/share/doc/nbtop/notices.gz. JavaScriptCore, which Bun links statically, is under the GNU Library General Public License,
version 2: /usr/share/common-licenses/LGPL-2. TinyCC, which it links too, is under the GNU Lesser General Public License,
version 2.1: /usr/share/common-licenses/LGPL-2.1.
`;

/** lintian(1): what it finds, and why it is so. */
const overrides = `# The executable is Bun with the program behind it: stripping would take the program away.
nbtop: unstripped-binary-or-object [usr/bin/nbtop]
# Bun brings its libraries along, so that nothing of the system is needed.
nbtop: embedded-library *
nbtop: hardening-no-pie [usr/bin/nbtop]
nbtop: hardening-no-relro [usr/bin/nbtop]
# It is made by npm run build:deb, and is in no distribution.
nbtop: initial-upload-closes-no-bugs *
`;

/** @param {import('./runtime.mjs').Architecture} architecture */
async function buildPackage(architecture) {
	const tree = path.join(release, `tree-${architecture}`);
	await rm(tree, {recursive: true, force: true});
	const binary = await buildBinary(architecture);
	const date = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000 || Date.now())
		.toUTCString()
		.replace('GMT', '+0000');
	const licenses = await readFile(path.join(release, 'LICENSES.txt'), 'utf8');
	const own = await readFile(path.join(root, 'LICENSE'), 'utf8');
	/** @type {Record<string, string | Uint8Array>} */
	const files = {
		'usr/share/man/man1/nbtop.1.gz': compress(await ask('manual')),
		'usr/share/bash-completion/completions/nbtop': await ask('completion', 'bash'),
		'usr/share/zsh/vendor-completions/_nbtop': await ask('completion', 'zsh'),
		'usr/share/fish/vendor_completions.d/nbtop.fish': await ask('completion', 'fish'),
		'usr/share/doc/nbtop/changelog.gz': compress(formatChangelog(date)),
		'usr/share/doc/nbtop/copyright': formatCopyright(own),
		'usr/share/doc/nbtop/notices.gz': compress(licenses),
		'usr/share/lintian/overrides/nbtop': overrides,
	};
	for (const [name, content] of Object.entries(files)) {
		await write(path.join(tree, name), content);
	}
	await mkdir(path.join(tree, 'usr/bin'), {recursive: true, mode: 0o755});
	await copyFile(binary, path.join(tree, 'usr/bin/nbtop'));
	await chmod(path.join(tree, 'usr/bin/nbtop'), 0o755);
	const {size} = await stat(binary);
	await write(
		path.join(tree, 'DEBIAN/control'),
		formatControl(debianNames[architecture], Math.ceil(size / 1024) + 512),
	);
	const output = path.join(release, `nbtop_${version}_${debianNames[architecture]}.deb`);
	await run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z2', '--build', tree, output]);
	await rm(tree, {recursive: true});
	return output;
}

/** @param {string} file @param {string | Uint8Array} content */
async function write(file, content) {
	await mkdir(path.dirname(file), {recursive: true, mode: 0o755});
	await writeFile(file, content, {mode: 0o644});
}

if (DEBEMAIL === undefined) {
	console.error('a package names who made it: set DEBEMAIL, and DEBFULLNAME (dch(1))');
	process.exit(2);
}
await mkdir(release, {recursive: true});
for (const architecture of chooseArchitectures()) {
	console.log(path.relative(root, await buildPackage(architecture)));
}
await writeChecksums();
