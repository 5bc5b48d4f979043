import {join, resolve} from 'node:path';

/** Where the suite's lab keeps keys, pid files and logs: its own folder, beside that of a lab which a person may have up. */
export const runFolder = resolve(process.env.LAB_RUN ?? join(import.meta.dirname, '../../lab-run/suite'));
