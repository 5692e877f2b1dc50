import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isSignedWith, SIGNATURE_HEADERS } from '../../mail/portal-signature.ts';
import type { PortalAnswer } from '../../mail/portal-sender.ts';

/**
 * A stub of a member's portal: takes advisers' answers as docs/bot.md asks (checks the signature, keeps each
 * Idempotency-Key once), and misbehaves when told to.
 */
export type Behaviour =
  | 'ok'
  /** Answers this status and keeps nothing. */
  | number
  /** Keeps the answer and cuts the connection without a word. */
  | 'keep-and-drop'
  /** Cuts the connection before anything is read. */
  | 'drop'
  /** Keeps the answer and never says so. */
  | 'keep-and-hang';

export interface StubPortal {
  readonly url: string;
  /** What a member would see: each answer once. */
  readonly shown: PortalAnswer[];
  /** Every request that came, well signed or not. */
  readonly requests: { readonly signed: boolean; readonly idempotency_key: string }[];
  /** What the next requests meet, in order; then `ok` again. */
  script(...behaviours: Behaviour[]): void;
  /** Resolves when one more request has come. */
  next(): Promise<void>;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;

/** @param tls a PEM key and certificate: then over https */
export async function startPortal(
  secret: string,
  tls?: { readonly key: string; readonly cert: string },
): Promise<StubPortal> {
  const shown: PortalAnswer[] = [];
  const requests: StubPortal['requests'] = [];
  const kept = new Set<string>();
  const planned: Behaviour[] = [];
  const waiting: (() => void)[] = [];

  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response).catch(() => request.destroy());
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const behaviour = planned.shift() ?? 'ok';
    const body = await read(request);
    const header = (name: string): string => String(request.headers[name] ?? '');
    const signed = isSignedWith(
      header(SIGNATURE_HEADERS.signature),
      {
        method: request.method ?? '',
        path: request.url ?? '',
        timestamp: header(SIGNATURE_HEADERS.timestamp),
        nonce: header(SIGNATURE_HEADERS.nonce),
        body,
      },
      secret,
    );
    const idempotency_key = header('idempotency-key');
    requests.push({ signed, idempotency_key });
    if (!signed) response.writeHead(401).end();
    else if (typeof behaviour === 'number') response.writeHead(behaviour).end();
    else {
      if (!kept.has(idempotency_key)) {
        kept.add(idempotency_key);
        shown.push(JSON.parse(body.toString('utf8')) as PortalAnswer);
      }
      if (behaviour === 'keep-and-drop') request.socket.destroy();
      else if (behaviour === 'ok') response.writeHead(200).end('{}');
    }
    for (const resolve of waiting.splice(0)) resolve();
  }
  server.on('connection', (socket) => {
    if (planned[0] !== 'drop') return;
    planned.shift();
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/answers?caisse=nord`,
    shown,
    requests,
    script: (...behaviours) => void planned.push(...behaviours),
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
