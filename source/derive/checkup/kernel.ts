import type {Check, Examined} from '../checkup.ts';

/** What the kernel measures and knows, as far as nbtop shows or tunes it. None of it can be mended by a command. */
export function checkKernel(examined: Examined): Check[] {
	return [
		...checkCounters(examined),
		...checkInterruptTime(examined),
		checkNamespace(examined),
		...checkBbr(examined),
	].flatMap(check => check ?? []);
}

function checkCounters({readings}: Examined): Check[] {
	const names = (['cpuTimes', 'interrupts', 'softirqs', 'softnet', 'linkStatistics', 'protocols'] as const).filter(
		name => readings[name] === undefined,
	);
	const base = {id: 'counters', group: 'show', essential: true} as const;
	return [
		names.length === 0
			? {...base, state: 'ok', text: '/proc and /sys: cores, interrupts, softirqs, softnet, drops of the stack'}
			: {...base, state: 'missing', text: `/proc or /sys does not give ${names.join(', ')}`},
	];
}

function checkInterruptTime({readings}: Examined): Check[] {
	const {irqTimeAccounting} = readings.machine?.value ?? {};
	return irqTimeAccounting === false
		? [
				{
					id: 'irq-time',
					group: 'show',
					state: 'limited',
					text: 'the kernel was built without CONFIG_IRQ_TIME_ACCOUNTING: %irq is not measured, and %soft is sampled at each tick',
				},
			]
		: [];
}

function checkNamespace({readings}: Examined): Check | undefined {
	return readings.machine?.value.networkNamespace === true
		? {
				id: 'namespace',
				group: 'tune',
				state: 'limited',
				text: 'this is not the machine’s first network namespace: the knobs of net.core are those of the machine outside',
			}
		: undefined;
}

/** The step bbr-fq needs both; a kernel that does not tell its modules may have them. */
function checkBbr({readings, modules}: Examined): Check[] {
	const available = readings.sysctls?.value['net.ipv4.tcp_available_congestion_control']?.split(' ') ?? [];
	const lacking = [
		...(available.includes('bbr') || modules?.tcp_bbr !== false ? [] : ['tcp_bbr']),
		...(modules?.sch_fq === false ? ['sch_fq'] : []),
	];
	return lacking.length === 0
		? []
		: [
				{
					id: 'bbr-modules',
					group: 'tune',
					state: 'limited',
					text: `this kernel has no ${lacking.join(' and no ')}: the step bbr-fq will be refused`,
				},
			];
}
