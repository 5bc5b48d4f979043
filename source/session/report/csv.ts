import {stripControls} from '../../parse/printable.ts';
import type {ComparisonRow} from '../comparison.ts';

const columns: readonly (readonly [title: string, take: (row: ComparisonRow) => string | number | undefined])[] = [
	['configuration', row => row.configuration],
	['scenario', row => row.scenario],
	['runs', row => row.runs],
	['seconds', row => row.seconds],
	['bits_per_second', row => row.bitsPerSecond],
	['packets_per_second', row => row.packetsPerSecond],
	['top_core', row => row.topCore?.cpu],
	['top_core_soft_percent', row => row.topCore?.soft],
	['softnet_drops_per_30s', row => row.softnetDrops],
	['nic_drops_per_30s', row => row.nicDrops],
	['p99_cpu_percent', row => row.p99Cpu],
	['verdict', row => row.verdict?.word],
];

/** The comparison as CSV (RFC 4180); what is not known is empty. */
export function formatCsv(rows: readonly ComparisonRow[]): string {
	const lines = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, take]) => quote(take(row))))];
	return lines.map(line => `${line.join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe. */
function quote(value: string | number | undefined): string {
	if (typeof value !== 'string') {
		return value === undefined ? '' : String(value);
	}
	const text = stripControls(value).replace(/^(?=[=+\-@])/, "'");
	return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
