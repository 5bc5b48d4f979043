import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {InterruptRow} from '../../source/model/counters.ts';
import {createInterruptParser, parseInterrupts} from '../../source/parse/interrupts.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';
import {damage} from '../helpers/parser-law.ts';
import {expectSameAsNew} from '../helpers/repeat-law.ts';

const parse = (text: string) => {
	const {cpus, rows} = parseInterrupts(Buffer.from(text, 'latin1'));
	return {cpus, rows: rows.map((row): InterruptRow => ({...row, counts: Array.from(row.counts)}))};
};

const modern = `           CPU0       CPU1
 38:         12      14089 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0
LOC:      80891      83595   Local timer interrupts
ERR:          7
MIS:          0
`;

test('Linux 6.2 and later on x86: the chip names the device, ERR and MIS belong to no CPU', () => {
	expect(parse(modern)).toEqual({
		cpus: [0, 1],
		rows: [
			{
				irq: '38',
				counts: [12, 14_089],
				description: 'PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0',
				actions: 'virtio2-input.0',
			},
			{irq: 'LOC', counts: [80_891, 83_595], description: 'Local timer interrupts'},
			{irq: 'ERR', counts: [7], description: ''},
			{irq: 'MIS', counts: [0], description: ''},
		],
	});
});

test('Linux 6.1 on x86: CPU 2 is offline, an interrupt is shared, one has no action', () => {
	const text = `           CPU0       CPU1       CPU3
  0:        101          2          3   IO-APIC   2-edge      timer
 11:          4          5          6   IO-APIC  11-fasteoi   eth0, uhci_hcd:usb3
 24:          0          0          0   PCI-MSI 524288-edge      eth0-TxRx-0
 25:          0          0          0   PCI-MSI 524289-edge    ${'  '}
`;
	const {cpus, rows} = parse(text);
	expect(cpus).toEqual([0, 1, 3]);
	expect(rows.map(row => [row.irq, row.counts, row.actions])).toEqual([
		['0', [101, 2, 3], 'timer'],
		['11', [4, 5, 6], 'eth0, uhci_hcd:usb3'],
		['24', [0, 0, 0], 'eth0-TxRx-0'],
		['25', [0, 0, 0], undefined],
	]);
});

test('Azure: the chip has blanks in its name, and a hardware number that no double holds', () => {
	const {rows} = parse(`           CPU0       CPU1
 24:          0        123  Hyper-V PCIe MSI 4611686018695823360-edge      mlx5_comp0@pci:cf63:00:02.0
HYP:         30         85   Hypervisor callback interrupts
`);
	expect(rows).toEqual([
		{
			irq: '24',
			counts: [0, 123],
			description: 'Hyper-V PCIe MSI 4611686018695823360-edge      mlx5_comp0@pci:cf63:00:02.0',
			actions: 'mlx5_comp0@pci:cf63:00:02.0',
		},
		{irq: 'HYP', counts: [30, 85], description: 'Hypervisor callback interrupts'},
	]);
});

test('arm64: the hardware number is a number, IPIs have their own rows, Err belongs to no CPU', () => {
	const {rows} = parse(`           CPU0       CPU1
 11:      35036      28413     GICv3  27 Level     arch_timer
 13:          0          1     GICv3  25 Level     vgic
 47:       1234       5678   ITS-MSI 524288 Edge      ena-mgmnt@pci:0000:00:05.0
 48:         17         18  ITS-PCI-MSIX-0000:00:05.0   1 Edge      eth0-Tx-Rx-0
 49:          0          0     GICv3  23 Level ${'   '}
IPI0:      5001       5002       Rescheduling interrupts
IPI1:     61001      61002       Function call interrupts
Err:          3
`);
	expect(rows.map(row => [row.irq, row.counts, row.actions])).toEqual([
		['11', [35_036, 28_413], 'arch_timer'],
		['13', [0, 1], 'vgic'],
		['47', [1234, 5678], 'ena-mgmnt@pci:0000:00:05.0'],
		['48', [17, 18], 'eth0-Tx-Rx-0'],
		['49', [0, 0], undefined],
		['IPI0', [5001, 5002], undefined],
		['IPI1', [61_001, 61_002], undefined],
		['Err', [3], undefined],
	]);
});

test('the rework of 2026: wider labels, numbers right after the colon, ERR of each CPU with a text', () => {
	const {rows} = parse(`            CPU0       CPU1
  38:          1          2 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0
 LOC:      80891      83595 Local timer interrupts
 ERR: 4294967295          9 Spurious APIC interrupts
VPMI:          5          6 Perf Guest Mediated PMI
`);
	expect(rows.map(row => [row.irq, row.counts, row.description])).toEqual([
		['38', [1, 2], 'PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0'],
		['LOC', [80_891, 83_595], 'Local timer interrupts'],
		['ERR', [4_294_967_295, 9], 'Spurious APIC interrupts'],
		['VPMI', [5, 6], 'Perf Guest Mediated PMI'],
	]);
});

test('Xen and the oldest controller: triggers of other names, and none', () => {
	const {rows} = parse(`           CPU0       CPU1
  1:          3          4    XT-PIC   1      i8042
  3:          5          6  xen-pirq    -ioapic-level  ata_piix
 51:          7          8   xen-dyn    -event     eth0-q0-tx
 52:          9         10  xen-percpu    -virq      timer0
`);
	expect(rows.map(row => row.actions)).toEqual(['i8042', 'ata_piix', 'eth0-q0-tx', 'timer0']);
});

test('a row without a number has a text, and no actions', () => {
	expect(parse('CPU0 CPU1\nIPI5: 1 2 IRQ work  interrupts\n').rows).toEqual([
		{irq: 'IPI5', counts: [1, 2], description: 'IRQ work  interrupts'},
	]);
});

test('s390: a label has a slash, and the sums of a class have no text', () => {
	const {rows} = parse(`           CPU0       CPU1
EXT:      10001      10002 
I/O:        301        302 
AIO:         41         42 
  2:          5          6   PCI-MSI  mlx5_async0@pci:0000:00:00.0
CLK:       9001       9002   [EXT] Clock Comparator
VIR:         71         72   [I/O] Virtual I/O Devices
`);
	expect(rows.map(row => [row.irq, row.counts, row.description])).toEqual([
		['EXT', [10_001, 10_002], ''],
		['I/O', [301, 302], ''],
		['AIO', [41, 42], ''],
		['2', [5, 6], 'PCI-MSI  mlx5_async0@pci:0000:00:00.0'],
		['CLK', [9001, 9002], '[EXT] Clock Comparator'],
		['VIR', [71, 72], '[I/O] Virtual I/O Devices'],
	]);
});

test('one CPU', () => {
	const {cpus, rows} = parse('           CPU0\n  9:          5   IO-APIC   9-fasteoi   acpi\nERR:          1\n');
	expect(cpus).toEqual([0]);
	expect(rows.map(row => [row.irq, row.counts, row.actions])).toEqual([
		['9', [5], 'acpi'],
		['ERR', [1], undefined],
	]);
});

test('300 CPUs, in order of their numbers', () => {
	const header = Array.from({length: 300}, (_, cpu) => `CPU${cpu}`.padEnd(11)).join('');
	const counts = Array.from({length: 300}, (_, cpu) => `${String(7000 + cpu).padStart(10)} `).join('');
	const {cpus, rows} = parse(
		`           ${header}\n  38: ${counts} IR-PCI-MSIX-0000:81:00.0   1-edge      mlx5_comp0@pci:0000:81:00.0\n`,
	);
	expect(cpus.at(-1)).toBe(299);
	expect(rows[0]?.counts).toEqual(Array.from({length: 300}, (_, cpu) => 7000 + cpu));
	expect(rows[0]?.actions).toBe('mlx5_comp0@pci:0000:81:00.0');
});

test('the row FIQ of 32-bit ARM, a text without counts, is left out', () => {
	expect(
		parse('           CPU0       CPU1\nFIQ:              usb_fiq\nErr:          0\n').rows.map(row => row.irq),
	).toEqual(['Err']);
});

const device = 'PCI-MSI 524288-edge      eth0';

test.each([
	['nothing', '', 1, 'expected a header of CPUs'],
	[
		'a CPU that left while the table was written',
		`CPU0 CPU1 CPU2\n24: 1 2 3 ${device}\n25: 1 2 ${device}\n`,
		3,
		'the row of 25',
	],
	[
		'a CPU that came while the table was written',
		`CPU0 CPU1\n24: 1 2 ${device}\n25: 1 2 3 ${device}\n`,
		3,
		'the row of 25',
	],
	['the last but one CPU that left', `CPU0 CPU1\n24: 1 ${device}\n`, 2, 'the row of 24'],
	['a count that runs into a text', 'CPU0 CPU1\n24: 1 2x\n', 2, 'the row of 24'],
	['a row without a label', 'CPU0\n 12 IO-APIC\n', 2, 'expected an interrupt and a colon'],
	['a label of two words', 'CPU0\n24 5 PCI-MSIX-0000:00:04.0\n', 2, 'expected an interrupt and a colon'],
	['a count of more than 32 bits', `CPU0\n24: 4294967296 ${device}\n`, 2, '4294967296 is more than'],
])('%s is an error that names file and line', (_, text, line, message) => {
	expect(() => parse(text)).toThrow(`/proc/interrupts line ${line}: ${message}`);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parse, modern);
});

test('any table that the kernel could print is read as it was written', () => {
	const count = fc.integer({min: 0, max: 0xff_ff_ff_ff});
	const table = fc
		.uniqueArray(fc.integer({min: 0, max: 1151}), {minLength: 1, maxLength: 20})
		.chain(cpus =>
			fc.tuple(fc.constant(cpus), fc.array(fc.array(count, {minLength: cpus.length, maxLength: cpus.length}))),
		);
	fc.assert(
		fc.property(table, ([cpus, rows]) => {
			const header = cpus.map(cpu => `CPU${String(cpu).padEnd(8)}`).join('');
			const lines = rows.map(
				(counts, irq) => `${irq}: ${counts.map(number => `${String(number).padStart(10)} `).join('')} ${device}`,
			);
			const parsed = parse([header, ...lines, ''].join('\n'));
			expect(parsed.cpus).toEqual(cpus);
			expect(parsed.rows.map(row => row.counts)).toEqual(rows);
		}),
	);
});

test('bytes that are part of a larger buffer are read at their place', () => {
	fc.assert(
		fc.property(damage(modern), fc.nat({max: 9}), (text, offset) => {
			const whole = Buffer.concat([Buffer.alloc(offset, '9'), Buffer.from(text, 'latin1'), Buffer.from('999')]);
			const part = new Uint8Array(whole.buffer, whole.byteOffset + offset, whole.length - offset - 3);
			expect(tryParse(part)).toEqual(tryParse(Buffer.from(text, 'latin1')));
		}),
	);
});

test('what was read before changes nothing', () => {
	expectSameAsNew(
		() => {
			const parseAgain = createInterruptParser();
			return text => parseAgain(Buffer.from(text, 'latin1'));
		},
		modern,
		modern.replace('14089', '14090').replace('80891', '4294967295'),
	);
});

test('a row that stood still is the very same, and one that counted on has its texts from before', () => {
	const parseAgain = createInterruptParser();
	const before = parseAgain(Buffer.from(modern)).rows;
	const now = parseAgain(Buffer.from(modern.replace('14089', '14090'))).rows;
	expect(now[1]).toBe(before[1]);
	expect(now[0]).toEqual({...before[0], counts: Uint32Array.of(12, 14_090)});
});

function tryParse(bytes: Uint8Array): unknown {
	try {
		return parseInterrupts(bytes);
	} catch (error) {
		return String(error);
	}
}
