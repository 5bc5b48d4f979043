import {mkdtempSync, rmSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
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
async function listen(treat: (message: string, answer: (text: string) => void, hangUp: () => void) => void) {
	const socketPath = path.join(folder, 'program.sock');
	server = createServer(socket => {
		socket.on('data', data => {
			treat(
				data.toString(),
				text => socket.write(text),
				() => socket.end(),
			);
		});
	});
	await new Promise<void>(resolve => server?.listen(socketPath, resolve));
	return socketPath;
}

test('gives all that is answered until the other side hangs up', async () => {
	const socketPath = await listen((message, answer, hangUp) => {
		answer(`you said ${message}, `);
		setTimeout(() => {
			answer('and that is all');
			hangUp();
		}, 20);
	});
	expect(await host.exchange(socketPath, 'setup', 2)).toBe('you said setup, and that is all');
});

test('a program that says nothing and hangs up has given nothing', async () => {
	const socketPath = await listen((_, __, hangUp) => hangUp());
	expect(await host.exchange(socketPath, 'settings', 2)).toBe('');
});

test('a program that never hangs up runs out of time', async () => {
	const socketPath = await listen((_, answer) => answer('half an ans'));
	await expect(host.exchange(socketPath, 'setup', 0.05)).rejects.toMatchObject({name: 'HostError', code: 'ETIMEDOUT'});
	await new Promise<void>(resolve => server?.close(() => resolve()));
	server = undefined;
});

test('a socket that is not there is told by its errno', async () => {
	await expect(host.exchange(path.join(folder, 'none.sock'), 'setup', 1)).rejects.toMatchObject({code: 'ENOENT'});
});
