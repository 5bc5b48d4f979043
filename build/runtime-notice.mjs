import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {root} from './options.mjs';
import {runtimeVersion} from './runtime.mjs';

/** What Bun links statically, each with its licence and where its own notice is. Source: LICENSE.md of Bun. */
const libraries = [
	['JavaScriptCore and WebKit', 'LGPL 2', 'github.com/oven-sh/webkit'],
	['TinyCC', 'LGPL 2.1', 'github.com/tinycc/tinycc'],
	['BoringSSL', 'OpenSSL, ISC and others', 'boringssl.googlesource.com/boringssl'],
	['Brotli', 'MIT', 'github.com/google/brotli'],
	['libarchive', 'BSD and others', 'github.com/libarchive/libarchive'],
	['lol-html', 'BSD 3-clause', 'github.com/cloudflare/lol-html'],
	['ls-hpack, ls-qpack, lsquic', 'MIT', 'github.com/litespeedtech'],
	['mimalloc', 'MIT', 'github.com/microsoft/mimalloc'],
	['picohttpparser', 'MIT', 'github.com/h2o/picohttpparser'],
	['Zstandard', 'BSD', 'github.com/facebook/zstd'],
	['simdutf', 'Apache 2.0', 'github.com/simdutf/simdutf'],
	['uSockets and uWebSockets', 'Apache 2.0', 'github.com/uNetworking'],
	['Highway', 'Apache 2.0', 'github.com/google/highway'],
	['LLVM libc++abi (in part)', 'Apache 2.0 with LLVM exception', 'github.com/llvm/llvm-project'],
	['zlib-ng', 'zlib', 'github.com/zlib-ng/zlib-ng'],
	['c-ares', 'MIT', 'github.com/c-ares/c-ares'],
	['ICU', 'Unicode', 'github.com/unicode-org/icu'],
	['base64', 'BSD 2-clause', 'github.com/aklomp/base64'],
	['libdeflate', 'MIT', 'github.com/ebiggers/libdeflate'],
	['libjpeg-turbo', 'BSD 3-clause, IJG and zlib', 'github.com/libjpeg-turbo/libjpeg-turbo'],
	['libspng', 'BSD 2-clause', 'github.com/randy408/libspng'],
	['libwebp', 'BSD 3-clause', 'github.com/webmproject/libwebp'],
	['uucode', 'MIT', 'github.com/jacobsandlund/uucode'],
	['packages of npm that stand in for modules of Node', 'MIT', 'github.com/oven-sh/bun'],
];

const texts = ['LGPL-2', 'LGPL-2.1', 'Apache-2.0'];
const rule = '='.repeat(80);

/** The notice of the runtime: what it is, what is linked into it, how to link it anew, and the licences that ask to be added whole. */
export async function describeRuntime() {
	const rows = libraries.map(([name = '', licence = '', place]) => `${name.padEnd(52)}${licence.padEnd(32)}${place}`);
	const whole = await Promise.all(
		texts.map(async name => {
			const text = await readFile(path.join(root, `build/licences/${name}.txt`), 'utf8');
			return `${rule}\n${name}\n${'-'.repeat(80)}\n${text.trim()}`;
		}),
	);
	return `${rule}
Bun ${runtimeVersion}
${'-'.repeat(80)}
The executable of nbtop contains the runtime Bun, by its contributors (https://github.com/oven-sh/bun), under the MIT licence, whose
text stands above for other packages. Bun links these libraries statically; their notices are in their own repositories:

${rows.join('\n')}

The LGPL lets you link them anew in versions of your own: the source of nbtop is free under the MIT licence, that of Bun and of its
WebKit lies at the addresses above, and \`npm run build:binary\` puts nbtop into the Bun that it finds in
node_modules/.cache/nbtop.

${whole.join('\n\n')}
`;
}
