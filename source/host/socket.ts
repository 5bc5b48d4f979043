import {connect} from 'node:net';

/**
Sends one message to a UNIX socket and gives everything that comes back until the other side hangs up.

Who asks is told by the kernel: a receiver with `SO_PASSCRED` sees this process's credentials. Rejects with the error of
the socket, or with `ETIMEDOUT` when the other side has not hung up in time. The connection then stays open for a late
answer to go into: a program that writes to a closed one may be ended by SIGPIPE (irqbalance 1.9 is, and it is busy for
10 s after each change of its list).
*/
export function exchange(socketPath: string, message: string, seconds: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect({path: socketPath});
		let answer = '';
		const timer = setTimeout(() => {
			const error = new Error(`ETIMEDOUT: no answer within ${seconds} s, '${socketPath}'`);
			reject(Object.assign(error, {code: 'ETIMEDOUT'}));
			socket.unref();
		}, seconds * 1000);
		socket.setEncoding('utf8');
		socket.on('connect', () => socket.write(message));
		socket.on('data', (text: string) => {
			answer += text;
		});
		socket.on('error', reject);
		socket.on('close', () => {
			clearTimeout(timer);
			resolve(answer);
		});
	});
}
