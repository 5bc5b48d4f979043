import {mkdtempSync, rmSync} from 'node:fs';
import {createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';

let folder: string;
let host: Host;
let server: Server | undefined;

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-socket-'));
	host = createRealHost();
});

afterEach(async () => {
	host.close();
	await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
	server = undefined;
	rmSync(folder, {recursive: true});
});

/** Starts a program's socket that treats each message so. */
async function listen(treat: (message: string, socket: Socket) => void) {
	const socketPath = path.join(folder, 'program.sock');
	server = createServer(socket => {
		socket.on('error', () => {
			// What the write gave is looked at where it was made.
		});
		socket.on('data', data => treat(data.toString(), socket));
	});
	await new Promise<void>(resolve => server?.listen(socketPath, resolve));
	return socketPath;
}

test('gives all that is answered until the other side hangs up', async () => {
	const socketPath = await listen((message, socket) => {
		socket.write(`you said ${message}, `);
		setTimeout(() => socket.end('and that is all'), 20);
	});
	expect(await host.exchange(socketPath, 'setup', 2)).toBe('you said setup, and that is all');
});

test('a program that says nothing and hangs up has given nothing', async () => {
	const socketPath = await listen((_, socket) => socket.end());
	expect(await host.exchange(socketPath, 'settings', 2)).toBe('');
});

test('of a program that answers late the time is up, and its answer still finds the way open', async () => {
	const late = Promise.withResolvers<string>();
	const socketPath = await listen((_, socket) => {
		setTimeout(() => {
			socket.write('answer', error => {
				late.resolve(error === undefined || error === null ? 'taken' : error.message);
				socket.end();
			});
		}, 150);
	});
	await expect(host.exchange(socketPath, 'setup', 0.05)).rejects.toMatchObject({name: 'HostError', code: 'ETIMEDOUT'});
	expect(await late.promise).toBe('taken');
});

test('a socket that is not there is told by its errno', async () => {
	await expect(host.exchange(path.join(folder, 'none.sock'), 'setup', 1)).rejects.toMatchObject({code: 'ENOENT'});
});
