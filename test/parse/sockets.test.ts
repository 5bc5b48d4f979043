import {expect, test} from 'vitest';
import {parseSockets} from '../../source/parse/sockets.ts';
import {expectValuesOrParseError} from '../helpers/parser-law.ts';

// iproute2 6.1, two ends of one iperf3 over a veth, with a third connection that has just begun.
const sending = `ESTAB 0      964984  10.9.0.1:36126 10.9.0.2:5201
	 skmem:(r0,rb131072,t0,tb4194304,f1480,w977464,o0,bl0,d0) bbr wscale:10,10 rto:204 rtt:0.216/0.149 mss:1448 pmtu:1500 rcvmss:536 advmss:1448 cwnd:504 ssthresh:154 bytes_sent:2681616093 bytes_retrans:88 bytes_acked:2680899246 segs_out:1853480 segs_in:6498 data_segs_out:1853478 bbr:(bw:13583843408bps,mrtt:0.003,pacing_gain:1,cwnd_gain:2) send 27029333333bps lastrcv:3144 pacing_rate 13448004976bps delivery_rate 8222082016bps delivered:1852984 busy:2244ms rwnd_limited:4ms(0.2%) sndbuf_limited:52ms(2.3%) unacked:495 retrans:0/1 dsack_dups:1 rcv_space:14480 rcv_ssthresh:64088 notsent:248224 minrtt:0.003 snd_wnd:23461888
`;
const receiving = `ESTAB 343928 0      [::ffff:10.9.0.2]:5201 [::ffff:10.9.0.1]:36126
	 skmem:(r349752,rb27801886,t0,tb69120,f2504,w0,o0,bl0,d1) ts sack cubic wscale:10,10 rto:204 rtt:0.012/0.006 ato:40 mss:1448 pmtu:1500 rcvmss:1448 advmss:1448 cwnd:10 bytes_received:2693087133 segs_out:6539 segs_in:1861411 data_segs_in:1861409 send 9653333333bps lastsnd:3160 pacing_rate 27587793088bps delivered:1 app_limited rcv_rtt:1 rcv_space:5963792 rcv_ssthresh:24868238 minrtt:0.012 snd_wnd:64512
`;
const others = `SYN-SENT 0 1 10.9.0.1:36130 10.9.0.9:5201
	 skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0) cubic rto:1000 mss:524 cwnd:1
`;

test('every figure of a sender has its own place', () => {
	expect(parseSockets(sending)).toEqual([
		{
			local: '10.9.0.1:36126',
			peer: '10.9.0.2:5201',
			receiveQueue: 0,
			sendQueue: 964_984,
			receiveBuffer: 131_072,
			sendBuffer: 4_194_304,
			congestion: 'bbr',
			rtt: 0.216,
			leastRtt: 0.003,
			mss: 1448,
			congestionWindow: 504,
			bytesAcked: 2_680_899_246,
			busy: 2244,
			windowLimited: 4,
			bufferLimited: 52,
			receiveWindow: 64_088,
			sendWindow: 23_461_888,
		},
	]);
});

test('a receiver has its own round trip and window; what the kernel leaves out is absent', () => {
	const [socket] = parseSockets(receiving);
	expect(socket).toMatchObject({
		local: '[::ffff:10.9.0.2]:5201',
		receiveQueue: 343_928,
		receiveRtt: 1,
		receiveWindow: 24_868_238,
		bytesReceived: 2_693_087_133,
		congestion: 'cubic',
		applicationLimited: true,
	});
	expect(socket).not.toHaveProperty('busy');
	expect(socket).not.toHaveProperty('bytesAcked');
});

test('only established connections count, on one line each or on two', () => {
	expect(parseSockets(others + sending + receiving).map(({peer}) => peer)).toEqual([
		'10.9.0.2:5201',
		'[::ffff:10.9.0.1]:36126',
	]);
	expect(parseSockets(sending.replace('\n\t', ''))).toEqual(parseSockets(sending));
	expect(parseSockets('')).toEqual([]);
});

test('a queue that is no number is an error', () => {
	expect(() => parseSockets('ESTAB x 0 a:1 b:2')).toThrow('ss -tinm: expected a number, found "x"');
});

test('any text gives connections or a parse error', () => {
	expectValuesOrParseError(parseSockets, [sending, receiving, others]);
});
