import { sql } from 'kysely';
import { buildFacts } from '../domain/build-facts.ts';
import { textLengths, type DecisionInputs } from '../domain/replay.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { PastMail } from '../domain/simulate.ts';
import { SAYING_EVENTS, saidOf, type SayingEvent } from '../domain/simulate/said.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import type { StoredAttachment } from './schema.ts';

/** Past mail for a back-test: the messages that opened conversations, in the order of their arrival. */

/** One transaction each: on PGlite a long one would keep the desk waiting. */
const BATCH = 200;

export interface PastRange {
  /** Arrivals from `since` on, before `until`. */
  readonly since: Date;
  readonly until: Date;
}

export interface PastBatch {
  readonly mails: readonly PastMail[];
  /** Mails whose text was erased since: they cannot be decided again. */
  readonly erased: number;
}

interface Row {
  readonly id: string;
  readonly conversation_id: string;
  readonly mailbox: string;
  readonly received_at: Date;
  readonly from_address: string;
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly attachments: StoredAttachment[];
  readonly inputs: DecisionInputs | null;
}

/** Reads past mails batch by batch; no transaction is open between two of them. */
export async function* readPastMails(store: Store, book: Rulebook, range: PastRange): AsyncGenerator<PastBatch> {
  let after: { at: Date; id: string } | undefined;
  for (;;) {
    const { rows, said } = await store.read(SYSTEM, async (tx) => {
      const read = await readRows(tx, range, after);
      return { rows: read, said: await readSaid(tx, read) };
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { at: last.received_at, id: last.id };
    const whole = rows.filter(isWhole);
    yield {
      mails: whole.map((row) => toPastMail(row, book, said.get(row.conversation_id) ?? [])),
      erased: rows.length - whole.length,
    };
  }
}

async function readRows(tx: Tx, range: PastRange, after: { at: Date; id: string } | undefined): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select m.id, m.conversation_id, m.mailbox, m.received_at, m.from_address, m.subject, m.body, m.quoted, m.attachments,
      (select d.inputs from aiguillage.decision d where d.conversation_id = m.conversation_id and d.message_id = m.id
        order by d.made_at, d.id limit 1) as inputs
    from aiguillage.message m
    where m.outcome = 'conversation' and m.direction = 'incoming' and m.conversation_id is not null
      and m.received_at >= ${range.since} and m.received_at < ${range.until}
      ${after === undefined ? sql`` : sql`and (m.received_at, m.id) > (${after.at}, ${after.id}::uuid)`}
    order by m.received_at, m.id
    limit ${BATCH}`.execute(tx);
  return rows;
}

/** What people said, by conversation. */
async function readSaid(tx: Tx, rows: readonly Row[]): Promise<Map<string, SayingEvent[]>> {
  const found = new Map<string, SayingEvent[]>();
  if (rows.length === 0) return found;
  const events = await tx
    .selectFrom('event')
    .select(['conversation_id', 'type', 'data'])
    .where(
      'conversation_id',
      'in',
      rows.map((row) => row.conversation_id),
    )
    .where('type', 'in', [...SAYING_EVENTS])
    .orderBy('seq')
    .execute();
  for (const { conversation_id, type, data } of events) {
    const list = found.get(conversation_id!) ?? [];
    list.push({ type, data: data as SayingEvent['data'] });
    found.set(conversation_id!, list);
  }
  return found;
}

function isWhole(row: Row): boolean {
  if (row.inputs === null) return true;
  const { chars } = row.inputs;
  const now = textLengths(row);
  return (Object.keys(now) as (keyof typeof now)[]).every((key) => now[key] === chars[key]);
}

function toPastMail(row: Row, book: Rulebook, events: readonly SayingEvent[]): PastMail {
  const profile = book.mailboxes.find(({ id }) => id === row.mailbox);
  const contacts = row.inputs?.history;
  const marks = row.inputs?.marks;
  const history = { prior_contacts: contacts?.length ?? 0, marks, ...(contacts === undefined ? {} : { contacts }) };
  return { id: row.id, facts: buildFacts(row, profile, history), said: saidOf(events) };
}

/** Mails of a range that nobody sorted yet: no back-test sees them. Of one mailbox, or of all. */
export async function untriagedBetween(
  tx: Tx,
  { since, until }: { readonly since?: Date; readonly until?: Date },
  mailbox?: string,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from aiguillage.message
    where direction = 'incoming' and outcome is null and status in ('received', 'parsed', 'decided')
      ${since === undefined ? sql`` : sql`and received_at >= ${since}`}
      ${until === undefined ? sql`` : sql`and received_at < ${until}`}
      ${mailbox === undefined ? sql`` : sql`and mailbox = ${mailbox}`}`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Subjects by message, as stored: whoever shows them masks them. */
export async function subjectsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'subject'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, subject }) => [id, subject]));
}

/** The beginning that leaves at most `mails_max` mails before `until`: the newest are kept. */
export async function sinceWithin(tx: Tx, { since, until }: PastRange, mails_max: number): Promise<Date> {
  const row = await tx
    .selectFrom('message')
    .select('received_at')
    .where('outcome', '=', 'conversation')
    .where('direction', '=', 'incoming')
    .where('received_at', '>=', since)
    .where('received_at', '<', until)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .offset(mails_max)
    .limit(1)
    .executeTakeFirst();
  // Those that arrived in the same millisecond fall away with it.
  return row === undefined ? since : new Date(row.received_at.getTime() + 1);
}

/** Conversations with an open clock at an instant, by the queue they are in now: what stood before the first mail. */
export async function backlogAt(tx: Tx, at: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{ queue: string; n: number }>`
    select c.queue, count(distinct r.conversation_id) as n
    from aiguillage.request r join aiguillage.conversation c on c.id = r.conversation_id
    where r.started_at < ${at} and (r.stopped_at is null or r.stopped_at >= ${at})
    group by c.queue`.execute(tx);
  return new Map(rows.map((row) => [row.queue, Number(row.n)]));
}
