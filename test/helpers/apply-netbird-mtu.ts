import {createRealHost} from '../../source/host.ts';
import {armGuard} from '../../source/tuning/guard.ts';
import {openJournal} from '../../source/tuning/journal-file.ts';
import {previewStep} from '../../source/tuning/preview.ts';
import {applyStep} from '../../source/tuning/tune.ts';
import {makeSituation, makeStep} from './tuning.ts';

// A program of its own: applies an MTU of NetBird as the step `mtu` does, whose probes need peers, and prints how that went.

const [program = '', to = '', within] = process.argv.slice(2);
const host = createRealHost();
const journal = openJournal(host, '/var/lib/nbtop');
const guard = {host, journal, program: [process.execPath, program]};
const step = makeStep({id: 'mtu', wishes: [{setting: {kind: 'netbird-mtu'}, to}], risk: 'may cut the connection'});
const result = await applyStep(
	await previewStep(step, makeSituation(), host),
	within === undefined ? {} : {within: Number(within)},
	{host, journal, version: '1.2.3', arm: id => armGuard(id, guard)},
);
process.stdout.write(JSON.stringify(result));
host.close();
