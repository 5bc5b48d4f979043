/** The fields of a CPU in `/proc/stat`, in the kernel's order. */
export type StatFields = readonly number[];

/** The text of `/proc/stat` for CPUs by id, with the line of their sum above. */
export function writeProcStat(cpus: Readonly<Record<number, StatFields>>): string {
	const rows = Object.entries(cpus).map(([cpu, fields]) => `cpu${cpu} ${fields.join(' ')}`);
	const all = Object.values(cpus);
	const sum = Array.from({length: all[0]?.length ?? 0}, (_, field) =>
		all.reduce((total, cpu) => total + (cpu[field] ?? 0), 0),
	);
	return [`cpu  ${sum.join(' ')}`, ...rows, 'intr 5 1 4', 'ctxt 77', 'btime 1795349914', ''].join('\n');
}
