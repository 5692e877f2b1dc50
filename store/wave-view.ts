import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { isOver, type WaveStatus } from '../domain/wave/life.ts';
import type { Agent } from './agents.ts';
import type { Tx } from './database.ts';
import { inSight } from './scope.ts';
import type { Wave } from './waves.ts';

/** Waves as a list shows them. Ended and dismissed ones stay readable. */

export interface ListedWave extends Omit<Wave, 'signature' | 'gathered_to' | 'gathered_id'> {
  /** As of now: one past its date is over, whatever its row still says. */
  readonly status: WaveStatus;
  /** Conversations, those that wait for an answer, and those a group reply has answered. */
  readonly members: number;
  readonly open: number;
  readonly group_answered: number;
}

/** Open ones first, then the newest. */
export async function listWaves(tx: Tx, limit: number, now: Date, id?: string): Promise<ListedWave[]> {
  const rows = await tx
    .selectFrom('wave')
    .select(['id', 'status', 'words', 'people', 'usual', 'since', 'found_at', 'label', 'ends_at', 'template'])
    .select([
      'sentence',
      'bot_answer',
      'motif',
      'phrases',
      'decided_by',
      'decided_at',
      'reason',
      'ended_by',
      'ended_at',
    ])
    .select([
      sql<number>`(select count(*)::int from aiguillage.wave_member w where w.wave_id = wave.id)`.as('members'),
      sql<number>`(select count(*)::int from aiguillage.wave_member w
        join aiguillage.conversation c on c.id = w.conversation_id
        where w.wave_id = wave.id and c.status in ('queued', 'assigned'))`.as('open'),
      sql<number>`(select count(*)::int from aiguillage.group_reply g
        join aiguillage.group_reply_item i on i.group_id = g.id
        join aiguillage.delivery d on d.id = i.delivery_id
        where g.wave_id = wave.id and d.status <> 'cancelled')`.as('group_answered'),
    ])
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy(sql`status in ('proposed', 'active')`, 'desc')
    .orderBy('found_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => (isOver(row, now) ? { ...row, status: 'ended', ended_at: row.ends_at } : row));
}

/** @throws AiguillageError NOT_FOUND */
export async function waveById(tx: Tx, id: string, now: Date): Promise<ListedWave> {
  const [wave] = await listWaves(tx, 1, now, id);
  if (wave === undefined) throw new AiguillageError('NOT_FOUND');
  return wave;
}

/** The newest members in sight of this person. */
export async function membersOf(tx: Tx, agent: Agent, wave: string, limit: number) {
  return tx
    .selectFrom('wave_member as w')
    .innerJoin('conversation', 'conversation.id', 'w.conversation_id')
    .select(['conversation.id as conversation', 'conversation.ref', 'conversation.subject', 'conversation.status'])
    .select(['conversation.queue', 'conversation.first_received_at', 'w.similarity', 'w.how'])
    .where('w.wave_id', '=', wave)
    .where(inSight(agent) as never)
    .orderBy('conversation.first_received_at', 'desc')
    .orderBy('conversation.id')
    .limit(limit)
    .execute();
}

/** The wave a conversation is part of, the one it resembles most. Not for partners: their role may not read it. */
export async function waveOf(tx: Tx, conversation: string) {
  return tx
    .selectFrom('wave_member as m')
    .innerJoin('wave as w', 'w.id', 'm.wave_id')
    .select(['w.id', 'w.status', 'w.label', 'w.words', 'w.ends_at', 'm.similarity'])
    .where('m.conversation_id', '=', conversation)
    .where('w.status', '<>', 'dismissed')
    .orderBy('m.similarity', 'desc')
    .orderBy('w.id')
    .limit(1)
    .executeTakeFirst();
}

/** The last search for waves; undefined before the first. */
export async function lastScan(tx: Tx) {
  return tx.selectFrom('wave_scan').select(['scanned_at', 'mails', 'share', 'found']).executeTakeFirst();
}
