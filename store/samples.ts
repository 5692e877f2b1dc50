import type { Selectable } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { DEFAULT_REVIEWS, isDrawn } from '../domain/review.ts';
import type { Decision } from '../domain/route.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { actorOf, type Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { DirectSampleTable, SampleVerdict } from './schema-work.ts';
import { inSight } from './scope.ts';

/** Machine routes that no review sees, drawn to be read afterwards (docs/order-of-work.md). */

export type DirectSample = Selectable<DirectSampleTable>;

/** Keeps a row for a route that the hash draws; a replay finds the same and changes nothing. */
export async function sampleDirect(
  tx: Tx,
  book: Rulebook,
  route: {
    readonly message_id: string;
    readonly conversation_id: string;
    readonly queue: string;
    readonly decision: Pick<Decision, 'motif' | 'rule'>;
  },
  now: Date,
): Promise<void> {
  const { decision, ...ids } = route;
  const kind = book.queues.find(({ id }) => id === route.queue)?.kind ?? '';
  if (!isDrawn(book.reviews ?? DEFAULT_REVIEWS, { ...ids, kind })) return;
  await tx
    .insertInto('direct_sample')
    .values({ ...ids, rule: decision.rule, motif: decision.motif, sampled_at: now })
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute();
}

/** Samples nobody has read, oldest first: of what this person may see. */
export async function listSamples(tx: Tx, agent: Agent, limit: number): Promise<(DirectSample & { ref: string })[]> {
  return tx
    .selectFrom('direct_sample')
    .innerJoin('conversation', 'conversation.id', 'direct_sample.conversation_id')
    .selectAll('direct_sample')
    .select('conversation.ref')
    .where('direct_sample.verdict', 'is', null)
    .where(inSight(agent) as never)
    .orderBy('direct_sample.sampled_at')
    .orderBy('direct_sample.message_id')
    .limit(limit)
    .execute();
}

/** How samples of some days came out, by queue. */
export interface SampleFigures {
  readonly queue: string;
  readonly drawn: number;
  readonly read: number;
  readonly right: number;
}

export async function sampleFigures(tx: Tx, from: Date, until: Date): Promise<SampleFigures[]> {
  const rows = await tx
    .selectFrom('direct_sample')
    .select(({ fn }) => [
      'queue',
      fn.countAll<number>().as('drawn'),
      fn.count<number>('verdict').as('read'),
      fn.countAll<number>().filterWhere('verdict', '=', 'right').as('right'),
    ])
    .where('sampled_at', '>=', from)
    .where('sampled_at', '<', until)
    .groupBy('queue')
    .orderBy('queue')
    .execute();
  return rows.map(({ queue, drawn, read, right }) => ({
    queue,
    drawn: Number(drawn),
    read: Number(read),
    right: Number(right),
  }));
}

/** @throws AiguillageError NOT_FOUND, also for what this person may not see; CONVERSATION_TRANSITION when it was read */
export async function judgeSample(
  tx: Tx,
  agent: Agent,
  message_id: string,
  verdict: SampleVerdict,
  now: Date,
): Promise<void> {
  const row = await tx
    .selectFrom('direct_sample')
    .innerJoin('conversation', 'conversation.id', 'direct_sample.conversation_id')
    .select(['direct_sample.verdict', 'direct_sample.conversation_id'])
    .where('direct_sample.message_id', '=', message_id)
    .where(inSight(agent) as never)
    .forUpdate(['direct_sample'])
    .executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  if (row.verdict !== null) throw new AiguillageError('CONVERSATION_TRANSITION', 'This sample was read already.');
  await tx
    .updateTable('direct_sample')
    .set({ verdict, read_by: agent.id, read_at: now })
    .where('message_id', '=', message_id)
    .execute();
  await appendAudit(tx, actorOf(agent), now, 'sample.judged', row.conversation_id, { message: message_id, verdict });
}
