import type {BenchItem, BenchResult} from '../bench/bench.ts';
import type {DerivedFigure} from '../bench/derived-figures.ts';
import type {Progress} from '../bench/progress.ts';
import {findVerdict, type ScenarioRun} from '../bench/run.ts';
import {bits, percent} from '../derive/findings/words.ts';
import type {Rates} from '../model/rates.ts';
import {formatCount} from './format.ts';
import {wrapText} from './wrap.ts';

/** What scenarios gave, as text for a ticket; with a line end at its end. */
export function formatBenchText(
	result: BenchResult,
	{width = 120, host}: {width?: number; host?: string} = {},
): string {
	const {at, peer, versions, seconds, omit, items, figures, notes, broken} = result;
	const ends = [host, peer.name === undefined ? peer.address : `${peer.name} (${peer.address})`];
	const known = (version: string | undefined): string => version ?? 'unknown';
	return [
		[
			`${ends.filter(end => end !== undefined).join(' to ')} through ${peer.interface}, ${new Date(at.wall).toISOString()}`,
			`iperf3 ${known(versions.client)} here, ${known(versions.server)} at the peer; each run ${seconds} s after ${omit} s`,
		],
		items.length === 0 ? [] : formatTable(items),
		...items.map(item => describeItem(item, width)),
		[...figures.flatMap(figure => describeFigure(figure, width)), ...notes.flatMap(note => wrapText(note, width))],
		broken === undefined ? [] : wrapText(`not everything was measured: ${broken}`, width),
	]
		.filter(section => section.length > 0)
		.map(section => `${section.map(line => line.trimEnd()).join('\n')}\n`)
		.join('\n');
}

const headings = [
	'scenario',
	'arrived',
	'packets/s',
	'lost',
	'retransmits',
	'busiest core',
	'softnet drops',
	'NIC drops',
];

/** One row for each scenario: its last run, which is the valid one where there is any. */
function formatTable(items: readonly BenchItem[]): string[] {
	const rows = items.flatMap(({scenario, runs, paced = []}) =>
		[[scenario.id, runs.at(-1)] as const, [`${scenario.id}, paced`, paced.at(-1)] as const].flatMap(([name, run]) =>
			run === undefined ? [] : [listCells(name, run)],
		),
	);
	const widths = headings.map((heading, column) =>
		Math.max(heading.length, ...rows.map(row => row[column]?.length ?? 0)),
	);
	const align = (cells: readonly string[]): string =>
		cells
			.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
			.join('  ');
	return [align(headings), ...rows.map(align)];
}

function listCells(name: string, {run, observation}: ScenarioRun): string[] {
	const {packets, seconds} = run.received ?? {};
	const rates = observation?.rates;
	const isUdp = run.protocol === 'UDP';
	const lost = run.loss?.lostPercent;
	return [
		run.invalid.length > 0 ? `${name} (invalid)` : name,
		run.goodput === undefined ? '?' : bits(run.goodput / 8),
		packets === undefined || !seconds ? '–' : formatCount(packets / seconds),
		isUdp ? (lost === undefined ? '?' : percent(lost)) : '–',
		isUdp ? '–' : formatCount(run.retransmits),
		describeCore(rates),
		countDrops(rates, 'softnet'),
		countDrops(rates, 'nic'),
	];
}

function describeCore(rates: Rates | undefined): string {
	const hottest = [...(rates?.cpus ?? [])].sort((a, b) => b.busy - a.busy)[0];
	return hottest === undefined
		? '?'
		: `CPU${hottest.cpu} ${hottest.busy.toFixed(0)} % (soft ${hottest.soft.toFixed(0)})`;
}

function countDrops(rates: Rates | undefined, layer: 'softnet' | 'nic'): string {
	const rows = rates?.drops?.filter(drop => drop.layer === layer && drop.headline) ?? [];
	return rows.length === 0 ? '?' : formatCount(rows.reduce((sum, {delta}) => sum + delta, 0));
}

/** What held in the run's own window, and why other runs of it do not count. */
function describeItem({scenario, runs, paced = []}: BenchItem, width: number): string[] {
	const last = runs.at(-1);
	const verdict = last && findVerdict(last);
	const all = [...runs, ...paced];
	const invalid = [...new Set(all.flatMap(({run}) => run.invalid))];
	return [
		`${scenario.id}: ${scenario.title}`,
		...(last?.observation === undefined ? [] : describeWindow(last.observation.rates, width)),
		...(verdict === undefined ? [] : indent(`finding: ${verdict.text}`, width)),
		...invalid.flatMap(reason => indent(`invalid: ${reason}`, width)),
		...(scenario.needs !== undefined && invalid.length > 0 ? indent(`it needs ${scenario.needs}`, width) : []),
	];
}

function describeWindow({cpus = [], drops = []}: Rates, width: number): string[] {
	const cores = cpus.map(({cpu, busy, soft}) => `CPU${cpu} ${busy.toFixed(0)} (soft ${soft.toFixed(0)})`);
	const losses = drops
		.filter(({headline, delta}) => headline && delta > 0)
		.map(
			({layer, device, counter, delta}) =>
				`${[layer, device, counter].filter(Boolean).join(' ')} ${formatCount(delta)}`,
		);
	return [
		...indent(`% busy: ${cores.join('  ')}`, width),
		...indent(`drops: ${losses.length === 0 ? 'none' : losses.join(', ')}`, width),
	];
}

function describeFigure({title, value, text}: DerivedFigure, width: number): string[] {
	return wrapText(`${title}: ${value === undefined ? '' : `${value.toFixed(2)}. `}${text}`, width);
}

function indent(text: string, width: number): string[] {
	return wrapText(text, Math.max(20, width - 4)).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}

/** One line about the run that is under way. */
export function formatProgress({scenario, side, elapsed, total, bytesPerSecond, core, verdict}: Progress): string {
	const parts = [
		side === undefined ? scenario : `${scenario} ${side === 'b' ? 'with the step' : 'without'}`,
		`${Math.min(elapsed, total).toFixed(0)} of ${total} s`,
		...(bytesPerSecond === undefined ? [] : [bits(bytesPerSecond)]),
		...(core === undefined ? [] : [`CPU${core.cpu} ${percent(core.busy)} busy, ${percent(core.soft)} softirq`]),
		verdict,
	];
	return parts.join('  ');
}
