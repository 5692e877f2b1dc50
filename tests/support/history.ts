import { readFileSync } from 'node:fs';
import type { ReplyType } from '../../domain/conversation.ts';
import type { SiteCalendar, SlaPolicy } from '../../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { openRequest, stopRequests, type NewRequest, type StopReason } from '../../store/requests.ts';

/** Conversations with clocks, for tests of requests and reports; and histories of tests/fixtures/history brought in. */

export const NORD: SiteCalendar = {
  id: 'nord',
  zone: 'Europe/Paris',
  hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '17:30' })),
  alsace_moselle: 'none',
  local_closures: [],
};

export const POLICY: SlaPolicy = {
  id: 'courriel-48h',
  hours: 48,
  headline: 'elapsed',
  calendar: 'nord',
  warn_before_hours: 8,
  from: '2021-06-01',
};

/** An empty queued conversation. @returns its id. */
export async function addConversation(tx: Tx, at: Date): Promise<string> {
  const id = newId();
  const sender_key = `membre-${id}@courriel.example`;
  await tx.insertInto('sender').values({ key: sender_key, first_seen_at: at }).execute();
  await tx
    .insertInto('conversation')
    .values({
      id,
      ref: id,
      mailbox: 'pfs-assures',
      sender_key,
      status: 'queued',
      queue: 'n1',
      level: 'n1',
      first_received_at: at,
      last_received_at: at,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
}

/** An incoming message row of a conversation. @returns its id. */
export async function addMessage(tx: Tx, conversation_id: string | null, at: Date): Promise<string> {
  const id = newId();
  await tx
    .insertInto('message')
    .values({
      id,
      conversation_id,
      direction: 'incoming',
      mailbox: 'pfs-assures',
      status: 'dispatched',
      received_at: at,
      ingested_at: at,
    })
    .execute();
  return id;
}

/** A request of `message_id` with ordinary values; `over` for what the test is about. */
export function request(
  message_id: string,
  conversation_id: string | null,
  at: Date,
  over: Partial<NewRequest> = {},
): NewRequest {
  return {
    message_id,
    conversation_id,
    started_at: at,
    policy: POLICY,
    calendar: NORD,
    mailbox: 'pfs-assures',
    motif: 'carte-vitale',
    level: 'n1',
    queue: 'n1',
    origin: 'imap',
    ...over,
  };
}

/** Brings in a history file in the order it happened, all recorded at `recorded_at`. */
export async function importHistory(store: Store, name: string, recorded_at: Date): Promise<void> {
  const text = readFileSync(new URL(`../fixtures/history/${name}.csv`, import.meta.url), 'utf8');
  await store.write(SYSTEM, async (tx) => {
    const conversations = new Map<string, string>();
    for (const line of text.trim().split('\n').slice(1)) {
      const [at_text, kind, letter, , what, motif] = line.split(',') as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const at = new Date(at_text);
      const conversation_id = conversations.get(letter) ?? (await addConversation(tx, at));
      conversations.set(letter, conversation_id);
      if (kind === 'stop') await stopRequests(tx, SYSTEM, conversation_id, at, reason(what), recorded_at);
      else {
        const message_id = await addMessage(tx, conversation_id, at);
        await openRequest(
          tx,
          SYSTEM,
          recorded_at,
          request(message_id, conversation_id, at, { motif, origin: 'import' }),
        );
      }
    }
  });
}

function reason(what: string): StopReason {
  switch (what) {
    case 'redirected':
    case 'redirected-not-told':
      return { kind: 'closed', code: 'redirected', notice: what === 'redirected', confirmed: true };
    case 'no_answer_needed':
    case 'answered_with_other':
      return { kind: 'closed', code: what, confirmed: true };
    case 'closed_without_answer':
      return { kind: 'closed', code: what, confirmed: false };
    default:
      return { kind: 'answered', reply_type: what as ReplyType };
  }
}
