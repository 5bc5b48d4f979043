/** What a few echo requests of one size gave. */
export interface PingAnswer {
	/** How many came back. */
	readonly received: number;
	/** The MTU that the machine itself or a router on the way named as its own, where one was too small. */
	readonly mtu?: number;
	/** Why nothing could be sent at all, in ping's words. */
	readonly failure?: string;
}

/**
Parses what iputils' `ping` prints (`ping/ping.c`, `ping_common.c`), both streams in one text.

`local error: message too long, mtu=1400`, `Frag needed and DF set (mtu = 1400)`, `Packet too big: mtu=1400`. A router may
name 0 when it does not know. Nothing sent: what stands after `ping: `.
*/
export function parsePing(text: string): PingAnswer {
	const [, received] = /\d+ packets transmitted, (\d+) received/.exec(text) ?? [];
	const [, mtu] =
		/(?:message too long, mtu=|Frag needed and DF set \(mtu = |Packet too big: mtu=)(\d+)/i.exec(text) ?? [];
	const [, failure] = /^ping: (?!local error|Warning)(.*)$/m.exec(text) ?? [];
	return {
		received: Number(received ?? 0),
		...(Number(mtu) > 0 && {mtu: Number(mtu)}),
		...(received === undefined && {failure: failure ?? 'ping says nothing'}),
	};
}
