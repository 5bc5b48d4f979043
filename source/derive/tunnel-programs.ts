/** Whether a thread of this name is WireGuard as a program behind a TUN device: wireguard-go, boringtun, or NetBird itself. */
export function isTunnelProgram(thread: string): boolean {
	return /^(?:wireguard-go|boringtun|netbird)/.test(thread);
}
