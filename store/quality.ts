import { sql } from 'kysely';
import type { FlagWords, MotifPair, QualityCounts, ReadAgain } from '../domain/quality.ts';
import { ANSWER_LIKE } from './figure-count.ts';
import { REPEAT_MS } from '../domain/figure-life.ts';
import type { Tx } from './database.ts';

/**
 * What the quality page is made of (domain/quality.ts), each from one scan of something narrow: what the event log's
 * trigger keeps of decisions and judgements, the figure's projection (which must have been told first), and the samples.
 * @param from included @param until not included
 */
export async function countQuality(tx: Tx, from: Date, until: Date, now: Date): Promise<QualityCounts> {
  await sql`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`.execute(tx);
  const within = (column: string) => sql`${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${until}`;
  const decided = await sql<QualityCounts['decided'][number]>`
    select queue, abstained, count(*)::int as n from aiguillage.quality_decision where ${within('at')}
    group by queue, abstained`.execute(tx);
  const pairs = await sql<MotifPair>`
    select guessed, given, abstained, count(*)::int as n from aiguillage.quality_motif where ${within('at')}
    group by guessed, given, abstained`.execute(tx);
  // Grouped by columns as they stand: the planner knows how few values they have, and shares the scan out.
  const judged = new Date(now.getTime() - REPEAT_MS);
  const requests = await sql<RequestRow>`
    select level, queue, motif, motif_parent, count(*)::int as n,
      (count(*) filter (where stopped_at <= ${judged}))::int as base,
      (count(*) filter (where stopped_at <= ${judged} and repeat_at is not null))::int as again
    from aiguillage.figure_request
    where now_from <= ${now} and now_until = 'infinity' and ${within('started_at')} and ${ANSWER_LIKE}
    group by level, queue, motif, motif_parent`.execute(tx);
  const repeats = Map.groupBy(requests.rows, ({ motif, motif_parent }) => motif_parent ?? motif);
  return {
    decided: decided.rows,
    pairs: pairs.rows,
    levels: requests.rows,
    flags: await countFlags(tx, from, until),
    repeats: [...repeats]
      .map(([motif, rows]) => ({
        motif,
        base: rows.reduce((all, { base }) => all + base, 0),
        again: rows.reduce((all, { again }) => all + again, 0),
      }))
      .filter(({ base }) => base > 0),
    read_again: await countReadAgain(tx, from, until),
    people: await peopleOf(tx),
  };
}

interface RequestRow {
  readonly level: 'n1' | 'expert' | null;
  readonly queue: string | null;
  readonly motif: string | null;
  readonly motif_parent: string | null;
  readonly n: number;
  readonly base: number;
  readonly again: number;
}

/** Mails the machine put the mark of a word on, in its conversation. */
const raisedOn = sql`select from aiguillage.quality_decision d
  where d.conversation_id = w.conversation_id and d.flags <> '{}' and w.flag = any(d.flags)`;

/** Per mark: conversations the machine put it on, those a person took it from since, those a person had to put it on. */
async function countFlags(tx: Tx, from: Date, until: Date): Promise<FlagWords[]> {
  const { rows } = await sql<FlagWords>`
    with word as (
      select distinct on (conversation_id, data ->> 'flag') conversation_id, data ->> 'flag' as flag, type, occurred_at
      from aiguillage.event
      where type in ('conversation.flag_added', 'conversation.flag_removed') and occurred_at >= ${from}
      order by conversation_id, data ->> 'flag', seq desc)
    select flag, sum(raised)::int as raised, sum(removed)::int as removed, sum(missed)::int as missed from (
      select f.flag, count(distinct d.conversation_id) as raised, 0 as removed, 0 as missed
      from aiguillage.quality_decision d cross join unnest(d.flags) as f (flag)
      where d.flags <> '{}' and d.at >= ${from} and d.at < ${until} group by f.flag
      union all
      select w.flag, 0, count(*), 0 from word w
      where w.type = 'conversation.flag_removed' and exists (${raisedOn} and d.at >= ${from} and d.at < ${until})
      group by w.flag
      union all
      select w.flag, 0, 0, count(*) from word w
      where w.type = 'conversation.flag_added' and w.occurred_at < ${until} and not exists (${raisedOn})
      group by w.flag) each_side
    group by flag`.execute(tx);
  return rows;
}

async function countReadAgain(tx: Tx, from: Date, until: Date): Promise<ReadAgain[]> {
  const { rows } = await sql<Omit<ReadAgain, 'findings'> & { verdict: string | null }>`
    select 'partner' as source, pool as queue, verdict, count(*)::int as drawn from aiguillage.pool_answer
    where sampled and answered_at >= ${from} and answered_at < ${until} group by pool, verdict
    union all
    select 'replies', queue, verdict, count(*)::int from aiguillage.reply_sample
    where answered_at >= ${from} and answered_at < ${until} group by queue, verdict
    union all
    select 'direct', queue, verdict, count(*)::int from aiguillage.direct_sample
    where sampled_at >= ${from} and sampled_at < ${until} group by queue, verdict
    order by source, queue, verdict`.execute(tx);
  return rows.map(({ verdict, ...row }) => ({ ...row, findings: verdict === null ? {} : { [verdict]: row.drawn } }));
}

/** Accounts that answer members, by what they answer: how many a team is, nobody's name. */
async function peopleOf(tx: Tx): Promise<{ queues: readonly string[] }[]> {
  const rows = await tx
    .selectFrom('agent')
    .select(['queues', 'pool'])
    .where('disabled', '=', false)
    .where('role', 'in', ['agent', 'referent', 'supervisor', 'partner'])
    .execute();
  return rows.map(({ queues, pool }) => ({ queues: pool === null ? queues : [pool] }));
}

/** Throws away what the trigger kept and makes it again from the log; part of `report retell`. */
export async function retellQuality(tx: Tx): Promise<void> {
  // Events written meanwhile wait; what they say comes after.
  await sql`lock table aiguillage.quality_decision, aiguillage.quality_motif in share row exclusive mode`.execute(tx);
  await sql`delete from aiguillage.quality_decision`.execute(tx);
  await sql`delete from aiguillage.quality_motif`.execute(tx);
  await sql`insert into aiguillage.quality_decision (message_id, conversation_id, at, abstained, queue, flags)
    select distinct on (message_id) message_id, conversation_id, occurred_at,
      coalesce((data ->> 'abstained')::boolean, false), coalesce(data ->> 'queue', ''),
      array(select jsonb_array_elements_text(coalesce(data -> 'flags', '[]')))
    from aiguillage.event where type = 'conversation.decided' and message_id is not null and conversation_id is not null
    order by message_id, seq`.execute(tx);
  await sql`insert into aiguillage.quality_motif (conversation_id, seq, at, abstained, guessed, given)
    select distinct on (conversation_id) conversation_id, seq, occurred_at,
      coalesce((data ->> 'abstained')::boolean, false), data ->> 'guessed', data ->> 'to'
    from aiguillage.event where type = 'conversation.motif_confirmed' and conversation_id is not null
      and data ->> 'to' is not null
    order by conversation_id, seq desc`.execute(tx);
}
