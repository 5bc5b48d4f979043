import {expect, test} from 'vitest';
import {sendingLoad} from '../../helpers/cases.ts';
import {type MachineLoad, watchMachine} from '../../helpers/machine.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

interface Parts {
	readonly mtu: number;
	/** What the kernel knows of the way to the peer. */
	readonly learnt?: number;
	readonly endpoint?: string;
	readonly underlay?: number;
	/** Fragments a second that this host makes, and that come to it. */
	readonly made?: number;
	readonly arrived?: number;
	readonly without?: MachineLoad['without'];
}

const outside = '192.0.2.1:51820';

function watch({mtu, learnt, endpoint = outside, underlay = 1500, made = 0, arrived = 0, without = []}: Parts) {
	const state = watchMachine({
		...sendingLoad,
		tunnel: {...sendingLoad.tunnel, mtu},
		device: {...sendingLoad.device, mtu: underlay},
		peers: sendingLoad.peers.map(peer => ({...peer, endpoint})),
		routes: [{endpoint, device: 'eth0', ...(learnt !== undefined && {mtu: learnt})}],
		protocols: {...sendingLoad.protocols, 'Ip.FragCreates': made, 'Ip.ReasmReqds': arrived},
		without,
	});
	const found = state.findings.find(({id}) => id === 'fragmentation');
	if (found !== undefined) {
		expectQuoted(found);
	}
	return {...found, verdict: state.verdict.id};
}

test('what this host cuts is not the tunnel’s where its largest packet goes out whole', () => {
	expect(watch({mtu: 1280, made: 900})).toMatchObject({severity: 'hint', steps: [], verdict: 'well-distributed'});
	expect(watch({mtu: 1280, made: 900}).text).toMatch(
		/^this host cuts packets \(900 fragments\/s, 2\.5 % of what wt0 sends\), but not those of the tunnel: .* 1340 bytes at most, and eth0 takes 1500 whole;/,
	);
});

test('headers are as large as those over the peer’s protocol', () => {
	const peer6 = '[2001:db8::1]:51820';
	expect(watch({mtu: 1440, made: 900}).severity).toBe('hint');
	expect(watch({mtu: 1441, made: 900})).toMatchObject({severity: 'fault', steps: ['mtu'], verdict: 'fragmentation'});
	expect(watch({mtu: 1420, made: 900, endpoint: peer6}).severity).toBe('hint');
	expect(watch({mtu: 1421, made: 900, endpoint: peer6}).severity).toBe('fault');
});

test('what the kernel has learnt of the way, or a small underlay, makes it the tunnel’s again', () => {
	expect(watch({mtu: 1280, made: 900, learnt: 1340}).severity).toBe('hint');
	expect(watch({mtu: 1280, made: 900, learnt: 1300})).toMatchObject({severity: 'fault', verdict: 'fragmentation'});
	expect(watch({mtu: 1280, made: 900, learnt: 1300}).text).toContain(
		'MTU 1280 and 60 bytes of headers, over eth0 with 1300;',
	);
	expect(watch({mtu: 1280, made: 900, underlay: 1300}).severity).toBe('fault');
});

test('where an endpoint or a way is not known nothing is ruled out', () => {
	expect(watch({mtu: 1280, made: 900, without: ['links']}).severity).toBeUndefined();
	const routes = watch({mtu: 1280, made: 900, without: ['routes']});
	expect(routes.severity).toBe('fault');
	expect(routes.text).toMatch(/^this host cuts the packets of wt0: 900 fragments\/s, 2\.5 % of its packets; until/);
});

test('what arrives in pieces is a fault, and blamed on the tunnel only where its MTU cannot fit', () => {
	const fits = watch({mtu: 1280, arrived: 900});
	expect(fits).toMatchObject({severity: 'fault', steps: ['mtu']});
	expect(fits.text).toMatch(
		/^packets arrive here in pieces: 900 fragments\/s, 10 % of what wt0 receives; whose they are/,
	);
	expect(watch({mtu: 1500, arrived: 900}).text).toContain('; MTU 1500 and 60 bytes of headers, over eth0 with 1500;');
	// What somebody else sends in pieces does not hide what comes so.
	expect(watch({mtu: 1280, made: 9000, arrived: 900}).text).toMatch(/^packets arrive here in pieces/);
});
