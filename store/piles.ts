import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { dayOf, dayStart, DAY_MS, PARIS } from '../domain/days.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';

/**
 * What a stock is made of when somebody sorts it on a Monday: conversations that wait, in piles that each ask for another
 * act. A pile proposes; a person looks and decides (law 8). One conversation may lie in several.
 */
export const PILES = ['p0', 'p1', 'late', 'today', 'thanks', 'copies', 'pieces', 'elsewhere', 'waves'] as const;
export type Pile = (typeof PILES)[number];

/** Of the motifs of domain §3.2: out of our competence; nothing to answer. */
const ELSEWHERE_NUMBER = 36;
const THANKS_NUMBER = 37;
/** The rule for mail of another caisse, as the shipped routing.yaml names it. */
const OTHER_CAISSE_RULE = 'autre-caisse';
/** « Ci-joint le document demandé, cordialement » says nothing more. */
const BARE_CHARS = 160;

const MOTIF = sql`coalesce(conversation.motif_confirmed, conversation.motif)`;
const NEWEST = sql`(select m.id from aiguillage.message m where m.conversation_id = conversation.id
  and m.direction = 'incoming' order by m.received_at desc limit 1)`;

/** True for the conversations of a pile; all of them wait in a queue. */
export function inPile(pile: Pile, book: Pick<Rulebook, 'motifs'>, now: Date): RawBuilder<SqlBool> {
  return sql<SqlBool>`(conversation.status = 'queued' and ${rule(pile, book, now)})`;
}

function rule(pile: Pile, book: Pick<Rulebook, 'motifs'>, now: Date): RawBuilder<SqlBool> {
  const motifs = (number: number): string[] => book.motifs.filter((one) => one.number === number).map(({ id }) => id);
  switch (pile) {
    case 'p0':
      return sql<SqlBool>`conversation.urgency = 0`;
    case 'p1':
      return sql<SqlBool>`conversation.urgency = 1`;
    case 'late':
      return sql<SqlBool>`conversation.due_at < ${now}`;
    case 'today': {
      const end = new Date(dayStart(dayOf(now.getTime(), PARIS) + 1, PARIS));
      return sql<SqlBool>`(conversation.due_at >= ${now} and conversation.due_at < ${end})`;
    }
    case 'thanks':
      return sql<SqlBool>`${MOTIF} = any(${motifs(THANKS_NUMBER)}::text[])`;
    case 'elsewhere':
      return sql<SqlBool>`(${MOTIF} = any(${motifs(ELSEWHERE_NUMBER)}::text[]) or exists (
        select 1 from aiguillage.decision d where d.conversation_id = conversation.id
          and d.outcome ->> 'rule' = ${OTHER_CAISSE_RULE}))`;
    case 'copies':
      // The newer ones of a person who waits with several: the oldest is answered, the others with it.
      return sql<SqlBool>`conversation.id in (select id from (
        select c.id, row_number() over (partition by c.sender_key, coalesce(c.motif_confirmed, c.motif)
          order by c.first_received_at, c.id) as n
        from aiguillage.conversation c where c.status in ('queued', 'assigned')) of_sender where n > 1)`;
    case 'pieces':
      return sql<SqlBool>`exists (select 1 from aiguillage.message n where n.id = ${NEWEST}
        and n.attachments <> '[]'::jsonb and length(n.body) <= ${BARE_CHARS})`;
    case 'waves':
      return sql<SqlBool>`exists (select 1 from aiguillage.wave_member w
        join aiguillage.wave v on v.id = w.wave_id and v.status in ('proposed', 'active')
        where w.conversation_id = conversation.id)`;
  }
}

/** Those that look into other tables: one scan each is much cheaper than a look-up a row. */
const APART: readonly Pile[] = ['copies', 'pieces', 'elsewhere', 'waves'];

/** How many lie in each pile. */
export async function countPiles(tx: Tx, book: Pick<Rulebook, 'motifs'>, now: Date): Promise<Record<Pile, number>> {
  const together = PILES.filter((pile) => !APART.includes(pile));
  const columns = together.map(
    (pile) => sql`count(*) filter (where ${rule(pile, book, now)})::int as ${sql.ref(pile)}`,
  );
  const { rows } = await sql<Record<Pile, number>>`select ${sql.join(columns)}
    from aiguillage.conversation where conversation.status = 'queued'`.execute(tx);
  const counts = { ...rows[0]! };
  for (const pile of APART) {
    const apart = await sql<{ n: number }>`select count(*)::int as n from aiguillage.conversation
      where ${inPile(pile, book, now)}`.execute(tx);
    counts[pile] = apart.rows[0]!.n;
  }
  return counts;
}

/** Upper ends of the classes of age, days; the last class has none. */
export const AGE_DAYS = [1, 2, 5, 10, 30] as const;

export interface QueueAges {
  readonly queue: string;
  /** One number a class, from the youngest. */
  readonly ages: readonly number[];
}

/** What waits or is being answered, by how long the oldest unanswered mail of it has waited, in real days. */
export async function countAges(tx: Tx, now: Date): Promise<QueueAges[]> {
  const edges = AGE_DAYS.map((days) => new Date(now.getTime() - days * DAY_MS).toISOString()).reverse();
  const { rows } = await sql<{ queue: string; class: number; n: number }>`
    select queue, width_bucket(coalesce(open_since, last_received_at), ${edges}::timestamptz[]) as class, count(*)::int as n
    from aiguillage.conversation where status in ('queued', 'assigned') group by 1, 2`.execute(tx);
  const queues = new Map<string, number[]>();
  for (const row of rows) {
    const ages = queues.get(row.queue) ?? Array.from({ length: AGE_DAYS.length + 1 }, () => 0);
    // Bucket 0 lies before the first edge: the oldest.
    ages[AGE_DAYS.length - row.class] = row.n;
    queues.set(row.queue, ages);
  }
  return [...queues].map(([queue, ages]) => ({ queue, ages })).sort((a, b) => (a.queue < b.queue ? -1 : 1));
}
