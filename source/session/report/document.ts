import type {Report, StepReport} from '../report.ts';
import type {Block, Document, TableColumn} from './blocks.ts';
import {sayBits, sayCount, sayDuration, sayEvent, sayPercent, sayTime, sayTopCore, unknown} from './words.ts';

/** The report as a document; `plots` stand under the comparison. */
export function describeReport(report: Report, plots: readonly Block[] = []): Document {
	const seconds = (report.end.wall - report.start.wall) / 1000;
	const host = report.machine?.host ?? 'a machine';
	return {
		title: `nbtop session of ${host}, ${sayTime(report.start.wall)} UTC`,
		blocks: [
			{kind: 'text', text: `${report.samples} samples in ${sayDuration(seconds)}. All times are UTC.`},
			...report.notes.map((text): Block => ({kind: 'text', text: `Note: ${text}.`})),
			{kind: 'heading', text: 'Comparison'},
			describeComparison(report),
			{kind: 'text', text: comparisonLegend},
			...plots,
			{kind: 'heading', text: 'Machine'},
			describeMachine(report),
			...describeSteps(report),
			{kind: 'heading', text: 'Settings before and after'},
			describeSettings(report),
			{kind: 'heading', text: 'Persisted'},
			describePersisted(report),
			{kind: 'heading', text: 'Timeline'},
			describeTimeline(report),
			...describeProblems(report),
		],
	};
}

const comparisonLegend =
	'Top core %soft: the core that spent most of its time in softirq, and how much. Drops are of thirty seconds, by layer; layers are never added. p99 CPU: in 99 of 100 samples the busiest core was at most this busy. Throughput of a scenario is what iperf3 saw arrive; of other traffic, what the tunnel’s interface moved, headers included.';

/** The figures as they stand in the comparison; the CSV has the same columns. */
const comparisonColumns: readonly TableColumn[] = [
	{title: 'Configuration'},
	{title: 'Load'},
	{title: 'Throughput', isNumber: true},
	{title: 'Top core %soft', isNumber: true},
	{title: 'softnet drops/30 s', isNumber: true},
	{title: 'NIC drops/30 s', isNumber: true},
	{title: 'p99 CPU', isNumber: true},
	{title: 'Verdict'},
];

function describeComparison({comparison}: Report): Block {
	const rows = comparison.map(row => {
		const isMeasured = row.samples > 0 || row.runs > 0;
		const runs = row.runs > 1 ? `, median of ${row.runs} runs` : '';
		const throughput =
			row.packetsPerSecond === undefined
				? sayBits(row.bitsPerSecond)
				: `${sayCount(row.packetsPerSecond)} packets/s, ${sayBits(row.bitsPerSecond)}`;
		const figures = [
			throughput,
			sayTopCore(row.topCore),
			sayCount(row.softnetDrops),
			sayCount(row.nicDrops),
			sayPercent(row.p99Cpu),
		];
		return [
			row.configuration,
			row.scenario === undefined ? (row.note ?? '') : `${row.scenario}${runs}`,
			...(isMeasured ? figures : figures.map(() => '–')),
			row.verdict === undefined ? '–' : `${row.verdict.word}: ${row.verdict.text}`,
		];
	});
	return {kind: 'table', columns: comparisonColumns, rows};
}

function describeMachine({machine, interfaces, version, session}: Report): Block {
	const rows: (readonly [string, string | undefined])[] = [
		['Host', machine?.host],
		['Kernel', [machine?.kernel, machine?.architecture].filter(Boolean).join(' ')],
		['CPUs', machine === undefined ? undefined : `${machine.cpus.online.length} ${machine.cpus.model ?? ''}`.trim()],
		['Memory', machine?.memoryBytes === undefined ? undefined : `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
		['Virtualisation', machine?.virtualization],
		['Boot id', machine?.bootId],
		[
			'Interfaces',
			interfaces
				.map(({name, kind, driver, mtu}) =>
					[name, kind ?? driver, mtu === undefined ? '' : `MTU ${mtu}`].filter(Boolean).join(' '),
				)
				.join(', '),
		],
		[
			'Tools',
			Object.entries(machine?.tools ?? {})
				.map(([name, tool]) => `${name} ${tool}`)
				.join(', '),
		],
		['nbtop', version],
		['Session', session],
	];
	const known = rows.map(([name, value]) => [name, value === undefined || value === '' ? unknown : value]);
	return {kind: 'table', columns: [{title: ''}, {title: ''}], rows: known};
}

function describeSteps({steps}: Report): Block[] {
	if (steps.length === 0) {
		return [
			{kind: 'heading', text: 'Steps'},
			{kind: 'text', text: 'No step was applied.'},
		];
	}
	return [{kind: 'heading', text: 'Steps'}, ...steps.flatMap(describeStep)];
}

function describeStep(step: StepReport, index: number): Block[] {
	const guard = step.within === undefined ? '' : ` Guarded: to be confirmed within ${step.within} s.`;
	const verdict =
		step.verdict === undefined
			? ''
			: ` Effect: ${step.verdict.kind}${'counter' in step.verdict ? `, ${step.verdict.counter}` : ''}.`;
	const problems = step.problems.map(problem => ` Problem: ${problem}.`).join('');
	const rows = step.changes.map(change => [
		change.label,
		change.from,
		change.to,
		change.actual ?? 'not written',
		change.restored ?? '–',
	]);
	return [
		{
			kind: 'text',
			text: `${index + 1}. ${sayTime(step.at.wall)} ${step.title}: ${step.outcome}.${guard}${verdict}${problems}`,
		},
		{
			kind: 'table',
			columns: ['Setting', 'Before', 'Wanted', 'Read back', 'Put back to'].map(title => ({title})),
			rows,
		},
		{kind: 'code', text: step.changes.map(({shellLine}) => shellLine).join('\n')},
	];
}

function describeSettings({settings}: Report): Block {
	return settings.length === 0
		? {kind: 'text', text: 'No setting is another one at the end than at the beginning.'}
		: {
				kind: 'table',
				columns: [{title: 'Setting'}, {title: 'At the beginning'}, {title: 'At the end'}],
				rows: settings.map(({name, before, after}) => [name, before || 'none', after || 'none']),
			};
}

function describePersisted({persisted}: Report): Block {
	if (persisted === undefined || persisted.length === 0) {
		const text = persisted === undefined ? 'Not known.' : 'Nothing: what was set ends with the next restart.';
		return {kind: 'text', text};
	}
	const columns = [{title: 'Set again at every start'}, {title: 'Value'}];
	return {kind: 'table', columns, rows: persisted.map(({label, to}) => [label, to])};
}

function describeTimeline({timeline, steps}: Report): Block {
	const titles = new Map(steps.map(({id, title}) => [id, title]));
	return timeline.length === 0
		? {kind: 'text', text: 'Nothing happened beside the figures.'}
		: {
				kind: 'table',
				columns: [{title: 'Time'}, {title: 'What'}, {title: ''}],
				rows: timeline.map(event => [sayTime(event.at.wall).slice(11), ...sayEvent(event, titles)]),
			};
}

function describeProblems({problems}: Report): Block[] {
	const columns = [{title: 'Source'}, {title: 'Times', isNumber: true}, {title: 'In all', isNumber: true}, {title: ''}];
	const rows = problems.map(({source, message, times, seconds}) => [source, `${times}`, sayDuration(seconds), message]);
	return problems.length === 0
		? []
		: [
				{kind: 'heading', text: 'What could not be read, or was read less often'},
				{kind: 'table', columns, rows},
			];
}
