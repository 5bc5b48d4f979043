import type {WireGuardInterface, WireGuardPeer} from '../model/counters.ts';
import {ParseError} from './parse-error.ts';

/**
The texts of `wg show all SUBCOMMAND`, which hold no secret. Never `dump`, `private-key` or `preshared-keys`: they print
private and preshared keys.
*/
export interface WireGuardTexts {
	readonly transfer: string;
	readonly latestHandshakes: string;
	readonly endpoints: string;
	readonly persistentKeepalive?: string;
	readonly allowedIps?: string;
	readonly listenPort?: string;
	readonly fwmark?: string;
	readonly publicKey?: string;
}

/**
Joins the texts of several `wg show all SUBCOMMAND` (wireguard-tools `src/show.c: ugly_print`) to one list of interfaces.

Each line is `INTERFACE<TAB>VALUE` or `INTERFACE<TAB>PUBLIC KEY<TAB>VALUE…`; `endpoints` names an interface only once.
`(none)`, `off`, a port of 0 and a handshake at 0 are absent. Byte counters are unsigned 64-bit and start again when a peer
is added again.

Every column is checked for its shape, so that a line of `wg show dump`, whose second or third column is a secret, throws a
`ParseError`. Its message names the program and the line, and never repeats a word of it.
*/
export function parseWireGuard(texts: WireGuardTexts): WireGuardInterface[] {
	const interfaces: Drafts = new Map();
	for (const {text, columns, read} of peerRules) {
		for (const [name, publicKey = '', ...values] of readRows(texts, text, [key, ...columns])) {
			addPeer(interfaces, name, publicKey, read(...values));
		}
	}

	readEndpoints(texts.endpoints, interfaces);
	for (const {text, column, read} of interfaceRules) {
		for (const [name, value = ''] of readRows(texts, text, [column])) {
			const draft = findDraft(interfaces, name);
			draft.facts = {...draft.facts, ...read(value)};
		}
	}

	return Array.from(interfaces, ([name, {facts, peers}]) => ({
		interface: name,
		...facts,
		peers: Array.from(peers, ([publicKey, peer]) => ({publicKey, ...peer})),
	}));
}

type InterfaceFacts = Omit<WireGuardInterface, 'interface' | 'peers'>;
type PeerFacts = Omit<WireGuardPeer, 'publicKey'>;
type Drafts = Map<string, {facts: InterfaceFacts; readonly peers: Map<string, PeerFacts>}>;

/** An interface's name has up to 15 bytes (`IFNAMSIZ`) and a key 44: one cannot stand in the other's place. */
const interfaceName = /^[^\s/\p{Cc}]{1,15}$/u;
const key = /^[A-Za-z\d+/]{43}=$/;
const count = /^\d{1,20}$/;
const endpoint = /^(?:\(none\)|\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}|\[[\da-f:.]{2,45}(?:%[\w.-]{1,15})?\]:\d{1,5})$/i;

interface PeerRule {
	readonly text: keyof WireGuardTexts;
	readonly columns: readonly RegExp[];
	readonly read: (...values: string[]) => PeerFacts;
}

const peerRules: readonly PeerRule[] = [
	{
		text: 'transfer',
		columns: [count, count],
		read: (received, sent) => ({receivedBytes: Number(received), sentBytes: Number(sent)}),
	},
	{
		text: 'latestHandshakes',
		columns: [count],
		read: at => (Number(at) === 0 ? {} : {latestHandshake: Number(at)}),
	},
	{
		text: 'persistentKeepalive',
		columns: [/^(?:off|\d{1,5})$/],
		read: seconds => (seconds === 'off' ? {} : {persistentKeepalive: Number(seconds)}),
	},
	{
		text: 'allowedIps',
		columns: [/^(?:\(none\)|[\da-f:.]{2,45}\/\d{1,3}(?: [\da-f:.]{2,45}\/\d{1,3})*)$/i],
		read: list => ({allowedIps: list === '(none)' ? [] : (list?.split(' ') ?? [])}),
	},
];

interface InterfaceRule {
	readonly text: keyof WireGuardTexts;
	readonly column: RegExp;
	readonly read: (value: string) => InterfaceFacts;
}

const interfaceRules: readonly InterfaceRule[] = [
	{
		text: 'listenPort',
		column: /^\d{1,5}$/,
		read: port => (Number(port) === 0 ? {} : {listenPort: Number(port)}),
	},
	{
		text: 'fwmark',
		column: /^(?:off|0x[\da-f]{1,8})$/,
		read: mark => (mark === 'off' ? {} : {fwmark: Number(mark)}),
	},
	{
		text: 'publicKey',
		column: /^(?:\(none\)|[A-Za-z\d+/]{43}=)$/,
		read: publicKey => (publicKey === '(none)' ? {} : {publicKey}),
	},
];

/** The lines of a sub-command as columns, the interface's name first, each of the shape that its place asks for. */
function readRows(
	texts: WireGuardTexts,
	text: keyof WireGuardTexts,
	columns: readonly RegExp[],
): [string, ...string[]][] {
	const shapes = [interfaceName, ...columns];
	return readLines(texts[text]).map(({line, number}) => {
		const [name = '', ...rest] = line.split('\t');
		const values: [string, ...string[]] = [name, ...rest];
		if (values.length !== shapes.length || !shapes.every((shape, index) => shape.test(values[index] ?? ''))) {
			throw unexpectedLine(text, number);
		}

		return values;
	});
}

/**
Reads `wg show all endpoints`, which prints `INTERFACE<TAB>` once before the peers of an interface, so that its further
peers stand without it, and an interface without peers stands in front of the next one's line (seen in 1.0.20210914).
*/
function readEndpoints(text: string, interfaces: Drafts): void {
	let name: string | undefined;
	for (const {line, number} of readLines(text)) {
		const values = line.split('\t');
		const address = values.pop() ?? '';
		const publicKey = address === '' ? undefined : (values.pop() ?? '');
		if (!values.every(value => interfaceName.test(value))) {
			throw unexpectedLine('endpoints', number);
		}

		for (const value of values) {
			findDraft(interfaces, value);
		}

		name = values.at(-1) ?? name;
		if (publicKey === undefined) {
			continue;
		}

		if (name === undefined || !key.test(publicKey) || !endpoint.test(address)) {
			throw unexpectedLine('endpoints', number);
		}

		addPeer(interfaces, name, publicKey, address === '(none)' ? {} : {endpoint: address});
	}
}

function addPeer(interfaces: Drafts, name: string, publicKey: string, facts: PeerFacts): void {
	const {peers} = findDraft(interfaces, name);
	peers.set(publicKey, {...peers.get(publicKey), ...facts});
}

function findDraft(interfaces: Drafts, name: string) {
	const draft = interfaces.get(name) ?? {facts: {}, peers: new Map()};
	interfaces.set(name, draft);
	return draft;
}

function readLines(text = ''): {line: string; number: number}[] {
	return text
		.split('\n')
		.map((line, index) => ({line, number: index + 1}))
		.filter(({line}) => line !== '');
}

/** The line may hold a secret: no part of it may be in the message. */
function unexpectedLine(text: keyof WireGuardTexts, line: number): ParseError {
	const subcommand = text.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
	return new ParseError(`wg show all ${subcommand}`, 'expected only the columns of this sub-command', line);
}
