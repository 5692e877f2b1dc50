import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { AiguillageError } from '../domain/errors.ts';

/**
 * The embedded database has one owner. The owner listens on `control.sock` in the data folder; a command that needs the
 * store is run there, and a second owner is refused. The socket is bound before the database is opened.
 */
export interface ControlRequest {
  readonly command: string;
  readonly options: Readonly<Record<string, unknown>>;
}
export interface ControlAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
export type ControlHandler = (request: ControlRequest) => Promise<ControlAnswer>;

const REQUEST_BYTES_MAX = 1_000_000;

export interface Control {
  /** Until this is called, commands are answered « starting ». */
  serve(handler: ControlHandler): void;
  close(): Promise<void>;
}

function socketPath(data: string): string {
  const file = path.join(path.resolve(data), 'control.sock');
  // The kernel cuts longer names without a word (108 bytes on Linux); an abstract name would outlive the folder.
  if (Buffer.byteLength(file) > 100) {
    throw new AiguillageError(
      'CONFIG_ENV',
      `AIGUILLAGE_DATA: the path is too long for a socket (${Buffer.byteLength(file)} bytes, at most 87).`,
    );
  }
  return file;
}

/** Becomes the owner of a data folder. @throws AiguillageError STORE_SECOND_OWNER when somebody answers there. */
export async function ownDataFolder(data: string): Promise<Control> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const file = socketPath(data);
  let handler: ControlHandler | undefined;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void answer(socket, () => handler);
  });
  for (let attempt = 0; ; attempt += 1) {
    const bound = await bind(server, file);
    if (bound) break;
    if (await isAlive(file))
      throw new AiguillageError('STORE_SECOND_OWNER', 'Stop it first, or use its control socket.');
    // A socket file without a listener: its owner died. Removing it can race with another starter: bind decides.
    if (attempt > 0) throw new AiguillageError('STORE_SECOND_OWNER', 'Two processes are starting at once.');
    await rm(file, { force: true });
  }
  await chmod(file, 0o600);
  return {
    serve: (h) => (handler = h),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function bind(server: net.Server, file: string): Promise<boolean> {
  const listening = once(server, 'listening');
  server.listen(file);
  try {
    await listening;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function isAlive(file: string): Promise<boolean> {
  const socket = net.connect(file);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function answer(socket: net.Socket, handler: () => ControlHandler | undefined): Promise<void> {
  socket.on('error', () => socket.destroy());
  try {
    const text = await readLine(socket);
    const request = JSON.parse(text) as ControlRequest;
    const run = handler();
    const result: ControlAnswer =
      run === undefined
        ? { exit: 1, stdout: '', stderr: 'aiguillage: still starting, try again in a moment\n' }
        : await run(request);
    socket.end(`${JSON.stringify(result)}\n`);
  } catch {
    socket.destroy();
  }
}

/** One line; leaving a `for await` over the socket early would close it before the answer. */
function readLine(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(text);
      else if (text.length > REQUEST_BYTES_MAX) reject(new Error('too long'));
    });
    socket.once('end', () => reject(new Error('cut short')));
    socket.once('error', reject);
  });
}

/** Asks the owner of a data folder to run a command. @returns undefined when nobody owns it. */
export async function askOwner(data: string, request: ControlRequest): Promise<ControlAnswer | undefined> {
  const socket = net.connect({ path: socketPath(data), allowHalfOpen: true });
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  socket.write(`${JSON.stringify(request)}\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  socket.destroy();
  if (text === '') throw new AiguillageError('CONTROL_UNREACHABLE');
  return JSON.parse(text) as ControlAnswer;
}
