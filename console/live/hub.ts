import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { countQueues } from '../../store/conversations.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { conversationsNow, eventsAfter, liveSessions, newestEvent, type TailRow } from '../../store/live.ts';
import { sees } from '../../store/scope.ts';
import { countsOf, freshCounts, type LiveCount } from './counts.ts';
import { openEventStream, type EventStream } from './stream.ts';
import { createTail, type Tail } from './tail.ts';

/** Streams of one session: tabs in view; a hidden one closes its own. */
const SESSION_STREAMS_MAX = 4;
const STREAMS_MAX = 500;
/** Events read in one go; more than that, and everybody reads again. */
const EVENTS_MAX = 2_000;
/** Ids told in one message; more than that, and the page reads again. */
const IDS_MAX = 200;
/** Numbers before the newest that may still be uncommitted when the first page listens. */
const MARGIN = 200;
const COUNTS_EVERY_MS = 2_000;
const SESSIONS_EVERY_MS = 2_000;
const BEAT_EVERY_MS = 15_000;
const BLOCKED_MAX_MS = 30_000;
const AFTER_ERROR_MS = 5_000;

export interface LiveOptions {
  readonly store: Store;
  readonly clock: () => Date;
  readonly log: Logger;
  /** How often the event log is looked at while somebody listens. */
  readonly poll_ms: number;
}

interface Listener {
  readonly hash: string;
  readonly agent: Agent;
  readonly stream: EventStream;
}

/** What one page is told: ids, counts and codes, never a word of a mail or a name. */
export interface LiveChange {
  /** Conversations in this person's sight something happened to. */
  conversations: string[];
  /** Queues whose figures are others now; a partner: its own. */
  queues: LiveCount[];
  /** What happened, coarsely (`alert`, `wave`, `delivery`…), for own staff. */
  kinds: string[];
}

export interface LiveHub {
  /**
   * Opens a stream for a session; with `once` it says the counts and ends.
   * @throws AiguillageError TOO_BUSY over the limit of streams
   */
  open(
    session: { hash: Buffer; agent: Agent },
    given: { last_id: number | undefined; once: boolean },
  ): Promise<Readable>;
  /** Looks now: something was written by this very process. */
  kick(): void;
  /** Ends every stream. */
  close(): void;
  readonly streams: () => number;
}

/** Who listens, and one look at the event log for all of them. Reads as the listener's own actor (law 9). */
export function createLiveHub({ store, clock, log, poll_ms }: LiveOptions): LiveHub {
  const listeners = new Set<Listener>();
  const counted = new Map<string, Map<string, LiveCount>>();
  let tail: Tail | undefined;
  let starting: Promise<Tail> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let closed = false;
  let dirty = false;
  const last = { counts: -Infinity, sessions: -Infinity, beat: -Infinity };

  const groupOf = (agent: Agent): string => (agent.role === 'partner' ? `pool:${agent.pool}` : 'own');
  const groups = (): Map<string, Listener[]> => Map.groupBy(listeners, ({ agent }) => groupOf(agent));
  const drop = (listener: Listener): void => {
    listener.stream.end();
    listeners.delete(listener);
  };

  async function start(): Promise<Tail> {
    const newest = await store.read(SYSTEM, newestEvent);
    const made = createTail(Math.max(0, newest - MARGIN));
    made.take(await store.read(SYSTEM, (tx) => eventsAfter(tx, made.after(), EVENTS_MAX)), performance.now());
    return made;
  }

  /** The log since the last look; undefined when there was too much to tell one by one. */
  async function news(of: Tail): Promise<TailRow[] | undefined> {
    const rows = await store.read(SYSTEM, (tx) => eventsAfter(tx, of.after(), EVENTS_MAX));
    const fresh = of.take(rows, performance.now());
    if (rows.length < EVENTS_MAX) return fresh;
    of.jump(await store.read(SYSTEM, newestEvent));
    return undefined;
  }

  async function checkSessions(now_ms: number): Promise<void> {
    if (now_ms - last.sessions < SESSIONS_EVERY_MS) return;
    last.sessions = now_ms;
    const hashes = [...new Set([...listeners].map(({ hash }) => hash))].map((hash) => Buffer.from(hash, 'hex'));
    const alive = await store.read(SYSTEM, (tx) => liveSessions(tx, hashes, clock()));
    for (const listener of listeners) {
      const agent = alive.get(listener.hash);
      // Another role, pool or set of queues: the page signs on again with its new rights.
      if (agent === undefined || rights(agent) !== rights(listener.agent)) drop(listener);
    }
  }

  async function tell(of: Tail, rows: readonly TailRow[] | undefined, with_counts: boolean): Promise<void> {
    const ids = [...new Set(rows?.flatMap((row) => row.conversation_id ?? []))];
    const kinds = [...new Set(rows?.map(({ type }) => type.split('.')[0]!))];
    const resync = rows === undefined || ids.length > IDS_MAX;
    for (const [group, members] of groups()) {
      const agent = members[0]!.agent;
      const { found, queues } = await store.read(actorOf(agent), async (tx) => ({
        found: resync ? [] : await conversationsNow(tx, agent, ids),
        queues: with_counts ? countsOf(await countQueues(tx, agent, clock())) : undefined,
      }));
      const changed = queues === undefined ? [] : freshCounts(counted, group, queues);
      for (const { agent: person, stream } of members) {
        if (resync) {
          stream.send('resync', of.after(), {});
          continue;
        }
        const conversations = found.filter((row) => sees(person, row)).map(({ id }) => id);
        const told = person.role === 'partner' ? [] : kinds;
        if (conversations.length + changed.length + told.length === 0) continue;
        stream.send('change', of.after(), { conversations, queues: changed, kinds: told } satisfies LiveChange);
      }
    }
  }

  async function look(): Promise<void> {
    const now_ms = performance.now();
    await checkSessions(now_ms);
    if (listeners.size === 0) return;
    if (tail === undefined) return;
    const rows = await news(tail);
    dirty ||= rows === undefined || rows.length > 0;
    const with_counts = dirty && now_ms - last.counts >= COUNTS_EVERY_MS;
    if (with_counts) {
      last.counts = now_ms;
      dirty = false;
    }
    if (with_counts || rows === undefined || rows.length > 0) await tell(tail, rows, with_counts);
    if (now_ms - last.beat < BEAT_EVERY_MS) return;
    last.beat = now_ms;
    for (const listener of listeners) {
      const since = listener.stream.blocked_since();
      if (since !== undefined && now_ms - since > BLOCKED_MAX_MS) listener.stream.readable.destroy();
      else listener.stream.beat();
    }
  }

  async function run(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    let wait_ms = poll_ms;
    try {
      do {
        await look();
        const more = again;
        again = false;
        if (!more) break;
      } while (!closed);
    } catch (error) {
      wait_ms = AFTER_ERROR_MS;
      log.warn({ code: (error as { code?: string }).code }, 'live stream: look failed');
    }
    looking = false;
    if (closed) return;
    if (listeners.size > 0) timer = setTimeout(() => void run(), wait_ms).unref();
    else {
      // Nobody listens: nothing is polled, and what was known grows old.
      tail = undefined;
      counted.clear();
    }
  }

  return {
    async open({ hash, agent }, { last_id, once }) {
      const key = hash.toString('hex');
      const own = [...listeners].filter((listener) => listener.hash === key).length;
      if (closed || listeners.size >= STREAMS_MAX || own >= SESSION_STREAMS_MAX) throw new AiguillageError('TOO_BUSY');
      const stream = openEventStream();
      const listener: Listener = { hash: key, agent, stream };
      if (!once) listeners.add(listener);
      stream.readable.once('close', () => listeners.delete(listener));
      try {
        // Watched from here on, before the page is told that it is: nothing falls between.
        if (!once) tail ??= await (starting ??= start().finally(() => (starting = undefined)));
        const queues = countsOf(await store.read(actorOf(agent), (tx) => countQueues(tx, agent, clock())));
        const id = tail?.after() ?? (await store.read(SYSTEM, newestEvent));
        stream.send('hello', id, { conversations: [], queues, kinds: [] } satisfies LiveChange);
        if (last_id !== undefined && last_id !== id) stream.send('resync', id, {});
      } catch (error) {
        listeners.delete(listener);
        throw error;
      }
      if (once) stream.end();
      else if (timer === undefined) void run();
      return stream.readable;
    },
    kick() {
      if (listeners.size === 0 || closed) return;
      // It may have been a sign-out.
      last.sessions = -Infinity;
      void run();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const listener of listeners) drop(listener);
    },
    streams: () => listeners.size,
  };
}

/** What decides what a person is told. */
function rights({ role, pool, queues }: Agent): string {
  return JSON.stringify([role, pool, [...queues].sort()]);
}
