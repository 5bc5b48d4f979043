/**
The action names of one row of `/proc/interrupts`: what stands after the chip, the hardware number and the trigger.

The chip's name may have blanks (`Hyper-V PCIe MSI`), so words cannot be counted. What ends it is the trigger: `-edge`,
`-fasteoi`, `-level` on x86, `Edge`, `Level` on arm64, `-event`, `-virq` under Xen; a row of the old interrupt controller
has none, and two blanks stand before its actions. Only numbered rows have actions. Undefined where there are none.
*/
export function parseActions(irq: string, description: string): string | undefined {
	if (!/^\d+$/.test(irq)) {
		return undefined;
	}

	const text = description.trim();
	for (const trigger of triggers) {
		const match = trigger.exec(text);
		if (match !== null) {
			return text.slice(match.index + match[0].length).trim() || undefined;
		}
	}

	return / {2,}(?!\d+$)(\S+(?: \S+)*)$/.exec(text)?.[1];
}

const triggers = [/-(?:edge|fasteoi|level)(?=\s|$)/, /\s(?:Edge|Level)(?=\s|$)/, /\s-[a-z][a-z-]*(?=\s|$)/];
