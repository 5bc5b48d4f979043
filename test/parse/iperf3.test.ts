import {describe, expect, test} from 'vitest';
import {parseIperf3} from '../../source/parse/iperf3.ts';
import {ParseError} from '../../source/parse/parse-error.ts';
import {expectValuesOrParseError, readFixture} from '../helpers/parser-law.ts';

const read = (name: string) => readFixture(`iperf3/${name}`);
const parse = (name: string) => parseIperf3(read(`${name}.json`));

describe('a TCP run', () => {
	test('has the figures that its document holds', () => {
		const {intervals, ...run} = parse('single');
		expect(run).toEqual({
			version: '3.12',
			role: 'client',
			startedAt: 1_795_348_307_000,
			protocol: 'TCP',
			streams: 1,
			reverse: false,
			duration: 5,
			omit: 0,
			blockSize: 131_072,
			targetBitrate: 0,
			seconds: 5.024123,
			sent: {seconds: 5.012116, bytes: 48_422_496, bitsPerSecond: 77_288_707.603734627},
			received: {seconds: 5.024123, bytes: 47_758_148, bitsPerSecond: 76_046_144.5709032},
			goodput: 76_046_144.5709032,
			retransmits: 57,
			mss: 1228,
			congestionControl: {sender: 'cubic', receiver: 'bbr'},
			cpu: {
				host: {total: 8.69551513387833, user: 0.80572214371054018, system: 7.88870270309917},
				remote: {total: 5.4139027602540457, user: 0.25859157161057844, system: 5.15533109255138},
			},
			invalid: [],
		});
		expect(intervals).toHaveLength(5);
		expect(intervals[1]).toEqual({
			start: 1.000914,
			end: 2.001889,
			bitsPerSecond: 84_266_702.8878203,
			omitted: false,
			retransmits: 2,
			rtt: 8.17,
			pathMtu: 1280,
		});
	});

	test('takes the mean round trip and the smallest path MTU of its streams', () => {
		expect(parse('tcp-forward').streams).toBe(8);
		const document = JSON.parse(read('single.json'));
		const [stream] = document.intervals[0].streams;
		document.intervals[0].streams = [
			{...stream, rtt: 2000, pmtu: 1420},
			{...stream, rtt: 5000, pmtu: 1280},
		];
		expect(parseIperf3(JSON.stringify(document)).intervals[0]).toMatchObject({rtt: 3.5, pathMtu: 1280});
	});

	test('in reverse has the retransmits of the server and the goodput of the client', () => {
		const run = parse('tcp-reverse');
		expect(run).toMatchObject({reverse: true, retransmits: 0, seconds: 5.015239, goodput: 128_577_593.21141025});
		expect(run.intervals[0]).not.toHaveProperty('rtt');
		expect(run.congestionControl).toEqual({sender: 'bbr', receiver: 'cubic'});
	});

	test('in both directions at once keeps the two apart', () => {
		const run = parse('bidirectional');
		expect(run).toMatchObject({bidirectional: true, goodput: 17_100_509.06322851});
		expect(run.opposite?.received?.bitsPerSecond).toBe(105_477_482.277939);
	});

	test('of another length than asked is invalid', () => {
		const document = JSON.parse(read('single.json'));
		document.end.sum_received.seconds = 4.7;
		expect(parseIperf3(JSON.stringify(document)).invalid).toEqual(['measured 4.70 s instead of 5 s']);
		document.end.sum_received.seconds = 4.76;
		expect(parseIperf3(JSON.stringify(document)).invalid).toEqual([]);
	});

	test('has no count that fell below 0', () => {
		const text = read('single.json').replaceAll(/"retransmits":\t\d+/g, '"retransmits":\t18446744073709551614');
		expect(parseIperf3(text)).not.toHaveProperty('retransmits');
		expect(parseIperf3(text.replaceAll('18446744073709551614', '-1'))).not.toHaveProperty('retransmits');
	});

	test('that moved nothing is invalid', () => {
		const document = JSON.parse(read('single.json'));
		document.end.sum_received = {seconds: 5, bytes: 0, bits_per_second: 0};
		expect(parseIperf3(JSON.stringify(document)).invalid).toEqual(['nothing arrived']);
		document.end = {};
		expect(parseIperf3(JSON.stringify(document)).invalid).toEqual(['nothing tells how much TCP arrived']);
	});
});

describe('a UDP run', () => {
	test('has the goodput of the receiver, not the rate that was sent', () => {
		const run = parse('udp');
		expect(run).toMatchObject({protocol: 'UDP', goodput: 50_045_456.554644041, seconds: 5.022378});
		expect(run.sent).toMatchObject({bitsPerSecond: 50_710_015.275928952, packets: 26_460});
		expect(run.received).toMatchObject({packets: 26_182});
		expect(run.loss).toEqual({
			lostPackets: 278,
			lostPercent: (100 * 278) / 26_460,
			jitter: 1.3082469315556704,
			outOfOrder: 0,
		});
	});

	test('counts datagrams that were still on their way as lost', () => {
		expect(parse('udp64').loss).toMatchObject({lostPackets: 2});
	});

	test('in reverse loses what did not arrive, whatever iperf3 divides by', () => {
		const run = parse('udp-reverse');
		expect(run.goodput).toBe(41_202_886.5309883);
		expect(run.received?.packets).toBe(21_466);
		expect(run.loss?.lostPercent).toBeCloseTo(100 * (1 - 21_466 / 574_380), 6);
		expect(run.intervals[0]?.lostPackets).toBe(110_400);
	});

	test('with omitted seconds does not count their losses (iperf3 before 3.14 does)', () => {
		const run = parse('udp-omit');
		const server = parse('udp-omit-server');
		expect(server.loss?.lostPercent).toBeCloseTo(52.953, 3);
		expect(run.loss?.lostPercent).toBeCloseTo(53.24, 2);
		expect(run.intervals.map(interval => interval.omitted)).toEqual([true, true, false, false, false]);
		const document = JSON.parse(read('udp-omit.json'));
		document.intervals.splice(1, 1);
		document.intervals[1].sum.start = 0;
		expect(parseIperf3(JSON.stringify(document)).intervals).toHaveLength(4);
	});

	const old = (changes: object) => {
		const document = JSON.parse(read('udp.json'));
		document.start.version = 'iperf 3.9';
		document.start.test_start = {...document.start.test_start, ...changes};
		const {sum_sent: _sent, sum_received: _received, ...end} = document.end;
		return parseIperf3(JSON.stringify({...document, end}));
	};

	test('before 3.11 has the goodput of what was sent less what was lost', () => {
		const run = old({});
		expect(run.goodput).toBeCloseTo(50_710_015.275928952 * (1 - 278 / 26_460), 3);
		expect(run.loss?.lostPackets).toBe(278);
	});

	test('before 3.11 in reverse has the goodput of what this end received', () => {
		const run = old({reverse: 1});
		const [bytes, seconds] = [4_824_000 + 6_336_000 + 6_924_000 + 6_912_000 + 6_756_000, 5.009188];
		expect(run.goodput).toBeCloseTo((bytes * 8) / seconds, -2);
	});

	test('before 3.11 with omitted seconds has no goodput, because their losses are in the count', () => {
		const run = old({omit: 1});
		expect(run).not.toHaveProperty('goodput');
		expect(run.loss).not.toHaveProperty('lostPercent');
		expect(run.invalid).toEqual(['nothing tells how much UDP arrived']);
	});
});

describe('the document of the server', () => {
	test('knows what it received, and not what the client sent', () => {
		const run = parse('udp-omit-server');
		expect(run).toMatchObject({role: 'server', version: '3.12', goodput: 36_392_045.843823686});
		expect(run).not.toHaveProperty('sent');
		expect(run.cpu).not.toHaveProperty('remote');
	});

	test('has no MSS, because the server has not asked the kernel', () => {
		const document = JSON.parse(read('single.json'));
		document.start = {...document.start, accepted_connection: {}, tcp_mss_default: 0};
		expect(parseIperf3(JSON.stringify(document))).not.toHaveProperty('mss');
	});

	test('is not blamed for what the client of a reverse run received', () => {
		const document = JSON.parse(read('udp-omit-server.json'));
		document.start.test_start.reverse = 1;
		document.end.sum_received = {seconds: 3, bytes: 0, bits_per_second: 0};
		expect(parseIperf3(JSON.stringify(document))).toMatchObject({role: 'server', invalid: []});
		expect(parseIperf3('{}').invalid).toEqual(['it holds no figures']);
	});

	test('comes along with the client that asked for it', () => {
		const document = {...JSON.parse(read('single.json')), server_output_json: JSON.parse(read('udp-omit-server.json'))};
		expect(parseIperf3(JSON.stringify(document)).server?.role).toBe('server');
	});
});

describe('a failed run', () => {
	test.each([
		['refused', 'refused', 'unable to connect to server: Connection refused'],
		['busy', 'busy', 'the server is busy running a test. try again later'],
		['no-route', 'unreachable', 'unable to connect to server: No route to host'],
		['interrupted', 'interrupted', 'interrupt - the client has terminated'],
		['server-terminated', 'peer-gone', 'the server has terminated'],
		['server-killed', 'peer-gone', 'control socket has closed unexpectedly'],
	])('of %s keeps the words of iperf3', (name, errorKind, error) => {
		expect(parse(name)).toMatchObject({error, errorKind, invalid: [error]});
	});

	test.each([
		[
			'unable to connect to server - server may have stopped running or use a different port, firewall issue, etc.: Connection refused',
			'refused',
		],
		['error - unable to connect to server: Connection refused', 'refused'],
		['unable to connect to server: Name or service not known', 'unknown-host'],
		['unable to connect to server: Connection timed out', 'unreachable'],
		['unable to send control message: Broken pipe', 'peer-gone'],
		['unable to receive control message: Connection reset by peer', 'peer-gone'],
		['unable to set TCP_CONGESTION: Supplied congestion control algorithm not supported on this host', 'other'],
	])('that says %s is of its kind', (error, errorKind) => {
		expect(parseIperf3(JSON.stringify({start: {}, intervals: [], end: {}, error})).errorKind).toBe(errorKind);
	});

	test('has no figure of the end that never reported', () => {
		const run = parse('interrupted');
		expect(run.sent?.bytes).toBe(15_597_568);
		expect(run).not.toHaveProperty('received');
		expect(run).not.toHaveProperty('goodput');
		expect(run.cpu).not.toHaveProperty('remote');
	});

	test('has its last interval once, though iperf3 prints it twice', () => {
		expect(parse('server-terminated').intervals.map(interval => interval.start)).toEqual([0, 1.000093]);
		expect(parse('server-killed').intervals).toHaveLength(1);
	});

	test('cannot move the cursor with its words', () => {
		expect(parseIperf3('{"start":{},"end":{},"error":"\\u001b[2Jgone"}').error).toBe('[2Jgone');
	});
});

describe('a text', () => {
	test('of events, one a line, is the document that they make', () => {
		const {start, intervals, end} = JSON.parse(read('single.json'));
		const events = [
			{event: 'start', data: start},
			...intervals.map((data: unknown) => ({event: 'interval', data})),
			{event: 'end', data: end},
		];
		expect(parseIperf3(events.map(event => `${JSON.stringify(event)}\n`).join(''))).toEqual(parse('single'));
	});

	test('of events with an error has the error, and the empty end after it', () => {
		const text =
			'{"event":"start","data":{"version":"iperf 3.17"}}\n{"event":"error","data":"the server is busy running a test. try again later"}\n{"event":"end","data":{}}\n';
		expect(parseIperf3(text)).toMatchObject({version: '3.17', errorKind: 'busy', intervals: []});
	});

	test('may have warnings before the document and errors after it', () => {
		const text = `warning: Ignoring nonsense TCP MSS 0\n${read('single.json')}iperf3: error - unable to send control message: Broken pipe\n`;
		expect(parseIperf3(text)).toEqual(parse('single'));
	});

	test('may hold numbers that are none', () => {
		const text = read('udp.json').replace(/"jitter_ms":\t1\.308\d+/g, '"jitter_ms":\t-nan');
		expect(parseIperf3(text).loss).not.toHaveProperty('jitter');
		expect(parseIperf3(text).goodput).toBe(50_045_456.554644041);
	});

	test('that is no document says what it found', () => {
		expect(() => parseIperf3(read('usage.txt'))).toThrow(ParseError);
		expect(() => parseIperf3(read('usage.txt'))).toThrow(
			'iperf3: expected JSON, found "Usage: iperf3 [-s|-c host] [options]"',
		);
		expect(() => parseIperf3('\n')).toThrow('iperf3: printed nothing');
	});

	test('that was cut off says where it began', () => {
		expect(() => parseIperf3(`\n${read('single.json').slice(0, 900)}`)).toThrow(/^iperf3 line 2: /);
	});

	test('gives values or a ParseError, whatever it is', () => {
		expectValuesOrParseError(parseIperf3, [
			read('udp-reverse.json'),
			read('interrupted.json'),
			'{"event":"end","data":{}}',
		]);
	});
});
