import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {settingWords} from '../../source/commands/report.ts';
import type {SessionEvent} from '../../source/model/events.ts';
import {digestSession} from '../../source/session/digest.ts';
import {createRedactor, findNames} from '../../source/session/redact.ts';
import {describeReport} from '../../source/session/report/document.ts';
import {formatHtml} from '../../source/session/report/html.ts';
import {formatMarkdown} from '../../source/session/report/markdown.ts';
import {plotReport} from '../../source/session/report/plots.ts';
import {createReport} from '../../source/session/report.ts';
import {findLeaks} from '../../source/session/sensitive.ts';
import {parseSession} from '../../source/session/session-file.ts';
import {shareSession} from '../../source/session/share.ts';
import {formatSession, listEvening, makeSession, moment} from '../helpers/evening.ts';

const setupKey = 'A1B2C3D4-0000-1111-2222-333344445555';
const pem = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----';

/** An evening whose notes say everything that one should not. */
const gossip: readonly SessionEvent[] = [
	...listEvening(),
	...[
		'ssh ubuntu@vpn.corp.example.com -i /home/alice/.ssh/id_rsa, then db-7 and 81.2.69.142:51820',
		`setup key ${setupKey}, relay rels://relay.intern.example.org:443/x`,
		`${pem} and 2a02:8108:8ac0:3f2::17/64 from 52:54:00:77:00:01`,
		'DB-7.corp.example.com over gateway-1 to 100.64.0.2/32',
	].map((text, index): SessionEvent => ({type: 'note', at: moment(290 + index / 10), text})),
	{type: 'teleport', at: moment(295), to: '81.2.69.142'} as unknown as SessionEvent,
].toSorted((a, b) => a.at.monotonic - b.at.monotonic);

const session = makeSession(gossip);
const shared = shareSession(session, []);
const text = shared.lines.join('\n');

/** Whatever tells where it comes from, in words that a search would use. */
const telltales =
	/gateway-1|corp\.example|db-7|81\.2\.69|100\.64\.|203\.0\.113\.9|alice|HIgo9xNz|xTIBA5rb|5b5ea9d0|A1B2C3D4|OPENSSH|b3Blbn|2a02:|52:54:00|intern|relay\.|gateway/i;

test('what is shared holds no address, name, key or id of the machine', () => {
	expect(text.match(telltales)?.[0]).toBeUndefined();
	expect(findLeaks(text)).toEqual([]);
});

test('neither do a report, as Markdown and as a page, of what is shared', async () => {
	const digest = digestSession(await parseSession(Buffer.from(text), 'shared.jsonl'));
	const report = createReport(digest, settingWords);
	const document = describeReport(report, plotReport(report, digest.figures));
	for (const written of [formatMarkdown(document), formatHtml(document), JSON.stringify(report)]) {
		expect(written.match(telltales)?.[0]).toBeUndefined();
		expect(findLeaks(written)).toEqual([]);
	}
	expect(report.comparison).toEqual(createReport(digestSession(session), settingWords).comparison);
});

test('the same thing stays the same thing, and what it means is kept: ports, prefixes, structure', () => {
	const notes = shared.lines
		.filter(line => line.includes('"note"'))
		.map(line => (JSON.parse(line) as {text: string}).text);
	const of = (original: string) => shared.replaced.find(each => each.original === original)?.placeholder;
	expect(notes).toEqual([
		`ssh ubuntu@${of('vpn.corp.example.com')}.example -i /home/user-1/.ssh/id_rsa, then peer-1 and ${of('81.2.69.142')}:51820`,
		`setup key ${of(setupKey.toLowerCase())}, relay ${of('rels://relay.intern.example.org:443/x')}`,
		`(secret 1 removed) and ${of('2a02:8108:8ac0:3f2::17')}/64 from ${of('52:54:00:77:00:01')}`,
		`peer-1.example over host-1 to ${of('100.64.0.2')}/32`,
		'that was it',
	]);
	expect(text).toContain(`"endpoint":"${of('203.0.113.9')}:51820"`);
	expect(text).toContain('"fqdn":"peer-1.example"');
	expect(text).toContain('net.core.netdev_max_backlog');
});

test('an event of a later version is shared too, and redacted', () => {
	expect(text).toMatch(/\{"type":"teleport",.*"to":"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"\}/);
});

test('what is kept is kept on purpose only', () => {
	const kept = shareSession(session, ['names', 'addresses']).lines.join('\n');
	expect(kept).toContain('gateway-1');
	expect(kept).toContain('81.2.69.142');
	expect(kept).not.toContain('OPENSSH');
	expect(kept).not.toContain('HIgo9xNz');
});

test('what was replaced is listed, each thing once', () => {
	const originals = shared.replaced.map(({kind, original}) => `${kind} ${original}`);
	expect(new Set(originals).size).toBe(originals.length);
	expect(originals).toEqual(expect.arrayContaining(['host gateway-1', 'peer db-7', 'ipv4 81.2.69.142', 'user alice']));
});

test('no two things become one, however many there are', () => {
	const {redact} = createRedactor();
	const addresses = Array.from({length: 2000}, (_, index) => `10.${index >> 8}.${index & 0xff}.7`);
	const placeholders = addresses.map(address => redact(address));
	expect(new Set(placeholders).size).toBe(2000);
	expect(findLeaks(placeholders.join(' '))).toEqual([]);
});

test('no address of any kind comes through, wherever it stands', () => {
	const key = fc.uint8Array({minLength: 32, maxLength: 32}).map(bytes => Buffer.from(bytes).toString('base64'));
	const address = fc.oneof(fc.ipV4(), fc.ipV6(), key);
	const around = fc.constantFrom('', ' ', ':51820', '/32', ', ', '"', '[', ']', '=', '(', ')\n');
	fc.assert(
		fc.property(around, address, around, (before, found, after) => {
			const {redact} = createRedactor();
			expect(findLeaks(redact(`${before}${found} ${after}`))).toEqual([]);
		}),
		{numRuns: 3000},
	);
});

test('an address that ends in what looks like a hardware address is replaced as a whole', () => {
	const {redact} = createRedactor();
	expect(redact('at ::ab:cd:ef:12:34:56, 02:42:ac:11:00:02')).toMatch(/^at 2001:db8:[0-9a-f:]+, 02:00:00:[0-9a-f:]+$/);
});

test.each([
	['dst:2001:db9::5', /^dst:2001:db8::1$/],
	['route6:1:2:3:4:5:6:7:8', /^route6:2001:db8::1$/],
	['connect to 2001:db9::5: No route to host', /^connect to 2001:db8::1: No route to host$/],
	['2001:db9::5:51820', /^2001:db8::1:51820$/],
	['add:2001:db9::5', /^2001:db8::1$/],
	['via.81.2.69.142', /^via\.192\.0\.2\.1$/],
	['52:54:00:12:34:56: busy', /^02:00:00:00:00:01: busy$/],
	['ether:52:54:00:12:34:56', /^ether:02:00:00:00:00:01$/],
	['80:00:02:08:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:12:34:56', /^02:00:00:00:00:01$/],
])('an address is found in the middle of a sentence: %s', (text, expected) => {
	const redacted = createRedactor().redact(text);
	expect(redacted).toMatch(expected);
	expect(findLeaks(redacted)).toEqual([]);
});

test.each([
	...['dev.acme-bank.com', 'net.acme-bank.org', 'vm.acme-bank.io', 'fs.acme-bank.io', 'kernel.acme-bank.io'],
	...['vpn.acme-bank.sh', 'api.acme-bank.so', 'host.acme-bank.md', 'db.acme-bank.target', 'db.acme-bank.service'],
	...['DB.Acme-Bank.COM', 'ACME-BANK.com', 'my_host.acme-bank.com', '_dmarc.acme-bank.com', 'net.core.acme-bank.com'],
	...['*.acme-bank.com', '--vpn.acme-bank.com', 'acme-bank.com.', 'vpn.acme-bank.com:443', 'acme-bank.xn--p1ai'],
])('a domain is one whatever it begins or ends with: %s', domain => {
	const {redact} = createRedactor();
	expect(redact(`at ${domain}, again`)).toMatch(/^at \S*name-1\.example\S*, again$/);
	expect(redact(domain.toUpperCase())).toBe(redact(domain));
});

test('names of sysctls and counters that the session has are no domains', () => {
	const readings = {
		sysctls: {at: 1, value: {'net.mptcp.enabled': '1'}},
		protocols: {at: 1, value: {'MPTcpExt.Retrans': 0}},
		nicStatistics: {at: 1, value: {eth0: [{name: 'rx_over.hw', value: 0}]}},
	};
	const texts = ['net.mptcp.enabled is 1', 'MPTcpExt.Retrans grows', 'rx_over.hw of eth0'];
	const {redact} = createRedactor({names: findNames(readings)});
	expect(redact([readings, texts])).toEqual([readings, texts]);
	expect(createRedactor().redact(texts)).not.toEqual(texts);
});

test('a file that is called like a machine is called like its placeholder', () => {
	const {redact} = createRedactor({names: {hosts: ['gateway-1'], peers: ['db-7.corp.example.com']}});
	expect(redact('/etc/wireguard/db-7.conf, gateway-1-2026-11-22T141825.jsonl.gz, my-gateway-1.conf')).toBe(
		'/etc/wireguard/peer-1.conf, host-1-2026-11-22T141825.jsonl.gz, my-gateway-1.conf',
	);
});

/** What ssh, and nbtop where it starts a server there, say of a machine that NetBird does not know. */
const complaints: readonly SessionEvent[] = [
	{
		...{type: 'scenario', at: moment(291), change: 'ended', run: 'r', scenario: 'tcp-forward'},
		invalid: ['the iperf3 server for 100.64.0.2 has ended: root@prod-db3: Permission denied (publickey).'],
	},
	{
		...{type: 'trial', at: moment(292), change: 'ended', trial: 't', step: 'mtu', scenario: 'tcp-forward'},
		reason: 'the iperf3 server that was started on 100.64.0.2 by ssh backup5 does not answer: a firewall',
	},
	{
		...{type: 'autopilot', at: moment(293), change: 'ended', loop: 'l'},
		text: 'ssh root@vpn.acme-bank.sh: ssh: connect to host oslo port 22: Connection refused',
	},
	...[
		'Prod-DB3 is slow, prod-db3b is not',
		'ssh: Could not resolve hostname malmo: Name or service not known',
		'Connection to turku closed by remote host.',
		'iperf3 is not installed at ops@riga (apt install iperf3)',
		'malmo, turku, riga, oslo and backup5 are ours',
		'mlx5_comp0@pci:cf63:00:02.0, wg-quick@wt0, iperf3@3.16 and pci stay; ssh to them',
	].map((words, index): SessionEvent => ({type: 'note', at: moment(294 + index / 10), text: words})),
];

test('a machine that an error of ssh names is a peer, wherever it is named', () => {
	const events = [...listEvening(), ...complaints].toSorted((a, b) => a.at.monotonic - b.at.monotonic);
	const {lines} = shareSession(makeSession(events), []);
	const last = lines.filter(line => !line.includes('"sample"')).join('\n');
	expect(last.match(/prod-db3\b|backup5|acme|oslo|malmo|turku|riga/gi)).toBeNull();
	expect(last).toContain('prod-db3b is not');
	expect(last).toContain('mlx5_comp0@pci:cf63:00:02.0, wg-quick@wt0, iperf3@3.16 and pci stay; ssh to them');
	const [, denied] = /has ended: root@(peer-\d+): Permission denied/.exec(last) ?? [];
	expect(last).toContain(`${denied} is slow`);
});

test('an interface that is named by its hardware address is named by the placeholder of that', () => {
	const {redact, replaced} = createRedactor({names: {hosts: ['enx0050b6aabbcc'], peers: []}});
	const links = {name: 'enx0050b6aabbcc', mac: '00:50:B6:AA:BB:CC', lowers: ['wlxfe0000000001']};
	const readings = {
		links: {at: 1, value: [links]},
		linkStatistics: {at: 1, value: {enx0050b6aabbcc: {rx_bytes: 1}}},
		threads: {at: 1, value: [{name: 'napi/enx0050b6aabbcc-8193'}, {name: 'napi/enx0050b6a'}]},
		sysctls: {at: 1, value: {'net.ipv4.conf.enx0050b6aabbcc.rp_filter': '2'}},
	};
	expect(findLeaks(JSON.stringify(readings)).map(({text: found}) => found)).toContain('enx0050b6a');
	expect(redact({readings, note: 'enx0050b6aabbcc has gone'})).toEqual({
		readings: {
			links: {
				at: 1,
				value: [{name: 'enx020000000001', mac: '02:00:00:00:00:01', lowers: ['wlx020000000002']}],
			},
			linkStatistics: {at: 1, value: {enx020000000001: {rx_bytes: 1}}},
			threads: {at: 1, value: [{name: 'napi/enx020000000001-8193'}, {name: 'napi/enx0200000'}]},
			sysctls: {at: 1, value: {'net.ipv4.conf.enx020000000001.rp_filter': '2'}},
		},
		note: 'enx020000000001 has gone',
	});
	expect(replaced().map(({original}) => original)).toEqual(['00:50:b6:aa:bb:cc', 'fe:00:00:00:00:01']);
	expect(createRedactor({keep: ['macs']}).redact('enx0050b6aabbcc')).toBe('enx0050b6aabbcc');
});

test.each([
	'kernel 6.12.0-cloud-amd64',
	'net.ipv4.tcp_rmem',
	'irqbalance.service',
	'virtio3-input.0',
	'PCI-MSIX-0000:00:04.0 1-edge virtio3-input.0',
	'mlx5_comp0@pci:cf63:00:02.0',
	'at 14:18:25',
	'127.0.0.1 and 0.0.0.0/0',
	'kworker/1:0-wg-crypt-wt0',
	'00:00:00:00:00:00',
	'ff:ff:ff:ff:ff:ff',
	'rx_queue_0.packets, rx_bytes.nic, rx-0.bytes',
	'/etc/sysctl.d/99-x.conf and 99-sysctl.conf',
	'wg-quick@wt0.service, network-online.target',
	'format-1.jsonl.gz, report.html, dist/nbtop.cjs',
	'5.14.0-362.8.1.el9_3.x86_64, v1.0.20210914, 16.35.2000',
	'net.core.netdev_max_backlog, vm.swappiness, net.ipv4.conf.all.forwarding',
	'2026-11-22T14:18:25.123Z',
	'std::move at 12:34:56, cpu0:1:2:3',
	'ehci_hcd:usb1, ahci[0000:00:17.0], 0000:00:1f.2',
	'TcpExt.TCPBacklogDrop',
])('%s tells nothing, and stays', harmless => {
	expect(createRedactor().redact(harmless)).toBe(harmless);
});

test('a machine that is called like a word is still found, and the word in longer ones stays', () => {
	const {redact} = createRedactor({names: {hosts: ['vm'], peers: []}});
	expect(redact('vm: kvm vm.swappiness my-vm vm.')).toBe('host-1: kvm vm.swappiness my-vm host-1.');
});

/** Half a minute of a machine called so. */
function makeSessionOf(host: string) {
	const events = listEvening().filter(
		({at}) => at.monotonic < moment(70).monotonic && at.monotonic >= moment(40).monotonic,
	);
	const named = JSON.parse(JSON.stringify(events).replaceAll('gateway-1', host)) as SessionEvent[];
	return makeSession(named);
}

const words = [
	...['wireguard', 'netbird', 'links', 'linkStatistics', 'readings', 'value', 'server', 'wg', 'at', 'type', 'sample'],
	...['kind', 'name', 'rows', 'rx_bytes', 'tuning', 'opened', 'sysctl', 'virtio_net', 'net_rx', 'Connected'],
];

test.each(words)('the session of a machine called %s can be read as that of any other', async host => {
	const readReport = async (lines: readonly string[]) => {
		const digest = digestSession(await parseSession(Buffer.from(lines.join('\n')), 'shared.jsonl'));
		const {comparison, configurations, steps, settings, interfaces} = createReport(digest, settingWords);
		return {comparison, configurations, steps, settings, interfaces};
	};
	const {lines} = shareSession(makeSessionOf(host), []);
	const expected = shareSession(makeSessionOf('gateway-1'), []).lines;
	expect(await readReport(lines)).toEqual(await readReport(expected));
	expect(lines).toHaveLength(expected.length);
	expect(lines[0]).toContain('"host":"host-1"');
	expect(lines.join('\n')).not.toContain(`"${host}.corp`);
});

test('an interface that is called like the machine is called like its placeholder, also as a key', () => {
	const {redact} = createRedactor({names: {hosts: ['paris', 'wireguard'], peers: []}});
	expect(
		redact({
			type: 'sample',
			readings: {
				linkStatistics: {at: 1, value: {paris: {rx_bytes: 1}, wireguard: {rx_bytes: 2}}},
				addresses: {at: 1, value: {paris: []}},
				wireguard: {at: 1, value: [{interface: 'paris'}]},
				links: {at: 1, value: [{name: 'wireguard', kind: 'wireguard', lowers: ['paris']}]},
			},
			gone: ['wireguard'],
			problems: [{source: 'wireguard', message: 'paris has gone'}],
		}),
	).toEqual({
		type: 'sample',
		readings: {
			linkStatistics: {at: 1, value: {'host-1': {rx_bytes: 1}, 'host-2': {rx_bytes: 2}}},
			addresses: {at: 1, value: {'host-1': []}},
			wireguard: {at: 1, value: [{interface: 'host-1'}]},
			links: {at: 1, value: [{name: 'host-2', kind: 'wireguard', lowers: ['host-1']}]},
		},
		gone: ['wireguard'],
		problems: [{source: 'wireguard', message: 'host-1 has gone'}],
	});
});

test('what a later version writes is redacted too, and its fields keep their names', () => {
	const {redactUnknown} = createRedactor({names: {hosts: ['value', 'db-7'], peers: []}});
	expect(redactUnknown({type: 'value', value: 'at value', 'db-7': ['db-7'], source: 'db-7', id: 'value'})).toEqual({
		type: 'value',
		value: 'at host-1',
		'host-2': ['host-2'],
		source: 'host-2',
		id: 'host-1',
	});
});

test('an ordinary session holds no secret: none is ever read', () => {
	const written = formatSession(makeSession());
	expect(findLeaks(written).filter(({kind}) => kind === 'private key' || kind === 'token')).toEqual([]);
	expect(written).not.toMatch(/private|preshared|setup.?key/i);
	expect(readFileSync(new URL('../../source/parse/wireguard.ts', import.meta.url), 'utf8')).not.toMatch(/showconf/);
});
