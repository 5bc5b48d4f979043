import {usedProtocolCounters} from '../derive/protocol-drops.ts';
import type {Host} from '../host.ts';
import type {Conntrack} from '../model/counters.ts';
import type {Readings, SourceName} from '../model/snapshot.ts';
import {parseAddresses} from '../parse/addresses.ts';
import {type ConntrackStat, createConntrackParser} from '../parse/conntrack.ts';
import {createInterruptParser} from '../parse/interrupts.ts';
import {parseNetbirdStatus} from '../parse/netbird-status.ts';
import {parseSnmp, parseSnmp6} from '../parse/protocol-counters.ts';
import {parseQdiscs} from '../parse/qdisc.ts';
import {createSoftirqParser} from '../parse/softirqs.ts';
import {parseSoftnetStat} from '../parse/softnet-stat.ts';
import {parseStat} from '../parse/stat.ts';
import {createIrqReader} from './irqs.ts';
import {createLinkStatisticsReader} from './link-statistics.ts';
import {createLinkReader} from './links.ts';
import {createMachineReader} from './machine.ts';
import {readNicStatistics, readNics} from './nics.ts';
import {type Context, readNow, type Staged, tryNumber, tryRead} from './reading.ts';
import {createSocketReader} from './sockets.ts';
import {readSysctls} from './sysctls.ts';
import {createThreadReader} from './threads.ts';
import {createWireGuardReader, readRoutes} from './wireguard.ts';

type Answer<Name extends SourceName> = NonNullable<Readings[Name]> | undefined;

/** One source: what it is called, how often it is read (seconds; 0: at every tick), and how. `undefined`: not there. */
export interface Source<Name extends SourceName = SourceName> {
	readonly name: Name;
	readonly every: number;
	/** How often while nothing flows over the path. */
	readonly whenCalm: number;
	/** A promise for what asks a program: it delays nobody. Both where others need at once what waits for nobody. */
	readonly read: (context: Context) => Answer<Name> | Promise<Answer<Name>> | Staged<NonNullable<Answer<Name>>>;
}

/** The table of sources, in the order in which they are read. What they remember from reading to reading is this list's own. */
export function listSources(): readonly Source[] {
	const readWireGuard = createWireGuardReader();
	const readThreads = createThreadReader();
	const readSockets = createSocketReader();
	const readIrqs = createIrqReader();
	const readLinkStatistics = createLinkStatisticsReader();
	const readMachineFacts = createMachineReader();
	const parseInterrupts = createInterruptParser();
	const parseSoftirqs = createSoftirqParser();
	const parseConntrack = createConntrackParser();
	return [
		source('cpuTimes', 0, ({host}) => readNow(host, parseStat(host.readText('/proc/stat')))),
		source('interrupts', 0, ({host}) => readNow(host, parseInterrupts(host.readBytes('/proc/interrupts')))),
		source('softirqs', 0, ({host}) => readNow(host, parseSoftirqs(host.readText('/proc/softirqs')))),
		source('softnet', 0, readSoftnet),
		source('links', {every: 5, whenCalm: 15}, createLinkReader()),
		source('linkStatistics', 0, readLinkStatistics),
		source('protocols', 0, readProtocols),
		source('conntrack', 0, ({host}) => readConntrack(host, parseConntrack)),
		source('self', 2, ({host}) => readNow(host, host.selfTimes())),
		source('sysctls', {every: 5, whenCalm: 15}, ({host}) => readNow(host, readSysctls(host))),
		source('irqs', {every: 5, whenCalm: 15}, readIrqs),
		source('threads', {every: 2, whenCalm: 15}, ({host}) => readThreads(host)),
		source('wireguard', 2, readWireGuard),
		source('addresses', {every: 30, whenCalm: 60}, readAddresses),
		source('routes', {every: 30, whenCalm: 60}, readRoutes),
		source('nicStatistics', {every: 2, whenCalm: 15}, readNicStatistics),
		source('qdiscs', {every: 2, whenCalm: 15}, readQdiscs),
		source('sockets', 2, readSockets),
		source('nics', {every: 60, whenCalm: 120}, readNics),
		source('netbird', {every: 10, whenCalm: 20}, readNetbird),
		source('machine', 60, readMachineFacts),
	];
}

/** One period in seconds, or another one while nothing flows. */
type Periods = number | {readonly every: number; readonly whenCalm: number};

function source<Name extends SourceName>(name: Name, periods: Periods, read: Source<Name>['read']): Source {
	return {name, ...(typeof periods === 'number' ? {every: periods, whenCalm: periods} : periods), read};
}

function readSoftnet({host, readings}: Context): Answer<'softnet'> {
	const online = readings.cpuTimes?.value.cpus.map(({cpu}) => cpu) ?? [];
	return readNow(host, parseSoftnetStat(host.readText('/proc/net/softnet_stat'), online));
}

/** `snmp6` is missing without IPv6. */
function readProtocols({host}: Context): Answer<'protocols'> {
	const snmp = '/proc/net/snmp';
	const netstat = '/proc/net/netstat';
	const value = {
		...parseSnmp(host.readText(snmp), snmp, usedProtocolCounters),
		...parseSnmp(host.readText(netstat), netstat, usedProtocolCounters),
		...tryRead(() => parseSnmp6(host.readText('/proc/net/snmp6'), usedProtocolCounters)),
	};
	return readNow(host, value);
}

/**
Not there until something asks for connection tracking. A kernel without `CONFIG_NF_CONNTRACK_PROCFS` has no counters of it, but
says how many connections there are and may be (`net/netfilter/nf_conntrack_standalone.c`).
*/
function readConntrack(host: Host, parse: (text: string) => ConntrackStat): Answer<'conntrack'> {
	const text = tryRead(() => host.readText('/proc/net/stat/nf_conntrack'));
	const {entries: listed, cpus} = text === undefined ? noCounters : parse(text);
	const entries = tryNumber(host, '/proc/sys/net/netfilter/nf_conntrack_count') ?? listed;
	const max = tryNumber(host, '/proc/sys/net/netfilter/nf_conntrack_max');
	if (text === undefined && (entries === undefined || max === undefined)) {
		return undefined;
	}

	const value: Conntrack = {...(entries !== undefined && {entries}), ...(max !== undefined && {max}), cpus};
	return readNow(host, value);
}

const noCounters: ConntrackStat = {cpus: []};

async function readQdiscs({host, note}: Context): Promise<Answer<'qdiscs'>> {
	const output = await host.run('tc', ['-j', '-s', 'qdisc', 'show'], 2);
	if (output.status === 127) {
		note('tc is not installed: drops of the qdiscs are not shown (apt install iproute2)');
		return undefined;
	}
	if (output.status !== 0) {
		throw new Error(`tc -j -s qdisc show: ${output.stderr.trim()}`);
	}
	return {at: output.at, value: parseQdiscs(output.stdout)};
}

async function readAddresses({host, note}: Context): Promise<Answer<'addresses'>> {
	const output = await host.run('ip', ['-j', 'addr', 'show'], 2);
	if (output.status === 127) {
		note('ip is not installed: addresses and routes are not known (apt install iproute2)');
		return undefined;
	}
	if (output.status !== 0) {
		throw new Error(`ip -j addr show: ${output.stderr.trim()}`);
	}
	return {at: output.at, value: parseAddresses(output.stdout)};
}

/** NetBird is optional: that it is missing is no problem. */
async function readNetbird({host}: Context): Promise<Answer<'netbird'>> {
	const output = await host.run('netbird', ['status', '--json'], 3);
	if (output.status === 127) {
		return undefined;
	}
	if (output.timedOut || output.stdout === '') {
		throw new Error(`netbird status --json: ${output.stderr.trim()}`);
	}
	return {at: output.at, value: parseNetbirdStatus(output.stdout)};
}
