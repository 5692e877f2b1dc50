import { sendGroup, type GroupSendDeps } from '../mail/group-reply.ts';
import type { Queues } from '../queues/queues.ts';
import { DEFAULT_WAVES } from '../domain/wave/policy.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { unfinishedGroups } from '../store/group-replies.ts';
import { gatherMembers, searchWaves, unfinishedWaves } from '../store/wave-search.ts';
import { expireWaves } from '../store/waves.ts';

export interface WaveDeps {
  readonly store: Store;
  readonly rulebook: (tx: Tx) => Promise<Rulebook>;
  readonly now?: () => Date;
  /** Group replies that a process left unfinished go on with these; without them they wait for one that has them. */
  readonly sending?: { readonly queues: Pick<Queues, 'enqueue'>; readonly secret: string };
}

/** What one tick did. */
export interface WaveTick {
  /** Waves that came to their end, and proposals nobody looked at. */
  readonly ended: number;
  readonly proposed: number;
  /** Answers of approved group replies. */
  readonly answered: number;
  readonly skipped: number;
}

/** Pieces of earlier mail compared in one tick, of 500 texts each, all waves together. */
const PIECES_MAX = 6;
/** Answers in one tick; the next is half a minute away. */
const ITEMS_MAX = 500;

/**
 * What time does to waves: those at their end are ended, approved group replies go on, earlier mail of a new wave is
 * compared, and every `scan_minutes` new waves are looked for. Bounded, and a replay is a no-op. It proposes and sends what
 * a person approved; it never moves or closes anything.
 */
export async function waveTick(deps: WaveDeps, signal: AbortSignal): Promise<WaveTick> {
  const { store } = deps;
  const clock = deps.now ?? (() => new Date());
  const now = clock();
  const book = await store.read(SYSTEM, deps.rulebook);
  const { quiet_hours } = book.waves ?? DEFAULT_WAVES;
  const ended = await store.write(SYSTEM, (tx) => expireWaves(tx, quiet_hours, now));
  const { answered, skipped } = await resumeGroups(deps, clock, signal);
  await gather(store, book, now, signal);
  const proposed = signal.aborted ? undefined : await searchWaves(store, book, now);
  return { ended, proposed: proposed?.length ?? 0, answered, skipped };
}

async function resumeGroups(
  { store, rulebook, sending }: WaveDeps,
  clock: () => Date,
  signal: AbortSignal,
): Promise<{ answered: number; skipped: number }> {
  let [answered, skipped] = [0, 0];
  if (sending === undefined) return { answered, skipped };
  const send: GroupSendDeps = { store, rulebook, secret: sending.secret, clock };
  for (const id of await store.read(SYSTEM, unfinishedGroups)) {
    if (signal.aborted || answered + skipped >= ITEMS_MAX) break;
    const done = await sendGroup(send, id, ITEMS_MAX - answered - skipped);
    answered += done.sent;
    skipped += done.skipped;
    await sending.queues.enqueue('reply', done.jobs, { delay_ms: done.undo_ms });
  }
  return { answered, skipped };
}

async function gather(store: Store, book: Rulebook, now: Date, signal: AbortSignal): Promise<void> {
  let pieces = 0;
  for (const id of await store.read(SYSTEM, unfinishedWaves)) {
    for (let more = true; more && pieces < PIECES_MAX && !signal.aborted; pieces += 1)
      more = await store.write(SYSTEM, (tx) => gatherMembers(tx, book, id, now));
  }
}
