import { useEffect, useRef } from 'preact/hooks';
import type { LiveChange } from '../../live/hub.ts';
import { expired, online } from '../api/client.ts';
import { isWatched } from './away.ts';
import { cell } from './cell.ts';
import { me } from './session.ts';

/** What the server says has changed: ids and counts (GET /api/live). While it is cut, pages ask by themselves again. */

export type Change = LiveChange & {
  /** Something was missed, or the stream is new: whatever is shown is read again. */
  readonly all: boolean;
};

/** True while the stream flows. */
export const flowing = cell(false);

const RETRY_MS = 30_000;
const WATCH_MS = 2_000;
/** More than twice the server's heartbeat: a connection that says nothing for so long is dead. */
const SILENT_MS = 40_000;
/** However well the stream flows, a page on view is read again now and then. */
const ANYWAY_MS = 60_000;

const listeners = new Set<(change: Change) => void>();
let source: EventSource | undefined;
let retry_at = 0;
let heard_at = 0;

function tell(change: Change): void {
  for (const listener of listeners) listener(change);
}

function close(): void {
  source?.close();
  source = undefined;
  flowing.set(false);
}

function open(): void {
  const made = new EventSource('/api/live');
  source = made;
  heard_at = performance.now();
  made.addEventListener('beat', () => void (heard_at = performance.now()));
  const read = (event: MessageEvent<string>, all: boolean): void => {
    heard_at = performance.now();
    flowing.set(true);
    tell({ conversations: [], queues: [], kinds: [], ...(JSON.parse(event.data) as Partial<LiveChange>), all });
  };
  made.addEventListener('hello', (event) => read(event, true));
  made.addEventListener('resync', (event) => read(event, true));
  made.addEventListener('change', (event) => read(event, false));
  made.onerror = () => {
    flowing.set(false);
    // Refused (too many streams, session over): the browser does not try again by itself.
    if (made.readyState !== EventSource.CLOSED) return;
    close();
    retry_at = performance.now() + RETRY_MS;
  };
}

/** A page nobody looks at holds no stream: browsers allow six connections to one site, over all tabs. */
function watch(): void {
  const wanted = me.get() != null && isWatched() && online.get() && !expired.get();
  if (!wanted || (source !== undefined && performance.now() - heard_at > SILENT_MS)) close();
  if (wanted && source === undefined && performance.now() >= retry_at) open();
}

/** Keeps the stream open while somebody is signed in and looks at the page. Called once. */
export function startLive(): void {
  setInterval(watch, WATCH_MS);
  for (const cause of [me, online, expired]) (cause as typeof online).subscribe(watch);
  document.addEventListener('visibilitychange', watch);
  watch();
}

interface Refresh {
  /** How often to ask while there is no stream. */
  readonly every_ms: number | undefined;
  /** Which changes matter; without it the clock alone decides, stream or not. */
  readonly wants?: ((change: Change) => boolean) | undefined;
  /** At most once in so many milliseconds, however much changes. */
  readonly least_ms?: number;
}

/** Runs `ask` when something that matters has changed; by the clock while the stream is cut. Never for an unwatched page. */
export function useRefresh(ask: () => void, { every_ms, wants, least_ms = 300 }: Refresh): void {
  const current = useRef({ ask, wants });
  current.current = { ask, wants };
  useEffect(() => {
    if (every_ms === undefined) return undefined;
    let last = performance.now();
    let later: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      clearTimeout(later);
      later = undefined;
      if (!isWatched() || !online.get() || expired.get()) return;
      last = performance.now();
      current.current.ask();
    };
    const listener = (change: Change): void => {
      const { wants } = current.current;
      if (later !== undefined || wants === undefined || !(change.all || wants(change))) return;
      later = setTimeout(run, Math.max(0, last + least_ms - performance.now()));
    };
    listeners.add(listener);
    const timer = setInterval(() => {
      if (current.current.wants === undefined || !flowing.get() || performance.now() - last >= ANYWAY_MS) run();
    }, every_ms);
    return () => {
      clearTimeout(later);
      clearInterval(timer);
      listeners.delete(listener);
    };
  }, [every_ms, least_ms]);
}

/** Hands every change on as it comes, for figures the stream itself carries. */
export function useChanges(take: (change: Change) => void): void {
  const current = useRef(take);
  current.current = take;
  useEffect(() => {
    const listener = (change: Change): void => current.current(change);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
