import type {PeerRates} from '../../model/rates.ts';
import type {Trace} from '../../session/state.ts';
import {formatAge, formatBits, formatCount} from '../format.ts';
import {shortenKey} from '../names.ts';
import {largest, widthOf} from '../pane.ts';
import type {Column} from '../table-text.ts';
import type {Theme, Tone} from '../theme.ts';
import {drawPair, titleTrace} from '../trace.ts';

export interface PeerRow {
	readonly peer: PeerRates;
	/** NetBird's name without the network's domain. */
	readonly name: string | undefined;
	/** False before the second reading. */
	readonly isMeasured: boolean;
	readonly rx: Trace;
	readonly tx: Trace;
	/** New handshakes in the last five minutes; absent before the second reading. */
	readonly churn: number | undefined;
}

/** Above so many new handshakes in five minutes a session does not hold: both ends together make about five. */
const muchChurn = 6;

/** Seconds after which WireGuard drops a session (REJECT_AFTER_TIME). */
const sessionSeconds = 180;

export function peerColumns(rows: readonly PeerRow[], theme: Theme): Column<PeerRow>[] {
	const {none} = theme.glyphs;
	const describe = (row: PeerRow) => describePath(row, none);
	const endpoints = rows.map(row => row.peer.endpoint ?? '');
	return [
		{
			key: 'peer',
			title: 'PEER',
			width: widthOf(rows.map(label), 8, 16),
			maximum: widthOf(rows.map(label), 8, 40),
			align: 'left',
			priority: 1,
			cell: label,
		},
		{
			key: 'endpoint',
			title: 'endpoint',
			width: widthOf(endpoints, 8, 21),
			maximum: widthOf(endpoints, 8, 47),
			align: 'left',
			priority: 7,
			cell: row => row.peer.endpoint ?? none,
		},
		{
			key: 'via',
			title: 'via',
			width: widthOf(rows.map(describe), 7, 12),
			align: 'left',
			priority: 3,
			cell: describe,
			tone: tonePath,
		},
		rate('rx', 'rx bit/s', row => row.peer.rxBytesPerSecond),
		rate('tx', 'tx bit/s', row => row.peer.txBytesPerSecond),
		{
			key: 'handshake',
			title: 'handshake',
			width: 9,
			priority: 4,
			cell: describeHandshake,
			tone: toneHandshake,
		},
		{
			key: 'churn',
			title: 'new/5m',
			width: 6,
			priority: 6,
			cell: row => formatCount(row.churn),
			tone: row => ((row.churn ?? 0) > muchChurn ? 'warning' : undefined),
		},
		trace(rows, theme),
	];
}

function label({peer, name}: PeerRow): string {
	return name ?? peer.address ?? shortenKey(peer.publicKey);
}

function describePath({peer}: PeerRow, none: string): string {
	if (peer.connection !== undefined) {
		return peer.connection === 'p2p' ? 'P2P' : 'relayed';
	}
	return peer.status ?? none;
}

function tonePath({peer}: PeerRow): Tone | undefined {
	return peer.connection === 'relayed' ? 'warning' : undefined;
}

function describeHandshake({peer, isMeasured}: PeerRow): string {
	return peer.handshakeAge === undefined && isMeasured ? 'never' : formatAge(peer.handshakeAge);
}

/** An old handshake only matters to a peer that something is sent to. */
function toneHandshake({peer}: PeerRow): Tone {
	const isSending = (peer.txBytesPerSecond ?? 0) > 0;
	if (!isSending) {
		return 'faint';
	}
	return (peer.handshakeAge ?? Number.POSITIVE_INFINITY) > sessionSeconds ? 'danger' : 'normal';
}

function rate(key: string, title: string, read: (row: PeerRow) => number | undefined): Column<PeerRow> {
	return {key, title, width: 8, priority: 2, cell: row => formatBits(read(row))};
}

/** What came in beside what went out, all peers on one scale. */
function trace(rows: readonly PeerRow[], theme: Theme): Column<PeerRow> {
	const highest = largest(
		rows.map(row => Math.max(largest(row.rx, 1), largest(row.tx, 1))),
		1,
	);
	return {
		key: 'trace',
		title: (width, seconds) => titleTrace(theme.glyphs.pairLegend('rx', 'tx'), width, seconds),
		width: 8,
		maximum: 60,
		align: 'left',
		priority: 5,
		cell: (row, width) => drawPair(row.rx, row.tx, highest, width, theme.glyphs, () => 'accent'),
	};
}
