import { Readable } from 'node:stream';

/** Bytes that may wait for a slow reader. */
const WAITING_BYTES_MAX = 16 * 1024;

/** One `text/event-stream` towards one page. */
export interface EventStream {
  readonly readable: Readable;
  /** Sends an event, or remembers that the reader missed something while it was slow. */
  send(event: string, id: number, data: unknown): void;
  /** A word of no meaning, so that both ends notice a dead connection. */
  beat(): void;
  /** Since when nothing could be written, milliseconds of `performance.now()`; undefined while it flows. */
  readonly blocked_since: () => number | undefined;
  end(): void;
}

/**
 * A stream that never buffers more than its limit: what a slow reader misses becomes one event `resync` (« read again »)
 * as soon as it reads on.
 */
export function openEventStream(): EventStream {
  let blocked: number | undefined;
  let missed: number | undefined;
  const frame = (event: string, id: number, data: unknown): string =>
    `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const write = (text: string): void => {
    if (!readable.push(text)) blocked ??= performance.now();
  };
  const readable = new Readable({
    highWaterMark: WAITING_BYTES_MAX,
    read() {
      if (blocked === undefined) return;
      blocked = undefined;
      if (missed === undefined) return;
      const id = missed;
      missed = undefined;
      write(frame('resync', id, {}));
    },
  });
  return {
    readable,
    send(event, id, data) {
      if (readable.destroyed) return;
      if (blocked === undefined) write(frame(event, id, data));
      else missed = id;
    },
    beat() {
      if (blocked === undefined && !readable.destroyed) write('event: beat\ndata: {}\n\n');
    },
    blocked_since: () => blocked,
    end() {
      if (!readable.destroyed) readable.push(null);
    },
  };
}
