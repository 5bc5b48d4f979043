/*
Run by `probe-path.sh`: probes the paths to the endpoints that are its arguments, and prints the outcome as JSON.
*/
import {createRealHost} from '../../source/host.ts';
import {probePaths} from '../../source/tuning/probe.ts';
import {makeLink} from '../helpers/readings.ts';
import {makeSituation} from '../helpers/situation.ts';

const host = createRealHost();
const peers = process.argv.slice(2).map((endpoint, index) => ({
	...{publicKey: endpoint, endpoint, latestHandshake: Date.now() / 1000, receivedBytes: -index},
}));
const situation = makeSituation({nics: [], links: [makeLink('u0', {mtu: 1500})], underlay: 'u0', peers});
process.stdout.write(JSON.stringify(await probePaths(host, situation)));
host.close();
