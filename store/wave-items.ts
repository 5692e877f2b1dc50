import { sql } from 'kysely';
import type { ConversationStatus } from '../domain/conversation.ts';
import type { Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { inSight } from './scope.ts';

/** The conversations of a wave with all that decides whether a group reply may answer them (domain/wave/group.ts). */

export interface WaveRow {
  readonly id: string;
  readonly ref: string;
  readonly sender_key: string;
  readonly sender_name: string;
  readonly mailbox: string;
  readonly queue: string;
  readonly subject: string;
  readonly motif: string | null;
  readonly motif_confirmed: string | null;
  readonly flags: string[];
  readonly status: ConversationStatus;
  readonly restricted: boolean;
  readonly holder: string | null;
  readonly held_until: Date | null;
  readonly first_received_at: Date;
  readonly last_received_at: Date;
  /** 0–1, of the mail that made it a member. */
  readonly similarity: number;
  readonly how: string;
  /** The strongest of its marks and of what the machine ever read in it. */
  readonly urgency: number;
  readonly secondary: string[];
  readonly attachments: number;
  readonly incoming: number;
  readonly outgoing: number;
  /** The member mail, once it is sorted. */
  readonly message: string | null;
  readonly from_name: string;
  readonly from_address: string;
  readonly answered_subject: string;
  readonly message_id: string;
  readonly in_reply_to: string;
  readonly refs: string[];
  readonly excerpt: string;
  readonly sibling_open: boolean;
  /** Part of a group reply that is on its way. */
  readonly being_answered: boolean;
  readonly live: boolean;
}

/** An excerpt of a mail, as shown in a list. */
const EXCERPT_CHARS = 400;

/**
 * Members in sight of this person, those that wait first, oldest first.
 * @param only one conversation: the look before its sending
 */
export async function waveRows(
  tx: Tx,
  agent: Agent,
  wave: string,
  { limit, only }: { readonly limit: number; readonly only?: string },
): Promise<WaveRow[]> {
  const rows = await tx
    .selectFrom('wave_member as w')
    .innerJoin('conversation', 'conversation.id', 'w.conversation_id')
    .innerJoin('message as m', 'm.id', 'w.message_id')
    .leftJoin('mailbox', 'mailbox.id', 'conversation.mailbox')
    .select([
      ...(['id', 'ref', 'sender_key', 'sender_name', 'mailbox', 'queue', 'subject', 'motif', 'flags'] as const).map(
        (column) => `conversation.${column}` as const,
      ),
      ...(['motif_confirmed', 'status', 'restricted', 'holder', 'held_until'] as const).map(
        (column) => `conversation.${column}` as const,
      ),
    ])
    .select(['conversation.first_received_at', 'conversation.last_received_at', 'w.similarity', 'w.how'])
    .select(['m.from_name', 'm.from_address', 'm.subject as answered_subject', 'm.message_id', 'm.in_reply_to'])
    .select(['m.refs', 'm.id as member', 'm.status as message_status'])
    .select([
      sql<string>`left(m.body, ${EXCERPT_CHARS})`.as('excerpt'),
      sql<number>`least(conversation.urgency, (select min((d.outcome ->> 'urgency')::int) from aiguillage.decision d
        where d.conversation_id = conversation.id))`.as('urgency'),
      sql<string[]>`array(select distinct s from aiguillage.decision d,
        jsonb_array_elements_text(coalesce(d.outcome -> 'secondary', '[]')) s
        where d.conversation_id = conversation.id)`.as('secondary'),
      sql<number>`(select coalesce(sum(jsonb_array_length(i.attachments)), 0)::int from aiguillage.message i
        where i.conversation_id = conversation.id and i.direction = 'incoming')`.as('attachments'),
      sql<number>`(select count(*)::int from aiguillage.message i where i.conversation_id = conversation.id
        and i.direction = 'incoming' and i.outcome in ('conversation', 'joined'))`.as('incoming'),
      sql<number>`(select count(*)::int from aiguillage.message o where o.conversation_id = conversation.id
        and o.direction = 'outgoing')`.as('outgoing'),
      sql<boolean>`exists (select 1 from aiguillage.conversation o where o.sender_key = conversation.sender_key
        and o.id <> conversation.id and o.status in ('queued', 'assigned'))`.as('sibling_open'),
      sql<boolean>`exists (select 1 from aiguillage.group_reply_item g where g.conversation_id = conversation.id
        and g.status = 'pending')`.as('being_answered'),
      sql<boolean>`coalesce(mailbox.mode = 'live', false)`.as('live'),
    ])
    .where('w.wave_id', '=', wave)
    .where(inSight(agent) as never)
    .$if(only !== undefined, (query) => query.where('w.conversation_id', '=', only!))
    .orderBy(sql`conversation.status in ('queued', 'assigned')`, 'desc')
    .orderBy('conversation.first_received_at')
    .orderBy('conversation.id')
    .limit(limit)
    .execute();
  return rows.map(({ member, message_status, ...row }) => ({
    ...row,
    message: message_status === 'dispatched' ? member : null,
  })) as WaveRow[];
}

/** The whole text of some mails, for the samples of a list. */
export async function bodiesOf(tx: Tx, messages: readonly string[]): Promise<Map<string, string>> {
  if (messages.length === 0) return new Map();
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'body'])
    .where('id', 'in', [...messages])
    .execute();
  return new Map(rows.map(({ id, body }) => [id, body]));
}
