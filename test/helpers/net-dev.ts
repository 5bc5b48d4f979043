/** `/proc/net/dev` as the kernel writes it (`net/core/net-procfs.c: dev_seq_printf_stats`) for counters by the names of sysfs. */
export function writeNetDev(interfaces: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
	const rows = Object.entries(interfaces).map(([name, counters]) => {
		const sum = (...names: string[]) => names.reduce((total, each) => total + (counters[each] ?? 0), 0);
		const received = [
			sum('rx_bytes'),
			sum('rx_packets'),
			sum('rx_errors'),
			sum('rx_dropped', 'rx_missed_errors'),
			sum('rx_fifo_errors'),
			sum('rx_length_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors'),
			sum('rx_compressed'),
			sum('multicast'),
		];
		const sent = [
			sum('tx_bytes'),
			sum('tx_packets'),
			sum('tx_errors'),
			sum('tx_dropped'),
			sum('tx_fifo_errors'),
			sum('collisions'),
			sum('tx_carrier_errors', 'tx_aborted_errors', 'tx_window_errors', 'tx_heartbeat_errors'),
			sum('tx_compressed'),
		];
		return `${name.padStart(6)}: ${[...received, ...sent].map(count => String(count).padStart(7)).join(' ')}\n`;
	});
	return `Inter-|   Receive                          |  Transmit\n face |bytes    packets errs                  |bytes\n${rows.join('')}`;
}
