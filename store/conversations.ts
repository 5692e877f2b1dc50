import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { ConversationStatus } from '../domain/conversation.ts';
import { parseReference } from '../domain/reference.ts';
import type { Agent } from './agents.ts';
import type { Tx } from './database.ts';
import type { Conversation } from './intake.ts';
import { inSight } from './scope.ts';

/** Lists of conversations for the desk: by queue, by status, by what people search for. */

export interface ListFilter {
  readonly queue?: string | undefined;
  readonly status?: ConversationStatus | undefined;
  /** The motif a person gave, else the machine's. */
  readonly motif?: string | undefined;
  readonly flag?: string | undefined;
  readonly mailbox?: string | undefined;
  /** Any of these motifs; '' stands for none. */
  readonly motifs?: readonly string[] | undefined;
  /** Not answered yet: queued, taken, or waiting for the member. */
  readonly open?: boolean | undefined;
  /** A further condition, of {@link inPile}. */
  readonly pile?: RawBuilder<SqlBool> | undefined;
  /** Received from the first instant on, before the second. */
  readonly received?: readonly [Date, Date] | undefined;
  /** What a person made of a motif of the machine's, when they said so from the first instant on, before the second. */
  readonly corrected?:
    { readonly guessed: string | null; readonly given: string; readonly at: readonly [Date, Date] } | undefined;
  /** A reference, the exact address of a sender, or words of a subject. */
  readonly q?: string | undefined;
  /** Held by this agent. */
  readonly holder?: string | undefined;
  readonly cursor?: ListCursor | undefined;
  /** Rows of one page. */
  readonly limit: number;
}

/** The last row of the page before. */
export interface ListCursor {
  /** 0 (P0) to 3. */
  readonly urgency: number;
  /** ISO instant; null where no clock runs, which comes last. */
  readonly due: string | null;
  readonly id: string;
}

export type ListedConversation = Pick<
  Conversation,
  | 'id'
  | 'ref'
  | 'mailbox'
  | 'channel'
  | 'subject'
  | 'sender_name'
  | 'status'
  | 'queue'
  | 'level'
  | 'motif'
  | 'motif_confirmed'
  | 'abstained'
  | 'flags'
  | 'urgency'
  | 'due_elapsed_at'
  | 'due_working_at'
  | 'legal_due_at'
  | 'first_received_at'
  | 'last_received_at'
  | 'holder'
  | 'held_until'
  | 'closing_code'
  | 'reading'
>;

export const LIST_COLUMNS = [
  'id',
  'ref',
  'mailbox',
  'channel',
  'subject',
  'sender_name',
  'status',
  'queue',
  'level',
  'motif',
  'motif_confirmed',
  'abstained',
  'flags',
  'urgency',
  'due_elapsed_at',
  'due_working_at',
  'legal_due_at',
  'first_received_at',
  'last_received_at',
  'holder',
  'held_until',
  'closing_code',
  'reading',
] as const satisfies readonly (keyof ListedConversation)[];

const DUE = sql<Date>`coalesce(conversation.due_elapsed_at, 'infinity'::timestamptz)`;

/**
 * One page, in the order the desk hands work out: urgency, then the earliest deadline. Pages follow (urgency, deadline,
 * id), so that work done meanwhile shifts nothing.
 */
export async function listConversations(tx: Tx, agent: Agent, filter: ListFilter): Promise<ListedConversation[]> {
  const { queue, status, motif, flag, q, holder, cursor, limit, mailbox, motifs, open, received, pile, corrected } =
    filter;
  return (
    tx
      .selectFrom('conversation')
      .select(LIST_COLUMNS)
      .where(inSight(agent))
      // Its messages are elsewhere; whoever searches its reference is led there.
      .$if(q === undefined, (query) => query.where('joined_to', 'is', null))
      .$if(queue !== undefined, (query) => query.where('queue', '=', queue!))
      .$if(status !== undefined, (query) => query.where('status', '=', status!))
      .$if(motif !== undefined, (query) => query.where(sql`coalesce(motif_confirmed, motif)`, '=', motif))
      .$if(flag !== undefined, (query) => query.where(sql<SqlBool>`${flag!} = any(flags)`))
      .$if(mailbox !== undefined, (query) => query.where('mailbox', '=', mailbox!))
      .$if(motifs !== undefined, (query) => query.where(sql`coalesce(motif_confirmed, motif, '')`, 'in', motifs!))
      .$if(pile !== undefined, (query) => query.where(pile!))
      .$if(open === true, (query) => query.where('status', 'in', ['queued', 'assigned', 'waiting']))
      .$if(received !== undefined, (query) =>
        query.where('first_received_at', '>=', received![0]).where('first_received_at', '<', received![1]),
      )
      .$if(corrected !== undefined, (query) => query.where(correctedAs(corrected!)))
      .$if(holder !== undefined, (query) => query.where('holder', '=', holder!))
      .$if(q !== undefined, (query) => query.where(searched(q!, agent)))
      .$if(cursor !== undefined, (query) =>
        query.where(
          sql<SqlBool>`(urgency, ${DUE}, conversation.id) > (${cursor!.urgency}::smallint, ${cursor!.due ?? 'infinity'}::timestamptz, ${cursor!.id}::uuid)`,
        ),
      )
      .orderBy('urgency')
      .orderBy(DUE)
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}

function correctedAs({ guessed, given, at }: NonNullable<ListFilter['corrected']>): RawBuilder<SqlBool> {
  return sql<SqlBool>`conversation.id in (select conversation_id from aiguillage.quality_motif
    where at >= ${at[0]} and at < ${at[1]} and given = ${given} and guessed is not distinct from ${guessed}::text)`;
}

/** Letters whose accent is dropped; the same two strings stand in the index of the first migration. */
const FROM = "àâäáãéèêëíîïìóôöòõúùûüçñÿ'’";
const TO = 'aaaaaeeeeiiiiooooouuuucny  ';

/** A partner's words with figures in them find nothing: group by group they would give a number away that is masked to it. */
function searched(q: string, agent: Agent): RawBuilder<SqlBool> {
  const ref = parseReference(q);
  if (ref !== undefined) return sql<SqlBool>`conversation.ref = ${ref}`;
  const text = q.trim().toLowerCase();
  // An address is matched whole: part of one would let anybody browse the members of a domain.
  if (text.includes('@')) return sql<SqlBool>`conversation.sender_key = ${text}`;
  const words = agent.role === 'partner' && /\p{N}/u.test(text) ? '' : text;
  return sql<SqlBool>`to_tsvector('simple'::regconfig, translate(lower(conversation.subject), ${sql.lit(FROM)}, ${sql.lit(TO)}))
    @@ plainto_tsquery('simple'::regconfig, translate(${words}, ${sql.lit(FROM)}, ${sql.lit(TO)}))`;
}

export interface QueueCount {
  readonly queue: string;
  readonly queued: number;
  readonly assigned: number;
  readonly waiting: number;
  /** Reception of the oldest conversation not yet answered. */
  readonly oldest_at: Date | null;
  /** Conversations past their deadline on the elapsed clock. */
  readonly late: number;
}

/** What waits where. A partner counts its pool only; figures of reserved queues are no secret among own staff. */
export async function countQueues(tx: Tx, agent: Agent, now: Date): Promise<QueueCount[]> {
  const rows = await tx
    .selectFrom('conversation')
    .select((eb) => [
      'queue',
      eb.fn.countAll<number>().filterWhere('status', '=', 'queued').as('queued'),
      eb.fn.countAll<number>().filterWhere('status', '=', 'assigned').as('assigned'),
      eb.fn.countAll<number>().filterWhere('status', '=', 'waiting').as('waiting'),
      sql<Date | null>`min(first_received_at) filter (where status in ('queued', 'assigned'))`.as('oldest_at'),
      sql<number>`count(*) filter (where status in ('queued', 'assigned') and due_elapsed_at < ${now})`.as('late'),
    ])
    .where('status', 'in', ['queued', 'assigned', 'waiting'])
    .$if(agent.role === 'partner', (query) => query.where(inSight(agent)))
    .groupBy('queue')
    .orderBy('queue')
    .execute();
  return rows.map((row) => ({
    ...row,
    queued: Number(row.queued),
    assigned: Number(row.assigned),
    waiting: Number(row.waiting),
    late: Number(row.late),
  }));
}

/** Other conversations of a sender that this person may see, newest first. */
export async function contactsOf(
  tx: Tx,
  agent: Agent,
  sender_key: string,
  except: string,
  limit: number,
): Promise<ListedConversation[]> {
  return tx
    .selectFrom('conversation')
    .select(LIST_COLUMNS)
    .where('sender_key', '=', sender_key)
    .where('id', '<>', except)
    .where('joined_to', 'is', null)
    .where(inSight(agent))
    .orderBy('last_received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
