import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call, expired, online } from '../api/client.ts';
import { useRefresh, type Change } from './live.ts';

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  /** Reads again; what was read stays on the page meanwhile. */
  readonly reload: () => Promise<void>;
}

/**
 * Reads an address of the API, and again every `every_ms`; with `wants`, when such a change is told instead, and by the
 * clock only while nothing is told. A null address reads nothing.
 */
export function useLoad<T>(
  url: string | null,
  every_ms?: number,
  wants?: (change: Change) => boolean,
  least_ms?: number,
): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ data: undefined, error: undefined, loading: true });
  const wanted = useRef(url);
  wanted.current = url;
  const failed = useRef(false);
  failed.current = state.error !== undefined;
  const reload = useCallback(async () => {
    if (url === null) return;
    try {
      const data = await call<T>('GET', url);
      if (wanted.current === url) setState({ data, error: undefined, loading: false });
    } catch (error) {
      if (wanted.current === url) setState((before) => ({ data: before.data, error, loading: false }));
    }
  }, [url]);
  useEffect(() => {
    setState({ data: undefined, error: undefined, loading: url !== null });
    void reload();
  }, [reload]);
  useEffect(() => {
    if (url === null) return undefined;
    // Back on line or signed in again: what is shown is read anew; what is read only once, if it could not be read.
    const again = (): void => {
      if (every_ms !== undefined || failed.current) void reload();
    };
    const offs = [online.subscribe((on) => on && again()), expired.subscribe((is) => !is && again())];
    return () => {
      for (const off of offs) off();
    };
  }, [reload, every_ms]);
  useRefresh(() => void reload(), {
    every_ms: url === null ? undefined : every_ms,
    wants,
    ...(least_ms === undefined ? {} : { least_ms }),
  });
  return { ...state, reload };
}

/** Draws again every second, for clocks that count down. @returns milliseconds now */
export function useNow(every_ms = 1_000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
