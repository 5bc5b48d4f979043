import {connect} from 'node:net';

/**
Sends one message to a UNIX socket and gives everything that comes back until the other side hangs up.

Who asks is told by the kernel: a receiver with `SO_PASSCRED` sees this process's credentials. Rejects with the error of
the socket, or with `ETIMEDOUT` when the other side has not hung up in time.
*/
export function exchange(socketPath: string, message: string, seconds: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect({path: socketPath});
		let answer = '';
		socket.setEncoding('utf8');
		socket.setTimeout(seconds * 1000, () => {
			const error = new Error(`ETIMEDOUT: no answer within ${seconds} s, '${socketPath}'`);
			socket.destroy(Object.assign(error, {code: 'ETIMEDOUT'}));
		});
		socket.on('connect', () => socket.write(message));
		socket.on('data', (text: string) => {
			answer += text;
		});
		socket.on('error', reject);
		socket.on('close', () => resolve(answer));
	});
}
