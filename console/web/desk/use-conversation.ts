import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, expired, online } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { isWatched } from '../shell/away.ts';
import { cell } from '../shell/cell.ts';
import { useRefresh } from '../shell/live.ts';
import { useLoad, type Loaded } from '../shell/load.ts';

export interface LiveState {
  readonly status: string;
  readonly queue: string;
  readonly mine: boolean;
  readonly held_by: string | null;
  readonly held_until: string | null;
  readonly last_received_at: string;
  readonly unsent: number;
}

/** Told when a conversation was asked for that may be on the page already: its address does not change then. */
export const opened = cell<{ readonly id: string }>({ id: '' });

const STATE_EVERY_MS = 8_000;
/** A lease is half an hour; somebody who reads and writes keeps it. */
const RENEW_EVERY_MS = 5 * 60_000;

export interface Conversation extends Loaded<Thread> {
  /** Who holds it at this moment; undefined until it is known. */
  readonly live: LiveState | undefined;
  /** The member wrote again since the page read the thread. */
  readonly news: boolean;
}

/** The thread, read once (each reading is on the audit trail), and who holds it, asked when something changes. */
export function useConversation(id: string): Conversation {
  const thread = useLoad<Thread>(`/api/conversations/${id}`);
  const [live, setLive] = useState<LiveState>();
  const ask = useCallback(async () => {
    if (!isWatched() || !online.get() || expired.get()) return;
    try {
      setLive(await call<LiveState>('GET', `/api/conversations/${id}/state`));
    } catch (error) {
      // Out of sight now: transferred away, or handed back.
      if (error instanceof ApiError && error.status === 404) setLive(undefined);
    }
  }, [id]);
  useEffect(() => {
    setLive(undefined);
    void ask();
  }, [ask]);
  useRefresh(() => void ask(), {
    every_ms: STATE_EVERY_MS,
    // One that leaves our sight is named to us no more, but its queue has other figures then.
    wants: ({ conversations, queues }) =>
      conversations.includes(id) || queues.some(({ queue }) => queue === live?.queue),
  });
  const mine = thread.data?.mine === true && thread.data.status === 'assigned';
  useEffect(() => {
    if (!mine) return undefined;
    const timer = setInterval(() => {
      if (isWatched() && online.get()) void call('POST', `/api/conversations/${id}/renew`).catch(() => void ask());
    }, RENEW_EVERY_MS);
    return () => clearInterval(timer);
  }, [mine, id, ask]);
  const { data } = thread;
  // Taken, lost, answered or sent since the thread was read: it is read again, once for what is told.
  const told = useRef('');
  const unsent = useRef<number>(undefined);
  useEffect(() => {
    if (live === undefined) return;
    const sent = unsent.current !== undefined && unsent.current !== live.unsent;
    unsent.current = live.unsent;
    if (data === undefined) return;
    const same = live.status === data.status && live.mine === data.mine && live.queue === data.queue;
    const what = same ? '' : `${live.status} ${live.mine} ${live.queue}`;
    const again = sent || (what !== '' && what !== told.current);
    told.current = what;
    if (again) void thread.reload();
  }, [live]);
  useEffect(
    () => opened.subscribe((which) => void (which.id === id && thread.reload().then(ask))),
    [thread.reload, ask, id],
  );
  return {
    ...thread,
    reload: async () => {
      await thread.reload();
      await ask();
    },
    live,
    news: data !== undefined && live !== undefined && live.last_received_at > data.last_received_at,
  };
}
