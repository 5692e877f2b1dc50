import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { isReplyDrawn, replyReadingOf } from '../domain/reply-reading.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { foldTeams, type FoldedTeam, type OfTeam } from '../domain/team-fold.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { Conversation } from './intake.ts';
import type { Verdict } from './schema-overflow.ts';
import { inSight } from './scope.ts';

/** Replies drawn by hash and read after they left. Nobody's name is written, listed or counted: texts are judged. */

/** Keeps a row for a reply that the hash draws. */
export async function sampleReply(
  tx: Tx,
  book: Rulebook,
  { id, queue, motif, motif_confirmed }: Conversation,
  message_id: string,
  now: Date,
): Promise<void> {
  if (!isReplyDrawn(replyReadingOf(book), message_id)) return;
  await tx
    .insertInto('reply_sample')
    .values({ message_id, conversation_id: id, queue, motif: motif_confirmed ?? motif, answered_at: now })
    .execute();
}

/** A reply to read again. */
export interface ReplySample {
  readonly message: string;
  readonly conversation: string;
  readonly ref: string;
  readonly queue: string;
  readonly motif: string | null;
  readonly answered_at: Date;
}

/** Replies nobody has read yet, oldest first: those that left, in sight, and not one's own. */
export async function listReplySamples(tx: Tx, agent: Agent, limit: number): Promise<ReplySample[]> {
  return tx
    .selectFrom('reply_sample as s')
    .innerJoin('conversation', 'conversation.id', 's.conversation_id')
    .innerJoin('message as m', 'm.id', 's.message_id')
    .select(['s.message_id as message', 's.conversation_id as conversation', 'conversation.ref'])
    .select(['s.queue', 's.motif', 's.answered_at'])
    .where('s.verdict', 'is', null)
    .where('m.status', '=', 'sent')
    .where('m.author', '<>', agent.id)
    .where(inSight(agent) as never)
    .orderBy('s.answered_at')
    .orderBy('s.message_id')
    .limit(limit)
    .execute();
}

/** @throws AiguillageError NOT_FOUND, also for what this person may not see or wrote; CONVERSATION_TRANSITION when it was read */
export async function judgeReply(tx: Tx, agent: Agent, message: string, verdict: Verdict, now: Date): Promise<void> {
  const row = await tx
    .selectFrom('reply_sample as s')
    .innerJoin('conversation', 'conversation.id', 's.conversation_id')
    .innerJoin('message as m', 'm.id', 's.message_id')
    .select(['s.verdict', 's.conversation_id'])
    .where('s.message_id', '=', message)
    .where('m.author', '<>', agent.id)
    .where(inSight(agent) as never)
    .forUpdate(['s'])
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  if (row.verdict !== null) throw new AiguillageError('CONVERSATION_TRANSITION', 'This reply was read already.');
  await tx
    .updateTable('reply_sample')
    .set({ verdict, read_by: agent.id, read_at: now })
    .where('message_id', '=', message)
    .execute();
  await appendAudit(tx, actorOf(agent), now, 'reply_sample.read', row.conversation_id, { message, verdict });
}

/** What second readings came to. */
export interface ReadingCounts {
  readonly drawn: number;
  readonly good: number;
  readonly to_improve: number;
  readonly wrong: number;
}

const add = (a: ReadingCounts, b: ReadingCounts): ReadingCounts => ({
  drawn: a.drawn + b.drawn,
  good: a.good + b.good,
  to_improve: a.to_improve + b.to_improve,
  wrong: a.wrong + b.wrong,
});

/**
 * Findings of replies answered in some days, by team (presence.yaml); a team of fewer than five people is told with the
 * others. @param until the first instant that no longer counts
 */
export async function replyFigures(
  tx: Tx,
  book: Rulebook,
  from: Date,
  until: Date,
): Promise<{ readonly total: ReadingCounts; readonly teams: readonly FoldedTeam<ReadingCounts>[] }> {
  const { rows } = await sql<ReadingCounts & { queue: string }>`
    select s.queue, count(*)::int as drawn, (count(*) filter (where s.verdict = 'good'))::int as good,
      (count(*) filter (where s.verdict = 'to_improve'))::int as to_improve,
      (count(*) filter (where s.verdict = 'wrong'))::int as wrong
    from aiguillage.reply_sample s join aiguillage.message m on m.id = s.message_id
    where s.answered_at >= ${from} and s.answered_at < ${until} and m.status = 'sent' group by s.queue`.execute(tx);
  const none = { drawn: 0, good: 0, to_improve: 0, wrong: 0 };
  const teams = new Map<string | null, ReadingCounts>();
  for (const { queue, ...counts } of rows) {
    const team = (book.presence?.teams ?? []).find(({ queues }) => queues.includes(queue))?.id ?? null;
    teams.set(team, add(teams.get(team) ?? none, counts));
  }
  const people = await peopleOf(tx, book);
  const of = [...teams].map(
    ([team, counts]): OfTeam<ReadingCounts> => ({ team, counts, people: people.get(team) ?? 0 }),
  );
  return { total: [...teams.values()].reduce(add, none), teams: foldTeams(of, add) };
}

/** People of each team: accounts that answer one of its queues. Outside every team: everybody who answers no team's. */
export async function peopleOf(tx: Tx, book: Rulebook): Promise<Map<string | null, number>> {
  const people = await tx
    .selectFrom('agent')
    .select(['queues'])
    .where('disabled', '=', false)
    .where('role', 'in', ['agent', 'referent', 'supervisor'])
    .execute();
  const found = new Map<string | null, number>();
  const one = (team: string | null): void => void found.set(team, (found.get(team) ?? 0) + 1);
  const teams = book.presence?.teams ?? [];
  for (const { queues } of people) {
    const mine = teams.filter((team) => team.queues.some((queue) => queues.includes(queue)));
    if (mine.length === 0) one(null);
    for (const { id } of mine) one(id);
  }
  return found;
}
