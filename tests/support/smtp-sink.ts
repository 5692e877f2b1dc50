/**
 * An SMTP server that misbehaves on demand, over raw sockets so that it can stop at any byte. It answers EHLO, MAIL, RCPT,
 * DATA, RSET, NOOP, QUIT and keeps what it accepted. One behaviour per transaction, in the order given; then it behaves.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What to do instead of saying yes. Replies are whole lines without CRLF; `drop` cuts the connection. */
export interface Behaviour {
  readonly greeting?: string | 'drop' | 'silence';
  readonly mail?: string | 'drop' | 'silence';
  readonly rcpt?: string | 'drop' | 'silence';
  /** Instead of 354. */
  readonly data?: string | 'drop' | 'silence';
  /** Cuts the connection once so many bytes of the text have come, before the final dot. */
  readonly drop_after_bytes?: number;
  /**
   * At the final dot. `accept-drop`: takes the mail, then cuts without answering. `drop`: cuts without taking it.
   * `accept-silence`: takes the mail and never answers. `accept-garbage`: takes it and answers nonsense.
   */
  readonly dot?: string | 'drop' | 'accept-drop' | 'accept-silence' | 'accept-garbage';
}

export interface Accepted {
  /** '' for the null reverse-path. */
  readonly from: string;
  readonly to: readonly string[];
  /** Dot-unstuffed, as it came. */
  readonly raw: string;
}

export interface SmtpSink {
  readonly port: number;
  readonly accepted: Accepted[];
  /** Commands of all connections, in order. */
  readonly commands: string[];
  /** Connections made so far. */
  readonly connections: () => number;
  /** Behaviours for the next transactions. */
  script(...behaviours: Behaviour[]): void;
  /** Resolves when the sink has read the final dot of a transaction after this call. */
  nextDot(): Promise<void>;
  /** Resolves when `drop_after_bytes` has cut a connection after this call. */
  nextDrop(): Promise<void>;
  /** Cuts all connections, as a restart of the server would. */
  dropAll(): void;
  close(): Promise<void>;
}

export interface SinkOptions {
  /** Extensions announced after EHLO. */
  readonly extensions?: readonly string[];
  readonly greetings?: readonly (Behaviour['greeting'] & string)[];
}

export async function startSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const accepted: Accepted[] = [];
  const commands: string[] = [];
  const scripted: Behaviour[] = [];
  const greetings = [...(options.greetings ?? [])];
  const sockets = new Set<Socket>();
  const dots: (() => void)[] = [];
  const drops: (() => void)[] = [];
  let connections = 0;

  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    // Three short answers in a row would otherwise wait 40 ms for the client's delayed ACK.
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const greeting = greetings.shift();
    if (greeting === 'drop') return void socket.destroy();
    if (greeting === 'silence') return;
    socket.write(`${greeting ?? '220 sink.example ESMTP'}\r\n`);
    if (greeting !== undefined) return void socket.end();
    serve(socket);
  });

  function serve(socket: Socket): void {
    let buffer = '';
    let behaviour: Behaviour = {};
    let from = '';
    let to: string[] = [];
    let in_data = false;
    let mute = false;
    /** True when the wanted misbehaviour was done, and nothing more is to be said. */
    const misbehave = (reply: string | undefined): boolean => {
      if (reply === undefined) return false;
      if (reply === 'drop') socket.destroy();
      else if (reply === 'silence') mute = true;
      else socket.write(`${reply}\r\n`);
      return true;
    };
    const endOfData = (raw: string): void => {
      const { dot } = behaviour;
      const taken = dot === undefined || dot.startsWith('accept-') || dot.startsWith('2');
      if (taken) accepted.push({ from, to, raw });
      for (const heard of dots.splice(0)) heard();
      if (dot === undefined) socket.write('250 2.0.0 queued\r\n');
      else if (dot === 'drop' || dot === 'accept-drop') socket.destroy();
      else if (dot === 'accept-silence') mute = true;
      else if (dot === 'accept-garbage') socket.write('hello there\r\n');
      else socket.write(`${dot}\r\n`);
    };
    const command = (line: string): void => {
      commands.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') {
        const lines = ['sink.example', ...(options.extensions ?? ['PIPELINING', 'SIZE 10000000', '8BITMIME'])];
        socket.write(lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''));
      } else if (verb === 'MAIL') {
        behaviour = scripted.shift() ?? {};
        from = /<([^>]*)>/.exec(line)?.[1] ?? '?';
        to = [];
        if (!misbehave(behaviour.mail)) socket.write('250 2.1.0 ok\r\n');
      } else if (verb === 'RCPT') {
        if (misbehave(behaviour.rcpt)) return;
        to.push(/<([^>]*)>/.exec(line)?.[1] ?? '?');
        socket.write('250 2.1.5 ok\r\n');
      } else if (verb === 'DATA') {
        if (misbehave(behaviour.data)) return;
        if (to.length === 0) return void socket.write('503 5.5.1 no recipients\r\n');
        in_data = true;
        socket.write('354 go ahead\r\n');
      } else if (verb === 'QUIT') {
        socket.end('221 2.0.0 bye\r\n');
      } else if (verb === 'RSET' || verb === 'NOOP') {
        socket.write('250 2.0.0 ok\r\n');
      } else {
        socket.write('502 5.5.1 not here\r\n');
      }
    };
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      if (mute) return;
      buffer += chunk;
      for (;;) {
        if (mute || socket.destroyed) return;
        if (in_data) {
          if (behaviour.drop_after_bytes !== undefined && buffer.length >= behaviour.drop_after_bytes) {
            socket.destroy();
            for (const heard of drops.splice(0)) heard();
            return;
          }
          const end = buffer.startsWith('.\r\n') ? 0 : buffer.indexOf('\r\n.\r\n');
          if (end < 0) return;
          in_data = false;
          const raw = end === 0 ? '' : buffer.slice(0, end + 2);
          buffer = buffer.slice(end === 0 ? 3 : end + 5);
          endOfData(raw.replace(/^\.\./gm, '.'));
          continue;
        }
        const newline = buffer.indexOf('\r\n');
        if (newline < 0) return;
        const line = buffer.slice(0, newline);
        buffer = buffer.slice(newline + 2);
        command(line);
      }
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accepted,
    commands,
    connections: () => connections,
    script: (...behaviours) => void scripted.push(...behaviours),
    nextDot: () => new Promise((resolve) => dots.push(resolve)),
    nextDrop: () => new Promise((resolve) => drops.push(resolve)),
    dropAll: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
