import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/**
 * Every byte a browser sends goes through here, to this machine too (start it with {@link proxyArgs}). What is for the
 * site passes; anything else is refused and remembered. It hears what a page's own events never tell: prefetches, names
 * looked up ahead, plugins.
 */
export interface CountingProxy {
  readonly url: string;
  /** Addresses asked for that are neither the site's nor the browser's own. */
  readonly strangers: string[];
  /** Requests let through, to know that the browser really comes this way. */
  readonly passed: number;
  close(): Promise<void>;
}

/**
 * Where Chromium itself calls (updates, accounts), switches or not. A page that asked for one of these is heard by its
 * own events (tests/support/browser.ts).
 */
const BROWSERS_OWN = /^(?:https?:\/\/)?(?:[\w-]+\.)*(?:google\.com|googleapis\.com|gstatic\.com|gvt[12]\.com)[:/]/;

export async function openCountingProxy(site: () => string): Promise<CountingProxy> {
  const strangers: string[] = [];
  let passed = 0;
  const hear = (url: string): void => {
    if (!BROWSERS_OWN.test(url)) strangers.push(url);
  };
  const server: Server = createServer((asked, answer) => {
    const url = asked.url ?? '';
    if (!url.startsWith(`${site()}/`)) {
      hear(url);
      answer.writeHead(403).end();
      return;
    }
    passed += 1;
    const on = request(url, { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    answer.on('close', () => on.destroy());
    asked.pipe(on);
  });
  // Tunnels and upgrades are never the site's: it is plain HTTP here.
  const refuse = (asked: { url?: string }, socket: { end(text: string): unknown }): void => {
    hear(asked.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  };
  server.on('connect', refuse);
  server.on('upgrade', refuse);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strangers,
    get passed() {
      return passed;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Chromium sends what is for this machine past a proxy unless told otherwise. */
export const proxyArgs = (proxy: string): string[] => [`--proxy-server=${proxy}`, '--proxy-bypass-list=<-loopback>'];
