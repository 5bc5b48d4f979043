import {createRequire, Module} from 'node:module';
import * as ink from 'ink';

/*
ink-table is CommonJS and requires Ink, which Node refuses: Ink's graph has a top-level await in it. The bundle knows no such
border. Unbundled, Ink is put where ink-table's `require` looks first.
*/
const requireAsInkTable = createRequire(import.meta.resolve('ink-table'));
const filename = requireAsInkTable.resolve('ink');
const module = new Module(filename);
module.filename = filename;
module.loaded = true;
module.exports = ink;
requireAsInkTable.cache[filename] = module;
