import {execFile} from 'node:child_process';
import {chmod, copyFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {bundleProgram, demoSession} from './build/bundle.mjs';
import {collectLicenses} from './build/licenses.mjs';
import {root} from './build/options.mjs';

// Makes dist/: the whole program in one file, the launcher in front of it, the session of `nbtop demo`, its manual page, and the
// licences of what it contains.

const dist = path.join(root, 'dist');

// A build that fails must not leave an older program to be run.
await rm(dist, {recursive: true, force: true});

const inputs = await bundleProgram('dist/program.cjs');

await copyFile(path.join(root, 'source/launcher.cjs'), path.join(dist, 'nbtop.cjs'));
await chmod(path.join(dist, 'nbtop.cjs'), 0o755);
await copyFile(path.join(root, 'media', demoSession), path.join(dist, demoSession));
await writeFile(path.join(dist, 'LICENSES.txt'), await collectLicenses(inputs, root));

const {stdout: manual} = await promisify(execFile)(process.execPath, [path.join(dist, 'program.cjs'), 'manual']);
await writeFile(path.join(dist, 'nbtop.1'), manual);
