import {describeNoTunnel} from '../../derive/no-tunnel.ts';
import type {PeerRates} from '../../model/rates.ts';
import {peerKey, type State, type Trace} from '../../session/state.ts';
import {coarse, compareNames, filterRows, type Pane, type PaneOptions, sortByScore} from '../pane.ts';
import type {TableLine} from '../table-text.ts';
import {type PeerRow, peerColumns} from './peer-columns.ts';
import {describeTunnel} from './tunnel-line.ts';

/** The window in which new handshakes are counted: under traffic WireGuard makes one every two minutes. */
const churnSeconds = 300;

/** Each tunnel with its MTU against the underlay's, and what each peer transfers. */
export function createTunnel(state: State, options: PaneOptions): Pane<PeerRow> {
	const rows = sortRows(filterRows(createRows(state), options.filter, describe), options.sort);
	const active = rows.filter(row => !isIdle(row));
	const idle = rows.length - active.length;
	const {tunnels} = state.topology;
	const group = (peers: readonly PeerRow[]): TableLine<PeerRow>[] =>
		tunnels.flatMap(tunnel => [
			{spans: describeTunnel(state, tunnel)},
			...peers.filter(row => row.peer.interface === tunnel.interface).map(row => ({row})),
		]);
	const isWhole = options.whole === true || options.filter !== undefined || options.sort !== undefined;
	return {
		id: 'tunnel',
		columns: peerColumns(rows, options.theme),
		sorts: ['rate', 'handshake', 'churn'],
		minimum: 2 + Math.min(1, rows.length),
		natural: 1 + Math.max(1, tunnels.length + active.length + Math.min(1, idle)),
		full: 1 + Math.max(1, tunnels.length + rows.length),
		lines(room) {
			if (tunnels.length === 0) {
				return [{spans: [{text: noTunnel(state), tone: 'warning'}]}];
			}
			if (isWhole || tunnels.length + rows.length <= room) {
				return group(rows);
			}
			return idle === 0 ? group(rows) : [...group(active), {spans: [{text: describeIdle(idle), tone: 'faint'}]}];
		},
	};
}

/** What to say where no tunnel is, in one line. */
function noTunnel({snapshot, topology}: State): string {
	return snapshot?.readings.links === undefined
		? 'looking for the tunnel'
		: describeNoTunnel(topology, snapshot.readings);
}

function createRows(state: State): PeerRow[] {
	const now = state.snapshot?.readings.wireguard?.at ?? state.snapshot?.at.monotonic ?? 0;
	const domain = domainOf(state);
	const isMeasured = state.rates.peers !== undefined;
	return (state.rates.peers ?? listUnmeasured(state)).map(peer => {
		const key = peerKey(peer);
		const history = state.history.peers[key];
		return {
			peer,
			name: cutDomain(peer.name, domain),
			isMeasured,
			rx: history?.rx ?? [],
			tx: history?.tx ?? [],
			churn: isMeasured ? countHandshakes(peer, state.handshakes[key] ?? [], now) : undefined,
		};
	});
}

/** Those that came while this was watched, and at least the last one before it. */
function countHandshakes({handshakeAge}: PeerRates, times: readonly number[], now: number): number {
	const seen = times.filter(time => now - time < churnSeconds).length;
	return Math.max(seen, handshakeAge !== undefined && handshakeAge < churnSeconds ? 1 : 0);
}

/** The peers of the first reading, which have no rates yet. */
function listUnmeasured(state: State): PeerRates[] {
	return (state.snapshot?.readings.wireguard?.value ?? []).flatMap(each =>
		each.peers.map(({publicKey, endpoint}) => ({
			interface: each.interface,
			publicKey,
			...(endpoint !== undefined && {endpoint}),
		})),
	);
}

/** The part of NetBird's names that all peers of one network share. */
function domainOf(state: State): string {
	const fqdn = state.snapshot?.readings.netbird?.value.fqdn ?? '';
	return fqdn.includes('.') ? fqdn.slice(fqdn.indexOf('.')) : '';
}

function cutDomain(name: string | undefined, domain: string): string | undefined {
	return name !== undefined && domain !== '' && name.endsWith(domain) ? name.slice(0, -domain.length) : name;
}

function sortRows(rows: readonly PeerRow[], sort: string | undefined): readonly PeerRow[] {
	const byName = [...rows].sort((a, b) => compareNames(nameOf(a), nameOf(b)));
	const score = scores[sort ?? ''];
	return score === undefined ? byName : sortByScore(byName, score);
}

const scores: Readonly<Record<string, (row: PeerRow) => number>> = {
	rate: row => coarse((row.peer.rxBytesPerSecond ?? 0) + (row.peer.txBytesPerSecond ?? 0)),
	handshake: row => -(row.peer.handshakeAge ?? Number.MAX_SAFE_INTEGER),
	churn: row => row.churn ?? 0,
};

function nameOf({peer, name}: PeerRow): string {
	return name ?? peer.address ?? peer.endpoint ?? peer.publicKey;
}

/** No byte now, nor for as long as the trace goes back. */
function isIdle({peer, isMeasured, rx, tx}: PeerRow): boolean {
	const isSilent = (trace: Trace) => trace.every(bytes => bytes === undefined || bytes === 0);
	return isMeasured && isSilent([...rx, peer.rxBytesPerSecond]) && isSilent([...tx, peer.txBytesPerSecond]);
}

function describeIdle(count: number): string {
	return `and ${count} ${count === 1 ? 'peer' : 'peers'} without traffic`;
}

function describe({peer, name}: PeerRow): string {
	return [name, peer.address, peer.endpoint, peer.publicKey, peer.interface, peer.connection].join(' ');
}
