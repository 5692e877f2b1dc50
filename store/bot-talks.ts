import type { Insertable, Selectable } from 'kysely';
import type { BotEvent, BotState } from '../domain/bot/state.ts';
import { AiguillageError } from '../domain/errors.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { newId } from './ids.ts';
import type { BotConversationTable, BotTurnTable } from './schema-bot.ts';

/** Rows of the bot's talks. What is done with them is in store/bot-requests.ts. */
export type BotTalk = Selectable<BotConversationTable>;

/** A talk is not a book: past this a portal has a loop. */
export const ENTRIES_MAX = 400;

/** Holds the talk until the transaction ends. @throws AiguillageError NOT_FOUND also for a talk of another portal */
export async function lockTalk(tx: Tx, portal: string, id: string): Promise<BotTalk> {
  const row = await tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where('id', '=', id)
    .where('portal', '=', portal)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  return row;
}

/** @throws AiguillageError NOT_FOUND */
export async function readTalk(tx: Tx, portal: string, id: string): Promise<BotTalk> {
  const row = await tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where('id', '=', id)
    .where('portal', '=', portal)
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  return row;
}

export async function insertTalk(
  tx: Tx,
  talk: Pick<BotTalk, 'portal' | 'account' | 'member' | 'mode' | 'state'>,
  now: Date,
): Promise<BotTalk> {
  return tx
    .insertInto('bot_conversation')
    .values({
      ...talk,
      id: newId(now.getTime()),
      member: JSON.stringify(talk.member),
      state: JSON.stringify(talk.state),
      status: talk.state.status,
      last_activity_at: now,
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What the member typed, by turn number minus one. */
export async function saidIn(tx: Tx, talk: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('bot_turn')
    .select('text')
    .where('bot_conversation_id', '=', talk)
    .where('what', '=', 'turn')
    .orderBy('turn')
    .execute();
  return rows.map(({ text }) => text);
}

export interface EntryKey {
  readonly portal: string;
  /** The portal's Idempotency-Key. */
  readonly idem_key: string;
  readonly request_hash: Buffer;
}

/**
 * The answer this request got before, if it did.
 * @throws AiguillageError IDEMPOTENCY_REUSED when the key came with something else
 */
export async function answeredBefore(tx: Tx, key: EntryKey): Promise<string | undefined> {
  const row = await tx
    .selectFrom('bot_turn')
    .select(['request_hash', 'answer'])
    .where('portal', '=', key.portal)
    .where('idem_key', '=', key.idem_key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (!key.request_hash.equals(Buffer.from(row.request_hash))) throw new AiguillageError('IDEMPOTENCY_REUSED');
  return row.answer;
}

/** True for the error of a twin request that was first: asked again, it finds that one's answer. */
export function isTwin(error: unknown): boolean {
  const { code, constraint, message } = error as { code?: unknown; constraint?: unknown; message?: unknown };
  return code === '23505' && `${String(constraint)} ${String(message)}`.includes('bot_turn_portal_idem_key');
}

export interface Change {
  readonly state: BotState;
  readonly events: readonly BotEvent[];
  readonly answer_due_at?: Date | null;
  readonly handover_message?: string;
  readonly conversation_id?: string;
}

/** Writes the state and appends what happened, as one with whatever else the transaction holds. */
export async function saveTalk(tx: Tx, talk: BotTalk, change: Change, now: Date, entries = 0): Promise<void> {
  const { state, events, ...columns } = change;
  await tx
    .updateTable('bot_conversation')
    .set({
      ...columns,
      state: JSON.stringify(state),
      status: state.status,
      last_activity_at: new Date(state.last_activity_at),
      entries: talk.entries + entries,
    })
    .where('id', '=', talk.id)
    .execute();
  const conversation_id = columns.conversation_id ?? talk.conversation_id;
  await appendEvents(
    tx,
    SYSTEM,
    now,
    events.map((event) => toEvent(event, talk, state, conversation_id, now)),
  );
}

function toEvent(
  event: BotEvent,
  talk: Pick<BotTalk, 'id' | 'portal'>,
  state: BotState,
  conversation_id: string | null,
  now: Date,
): NewEvent {
  const { event: name, ...rest } = event;
  const detail = 'failure' in rest ? { ...rest.failure } : rest;
  const motif = name === 'offered' || name === 'accepted' ? { motif: state.motif, failed: state.failed } : {};
  return {
    type: `bot.${name}`,
    occurred_at: now,
    conversation_id,
    data: { bot: talk.id, portal: talk.portal, ...motif, ...detail },
  };
}

/** Appends what was asked and what was answered. */
export async function appendEntry(
  tx: Tx,
  talk: Pick<BotTalk, 'id' | 'entries'>,
  entry: Omit<Insertable<BotTurnTable>, 'id' | 'bot_conversation_id' | 'n'>,
): Promise<void> {
  await tx
    .insertInto('bot_turn')
    .values({ ...entry, id: newId(entry.at.getTime()), bot_conversation_id: talk.id, n: talk.entries + 1 })
    .execute();
}
