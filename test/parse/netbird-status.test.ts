import {describe, expect, test} from 'vitest';
import type {NetbirdPeer} from '../../source/model/facts.ts';
import {parseNetbirdStatus} from '../../source/parse/netbird-status.ts';
import {expectValuesOrParseError, readFixture} from '../helpers/parser-law.ts';

const status = readFixture('netbird-status.json');

/** A status with one peer, as a version prints it. */
function parsePeer(peer: Readonly<Record<string, unknown>>): NetbirdPeer | undefined {
	const text = JSON.stringify({peers: {total: 1, connected: 1, details: [{publicKey: 'key', ...peer}]}});
	return parseNetbirdStatus(text).peers[0];
}

test('the machine itself is known by its address without the mask', () => {
	const {peers, ...own} = parseNetbirdStatus(status);
	expect(own).toEqual({
		daemonVersion: '0.77.1',
		cliVersion: '0.77.1',
		daemonStatus: 'Connected',
		fqdn: 'az-weu-a.netbird.cloud',
		address: '100.92.0.4',
		publicKey: 'G8ghXSKY4s9g6VUvkQI1f2YfYdWXIo9Szeu6870Hi38=',
		kernelInterface: true,
	});
	expect(peers.map(({status: word, connection}) => [word, connection])).toEqual([
		['Connected', 'p2p'],
		['Connected', 'p2p'],
		['Connected', 'relayed'],
		['Idle', undefined],
		['Connecting', undefined],
	]);
});

test('a direct peer has its latency in seconds, and its stand-by relay does not make it relayed', () => {
	expect(parseNetbirdStatus(status).peers[0]).toEqual({
		publicKey: 'Cu2z1w0CbkKIOzCyl0aVf4Xc3P6yyHwPNdgI7g1Nfc8=',
		fqdn: 'az-weu-b.netbird.cloud',
		address: '100.92.0.5',
		status: 'Connected',
		connection: 'p2p',
		relayAddress: 'rels://relay-eu-1.example.net:443',
		latency: 0.000742113,
		lastStatusUpdate: '2026-08-22T09:14:31.482913027Z',
	});
});

describe('versions', () => {
	test('the connection type of a peer that is not connected means nothing (0.52 to 0.59.6 print P2P)', () => {
		expect(parsePeer({status: 'Idle', connectionType: 'P2P', latency: 5})).toEqual({publicKey: 'key', status: 'Idle'});
		expect(parsePeer({status: 'Disconnected', connectionType: ''})).toEqual({publicKey: 'key', status: 'Disconnected'});
	});

	test('a relayed peer has no latency: it is never measured there', () => {
		expect(parsePeer({status: 'Connected', connectionType: 'Relayed', latency: 7})).toEqual({
			publicKey: 'key',
			status: 'Connected',
			connection: 'relayed',
		});
	});

	test('"never" is absent, and so is the mask of an old peer address', () => {
		const peer = {lastStatusUpdate: '0001-01-01T00:00:00Z', netbirdIp: '100.92.0.5/32'};
		expect(parsePeer(peer)).toEqual({publicKey: 'key', address: '100.92.0.5'});
		expect(parsePeer({lastStatusUpdate: '1970-01-01T01:00:00+01:00'})).toEqual({publicKey: 'key'});
	});

	test('every list may be null, every key missing', () => {
		expect(parseNetbirdStatus('{"peers":{"total":0,"connected":0,"details":null},"relays":null}')).toEqual({peers: []});
		expect(parseNetbirdStatus('{}')).toEqual({peers: []});
	});

	test('a userspace interface is told from an engine that is down', () => {
		expect(parseNetbirdStatus('{"netbirdIp":"100.92.0.4/16","usesKernelInterface":false}').kernelInterface).toBe(false);
		expect(parseNetbirdStatus('{"netbirdIp":"","usesKernelInterface":false}').kernelInterface).toBeUndefined();
	});

	test('the text notice of an old daemon that needs a login is a status', () => {
		const notice =
			'Daemon status: NeedsLogin\n\nRun UP command to log in with SSO (interactive login):\n\n netbird up --setup-key <SETUP_KEY>\n';
		expect(parseNetbirdStatus(notice)).toEqual({daemonStatus: 'NeedsLogin', peers: []});
	});
});

test('what a peer calls itself cannot move the cursor', () => {
	expect(parsePeer({fqdn: 'evil\u001b[2J\u202e.netbird.cloud'})?.fqdn).toBe('evil[2J.netbird.cloud');
});

test('an error of the client is a parse error that does not repeat it', () => {
	const message = 'failed to connect to daemon error: A1B2C3D4-0000-4000-8000-000000000000';
	expect(() => parseNetbirdStatus(message)).toThrow('netbird status --json line 1: not JSON');
	expect(() => parseNetbirdStatus(message)).not.toThrow(/A1B2C3D4/);
});

test('any text gives a status or a parse error', () => {
	expectValuesOrParseError(parseNetbirdStatus, [status, 'Daemon status: NeedsLogin\n']);
});
