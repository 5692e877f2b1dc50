import { sql } from 'kysely';
import type { FigureEvent } from '../domain/figure.ts';
import { dayOf, PARIS } from '../domain/days.ts';
import { spentMs } from '../domain/figure.ts';
import { FIGURE_EVENT_TYPES } from '../domain/figure-life.ts';
import { timelineOf, type Version } from '../domain/figure-timeline.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';

/**
 * `figure_request` is the event log told once: what domain/figure-timeline.ts says of every life, kept so that a figure
 * over four months is one scan. It is a projection and nothing more: {@link retellFigure} throws it away and tells the
 * log again, and tests compare it with the definition. Every event marks its life in the event's own transaction (a
 * trigger), and what is marked is told again before any figure is counted.
 */

interface LogRow extends FigureEvent {
  readonly seq: number;
}

/** Lives told in one transaction: short locks, little memory. */
const BATCH_LIVES = 2_000;

/**
 * Tells the lives that have new events, and waits for whoever is doing so already.
 * @param signal stops between two batches; what is left waits for the next call
 * @returns how many marks were worked off
 */
export async function tellFigure(store: Store, signal?: AbortSignal): Promise<number> {
  let sum = 0;
  // Nothing is locked while nothing happens. What another process is telling is still marked, and waited for.
  while (signal?.aborted !== true && (await store.read(SYSTEM, anyMarks))) {
    const marks = await store.write(SYSTEM, async (tx) => {
      await sql`select one from aiguillage.figure_state for update`.execute(tx);
      const { rows } = await sql<{ life: string }>`delete from aiguillage.figure_dirty where id in (
        select id from aiguillage.figure_dirty order by id limit ${BATCH_LIVES}) returning life`.execute(tx);
      if (rows.length > 0) await tell(tx, [...new Set(rows.map(({ life }) => life))]);
      return rows.length;
    });
    sum += marks;
    if (marks < BATCH_LIVES) break;
  }
  return sum;
}

async function anyMarks(tx: Tx): Promise<boolean> {
  return (await sql`select from aiguillage.figure_dirty limit 1`.execute(tx)).rows.length > 0;
}

/** Throws all that is told away and marks every life of the log; {@link tellFigure} then tells it from the beginning. */
export async function retellFigure(store: Store): Promise<void> {
  await store.write(SYSTEM, async (tx) => {
    await sql`select one from aiguillage.figure_state for update`.execute(tx);
    await sql`delete from aiguillage.figure_request`.execute(tx);
    await sql`insert into aiguillage.figure_dirty (life)
      select distinct coalesce(conversation_id, message_id) from aiguillage.event
      where type = 'request.received' and coalesce(conversation_id, message_id) is not null`.execute(tx);
  });
  await tellFigure(store);
}

async function tell(tx: Tx, marked: readonly string[]): Promise<void> {
  // A mail out of quarantine belongs to the life of the conversation it was given.
  const homes = await sql<{ conversation_id: string }>`select distinct conversation_id from aiguillage.event
    where message_id = any(${marked}::uuid[]) and type = 'request.received' and conversation_id is not null`.execute(
    tx,
  );
  const lives = [...new Set([...marked, ...homes.rows.map((row) => row.conversation_id)])];
  const { rows } = await sql<LogRow>`select ${COLUMNS} from aiguillage.event
    where conversation_id = any(${lives}::uuid[]) and type in (${sql.join(FIGURE_EVENT_TYPES)})
    order by conversation_id, occurred_at, seq`.execute(tx);
  const told = new Map<string, LogRow[]>();
  const home = new Map<string, string>();
  for (const row of rows) {
    append(told, row.conversation_id!, row);
    if (row.type === 'request.received' && row.message_id !== null) home.set(row.message_id, row.conversation_id!);
  }
  const asked = [...new Set([...marked, ...home.keys()])];
  const early = await sql<LogRow>`select ${COLUMNS} from aiguillage.event
    where conversation_id is null and type = 'request.received' and message_id = any(${asked}::uuid[])`.execute(tx);
  for (const row of early.rows) append(told, home.get(row.message_id!) ?? row.message_id!, row);
  const gone = [...lives, ...early.rows.map((row) => row.message_id!)];
  await sql`delete from aiguillage.figure_request where life = any(${gone}::uuid[])`.execute(tx);
  const kept: Record<string, unknown>[] = [];
  for (const [life, events] of told) {
    // Most lists are in order already; a mail from quarantine came before them.
    events.sort((a, b) => ms(a.occurred_at) - ms(b.occurred_at) || a.seq - b.seq);
    for (const version of timelineOf(events)) kept.push(rowOf(life, version));
  }
  if (kept.length === 0) return;
  await sql`insert into aiguillage.figure_request
    select * from json_populate_recordset(null::aiguillage.figure_request, ${JSON.stringify(kept)}::json)`.execute(tx);
}

const COLUMNS = sql.raw('seq, type, occurred_at, recorded_at, conversation_id, message_id, data');
const ms = (at: unknown): number => (at as Date).getTime();

function append(lists: Map<string, LogRow[]>, key: string, row: LogRow): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [row]);
  else list.push(row);
}

function rowOf(life: string, { verdict, ...axes }: Version): Record<string, unknown> {
  const { stopped_ms } = verdict;
  const spent = (clock: 'elapsed' | 'working'): number | null =>
    stopped_ms === null ? null : spentMs(verdict, stopped_ms, clock);
  const { message_id, mailbox, level, motif, motif_parent, queue, pool } = verdict;
  const { confirmed, seen, transferred, handed, recalled } = verdict;
  return {
    life,
    message_id,
    now_from: instant(axes.now_from),
    now_until: instant(axes.now_until),
    then_from: instant(axes.then_from),
    then_until: instant(axes.then_until),
    started_at: instant(verdict.started_ms),
    day: dayOf(verdict.started_ms, PARIS),
    due_elapsed_at: instant(verdict.due_elapsed_ms),
    due_working_at: instant(verdict.due_working_ms),
    legal_due_at: instant(verdict.legal_due_ms),
    stopped_at: instant(stopped_ms),
    repeat_at: instant(verdict.repeat_ms),
    elapsed_ms: spent('elapsed'),
    working_ms: spent('working'),
    ended: verdict.end,
    reply: verdict.reply,
    calendar: `${verdict.calendar.zone}|${verdict.calendar.alsace_moselle}`,
    ...{ mailbox, level, motif, motif_parent, queue, pool, confirmed, seen, transferred, handed, recalled },
  };
}

function instant(at_ms: number | null): string | null {
  if (at_ms === null) return null;
  return at_ms === Infinity ? 'infinity' : new Date(at_ms).toISOString();
}
