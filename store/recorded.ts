import { sql, type SqlBool, type RawBuilder } from 'kysely';
import type { DecisionInputs, Recorded, RecordedRouting } from '../domain/replay.ts';
import { parseReference } from '../domain/reference.ts';
import type { Load } from '../domain/overflow.ts';
import type { Decision } from '../domain/route.ts';
import { hashMessageId } from '../mail/message-token.ts';
import type { Tx } from './database.ts';
import type { StoredAttachment } from './schema.ts';

/** Stored decisions with the mail they were made about: what `rules explain ID` and `rules replay` look at. */
export interface RecordedDecision extends Recorded {
  readonly id: string;
  readonly conversation_id: string;
  readonly ref: string;
  readonly message_id: string;
  readonly rulebook_digest: string;
  readonly model_digest: string;
}

interface Row {
  readonly id: string;
  readonly conversation_id: string;
  readonly ref: string;
  readonly message_id: string;
  readonly made_at: Date;
  readonly rulebook_digest: string;
  readonly model_digest: string;
  readonly engine: string;
  readonly outcome: Omit<Decision, 'trace' | 'evidence'>;
  readonly trace: Decision['trace'];
  readonly evidence: Decision['evidence'];
  readonly inputs: DecisionInputs | null;
  readonly load: Load | null;
  readonly routed: RecordedRouting | null;
  readonly mailbox: string;
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly attachments: StoredAttachment[];
  readonly from_address: string;
  readonly received_at: Date;
  readonly origin: string;
}

async function readDecisions(tx: Tx, where: RawBuilder<SqlBool>, order: RawBuilder<unknown>, limit: number) {
  const { rows } = await sql<Row>`
    select d.id, d.conversation_id, c.ref, d.message_id, d.made_at, d.rulebook_digest, d.model_digest, d.engine,
      d.outcome, d.trace, d.evidence, d.inputs, d.load, d.routed,
      m.mailbox, m.subject, m.body, m.quoted, m.attachments, m.from_address, m.received_at, m.origin
    from aiguillage.decision d
    join aiguillage.message m on m.id = d.message_id
    join aiguillage.conversation c on c.id = d.conversation_id
    where ${where} order by ${order} limit ${limit}`.execute(tx);
  return rows.map(toRecorded);
}

function toRecorded(row: Row): RecordedDecision {
  const { outcome, trace, evidence, mailbox, subject, body, quoted, attachments, from_address, ...others } = row;
  const { received_at, origin, ...rest } = others;
  return {
    ...rest,
    decision: { ...outcome, trace, evidence },
    mail: { mailbox, subject, body, quoted, attachments, from_address, received_at, origin },
  };
}

/** The newest decision about a message. */
export async function recordedOf(tx: Tx, message_id: string): Promise<RecordedDecision | undefined> {
  return (await readDecisions(tx, sql`d.message_id = ${message_id}::uuid`, sql`d.made_at desc, d.id desc`, 1))[0];
}

/** The decisions of a conversation, oldest first: one for each mail the member wrote. */
export async function recordedIn(tx: Tx, conversation_id: string, limit = 50): Promise<RecordedDecision[]> {
  return readDecisions(tx, sql`d.conversation_id = ${conversation_id}::uuid`, sql`d.made_at, d.id`, limit);
}

/** Decisions made in a range of time, newest first, a page at a time. */
export async function recordedBetween(
  tx: Tx,
  range: { readonly since: Date; readonly until: Date },
  before: { readonly made_at: Date; readonly id: string } | undefined,
  limit: number,
): Promise<RecordedDecision[]> {
  const page =
    before === undefined
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(d.made_at, d.id) < (${before.made_at}, ${before.id}::uuid)`;
  return readDecisions(
    tx,
    sql`d.made_at >= ${range.since} and d.made_at < ${range.until} and ${page}`,
    sql`d.made_at desc, d.id desc`,
    limit,
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which decision people mean. */
export interface Named {
  readonly conversation_id: string;
  /** Set when they named one mail of it. */
  readonly message_id?: string;
}

/** Finds what a reference, the id of a conversation or message, or a Message-ID names; undefined when nothing does. */
export async function findDecided(tx: Tx, name: string): Promise<Named | undefined> {
  const text = name.trim();
  if (UUID.test(text)) {
    const { rows } = await sql<{ conversation_id: string; message_id: string | null }>`
      select id as conversation_id, null::uuid as message_id from aiguillage.conversation where id = ${text}::uuid
      union all
      select conversation_id, id from aiguillage.message where id = ${text}::uuid and conversation_id is not null
      limit 1`.execute(tx);
    return named(rows[0]);
  }
  const ref = parseReference(text);
  if (ref !== undefined) {
    const row = await tx.selectFrom('conversation').select('id').where('ref', '=', ref).executeTakeFirst();
    return row === undefined ? undefined : { conversation_id: row.id };
  }
  const hash = text.includes('@') ? hashMessageId(text) : null;
  if (hash === null) return undefined;
  const row = await tx
    .selectFrom('message')
    .select(['conversation_id', 'id as message_id'])
    .where('message_id_hash', '=', hash)
    .where('outcome', 'in', ['conversation', 'joined'])
    .orderBy('id')
    .executeTakeFirst();
  return named(row);
}

function named(row: { conversation_id: string | null; message_id: string | null } | undefined): Named | undefined {
  if (row === undefined || row.conversation_id === null) return undefined;
  return { conversation_id: row.conversation_id, ...(row.message_id === null ? {} : { message_id: row.message_id }) };
}
