/**
 * A TCP proxy that misbehaves on demand, between a client and a real server.
 *   const proxy = await startProxy({ host, port });
 *   proxy.cutAfter(20_000);        // resets the connection once so many bytes went to the client
 *   proxy.cutAt('POISON');         // … whenever these bytes pass
 *   proxy.blackHole(true);         // takes everything, passes nothing, closes nothing
 *   proxy.refuse(true);            // closes new connections at once
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** Connections taken so far. */
  readonly connections: () => number;
  /** Connections that were cut on purpose so far. */
  readonly cuts: () => number;
  cutAfter(bytes_to_client: number | null): void;
  cutAt(bytes: string | null): void;
  blackHole(on: boolean): void;
  /** Holds back the next command that contains these bytes until `release` is called; `held` resolves when it came. */
  holdCommand(bytes: string): { held: Promise<void>; release(): void };
  refuse(on: boolean): void;
  /** Resets every open connection now. */
  drop(): void;
  /** Resolves when the next connection is taken. */
  nextConnection(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const pairs = new Set<[Socket, Socket]>();
  let connections = 0;
  let cuts = 0;
  let cut_after: number | null = null;
  let cut_at: Buffer | null = null;
  let hole = false;
  let refusing = false;
  let waiting: (() => void)[] = [];
  let hold: { bytes: string; came: () => void; released: Promise<void> } | undefined;

  const server = createServer((client) => {
    connections += 1;
    for (const wake of waiting.splice(0)) wake();
    client.on('error', () => {});
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    let sent = 0;
    let tail: Buffer = Buffer.alloc(0);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    const cut = (): void => {
      cuts += 1;
      client.resetAndDestroy();
      end();
    };
    upstream.on('error', end);
    upstream.on('close', () => {
      if (!hole) end();
    });
    client.on('close', end);
    client.on('data', (data: Buffer) => {
      if (hole) return;
      if (hold !== undefined && data.includes(hold.bytes)) {
        const { came, released } = hold;
        hold = undefined;
        came();
        return void released.then(() => upstream.write(data));
      }
      upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => {
      if (hole) return;
      if (cut_after !== null && sent + data.length > cut_after) {
        // Part of the answer arrives, as it does in life.
        client.write(data.subarray(0, cut_after - sent));
        return void setImmediate(cut);
      }
      if (cut_at !== null) {
        const seen = Buffer.concat([tail, data]);
        if (seen.includes(cut_at)) return cut();
        tail = seen.subarray(Math.max(0, seen.length - cut_at.length));
      }
      sent += data.length;
      client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const drop = (): void => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    cuts: () => cuts,
    cutAfter: (bytes) => (cut_after = bytes),
    cutAt: (bytes) => (cut_at = bytes === null ? null : Buffer.from(bytes)),
    blackHole: (on) => (hole = on),
    holdCommand(bytes) {
      const held = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      hold = { bytes, came: held.resolve, released: released.promise };
      return { held: held.promise, release: released.resolve };
    },
    refuse: (on) => (refusing = on),
    drop,
    nextConnection: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      waiting = [];
      drop();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
