import { sql, type Selectable } from 'kysely';
import type { FoundWave } from '../classifiers/topics/waves.ts';
import { AiguillageError } from '../domain/errors.ts';
import { advanceWave, isOver } from '../domain/wave/life.ts';
import type { WaveAnswer } from '../domain/wave/bot.ts';
import { actorOf, type Agent } from './agents.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendAudit, appendEvents, type EventType } from './events.ts';
import { newId } from './ids.ts';
import type { WaveMemberTable, WaveTable } from './schema-waves.ts';

/** Waves as people see and name them (docs/waves.md). The search is in wave-search.ts, joining mail in wave-join.ts. */

export type Wave = Selectable<WaveTable>;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Writes a proposal with its evidence. @param since its mails are looked for from here on */
export async function proposeWave(tx: Tx, found: FoundWave, since: Date, now: Date): Promise<string> {
  const id = newId(now.getTime());
  const { people, usual } = found;
  await tx
    .insertInto('wave')
    .values({
      ...{ id, status: 'proposed', words: [...found.words], signature: JSON.stringify(found.signature) },
      ...{ people, usual, since, found_at: now, gathered_to: since, gathered_id: NO_ID },
    })
    .execute();
  await addMembers(tx, id, found.members, 'found', now);
  await note(tx, 'wave.proposed', { wave: id, people, usual: Math.round(usual * 10) / 10 }, undefined, now);
  return id;
}

/** What became of mails that were put into a wave. */
export interface Added {
  readonly added: number;
  /** Somebody is at their conversation this moment; they are to be put in again later. */
  readonly busy: number;
}

/**
 * Puts mails into a wave; a conversation that is in it already keeps its first mail, and reserved circuits are never in one.
 * It waits for nobody: a dispatch that holds a conversation puts it into the same wave, and the two would wait for each
 * other for ever.
 */
export async function addMembers(
  tx: Tx,
  wave: string,
  members: readonly { readonly id: string; readonly similarity: number }[],
  how: WaveMemberTable['how'],
  now: Date,
): Promise<Added> {
  if (members.length === 0) return { added: 0, busy: 0 };
  const ids = members.map(({ id }) => id);
  const asked = sql`from aiguillage.conversation c
    where c.id in (select m.conversation_id from aiguillage.message m where m.id = any(${ids}::uuid[])) and not c.restricted`;
  const all = await sql<{ n: number }>`select count(*)::int as n ${asked}`.execute(tx);
  const free = await sql<{ id: string }>`select c.id ${asked} for key share skip locked`.execute(tx);
  const { rows } = await sql`
    insert into aiguillage.wave_member (wave_id, conversation_id, message_id, similarity, how, added_at)
    select distinct on (m.conversation_id) ${wave}::uuid, m.conversation_id, m.id, x.similarity, ${how}, ${now}::timestamptz
    from unnest(${ids}::uuid[], ${members.map(({ similarity }) => similarity)}::float8[]) as x(id, similarity)
    join aiguillage.message m on m.id = x.id
    where m.conversation_id = any(${free.rows.map(({ id }) => id)}::uuid[])
    order by m.conversation_id, x.similarity desc, m.id
    on conflict (wave_id, conversation_id) do nothing
    returning conversation_id`.execute(tx);
  return { added: rows.length, busy: all.rows[0]!.n - free.rows.length };
}

/** What a supervisor gives a wave. */
export interface WaveName {
  readonly label: string;
  readonly ends_at: Date;
  readonly template: string | null;
  readonly sentence: string | null;
  readonly bot_answer: string | null;
  /** null: the one most of its mails have. */
  readonly motif: string | null;
  readonly phrases: readonly string[];
}

/** Names a wave, or names an active one again. @throws AiguillageError NOT_FOUND, WAVE_STATE */
export async function nameWave(tx: Tx, agent: Agent, id: string, name: WaveName, now: Date): Promise<void> {
  const wave = await lockWave(tx, id);
  const status = advanceWave(isOver(wave, now) ? 'ended' : wave.status, 'name');
  const motif = name.motif ?? (await usualMotif(tx, id));
  await tx
    .updateTable('wave')
    .set({ ...name, motif, phrases: [...name.phrases], status, decided_by: agent.id, decided_at: now })
    .where('id', '=', id)
    .execute();
  await note(tx, 'wave.named', { wave: id, ends_at: name.ends_at.toISOString(), template: name.template }, agent, now);
}

/** Why a proposal is no wave, chosen from a list. */
export const DISMISSALS = ['not-one-subject', 'usual', 'known', 'other'] as const;
export type Dismissal = (typeof DISMISSALS)[number];

/** @throws AiguillageError NOT_FOUND, WAVE_STATE */
export async function dismissWave(tx: Tx, agent: Agent, id: string, reason: Dismissal, now: Date): Promise<void> {
  const status = advanceWave((await lockWave(tx, id)).status, 'dismiss');
  await tx
    .updateTable('wave')
    .set({ status, reason, decided_by: agent.id, decided_at: now })
    .where('id', '=', id)
    .execute();
  await note(tx, 'wave.dismissed', { wave: id, reason }, agent, now);
}

/** @throws AiguillageError NOT_FOUND, WAVE_STATE */
export async function endWave(tx: Tx, agent: Agent, id: string, now: Date): Promise<void> {
  const wave = await lockWave(tx, id);
  const status = advanceWave(isOver(wave, now) ? 'ended' : wave.status, 'end');
  await tx.updateTable('wave').set({ status, ended_by: agent.id, ended_at: now }).where('id', '=', id).execute();
  await note(tx, 'wave.ended', { wave: id, by: 'supervisor' }, agent, now);
}

/** Ends what is past its date, and lets proposals go that nobody has looked at for `quiet_hours`. @returns how many */
export async function expireWaves(tx: Tx, quiet_hours: number, now: Date): Promise<number> {
  const ended = await tx
    .updateTable('wave')
    .set({ status: 'ended', ended_at: sql<Date>`ends_at` })
    .where('status', '=', 'active')
    .where('ends_at', '<=', now)
    .returning('id')
    .execute();
  for (const { id } of ended) await note(tx, 'wave.ended', { wave: id, by: 'date' }, undefined, now);
  const lapsed = await tx
    .updateTable('wave')
    .set({ status: 'dismissed', reason: 'lapsed', decided_at: now })
    .where('status', '=', 'proposed')
    .where('found_at', '<=', new Date(now.getTime() - quiet_hours * 3_600_000))
    .returning('id')
    .execute();
  for (const { id } of lapsed) await note(tx, 'wave.dismissed', { wave: id, reason: 'lapsed' }, undefined, now);
  return ended.length + lapsed.length;
}

/**
 * The row, locked: what is decided about a wave is decided one after the other. Not against mail that joins it meanwhile:
 * dispatch holds its conversation then, and the two would wait for each other. @throws AiguillageError NOT_FOUND
 */
export async function lockWave(tx: Tx, id: string): Promise<Wave> {
  const wave = await tx.selectFrom('wave').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (wave === undefined) throw new AiguillageError('NOT_FOUND');
  return wave;
}

/** The motif that at least half of the mails have. */
async function usualMotif(tx: Tx, id: string): Promise<string | null> {
  const { rows } = await sql<{ motif: string | null; n: number; total: number }>`
    select coalesce(c.motif_confirmed, c.motif) as motif, count(*)::int as n, (sum(count(*)) over ())::int as total
    from aiguillage.wave_member w join aiguillage.conversation c on c.id = w.conversation_id
    where w.wave_id = ${id} group by 1 order by 2 desc, 1 limit 1`.execute(tx);
  const [most] = rows;
  return most !== undefined && most.n * 2 >= most.total ? most.motif : null;
}

/** What the bot says about the waves of this moment, newest first (domain/wave/bot.ts chooses among them). */
export async function waves(tx: Tx, now: Date): Promise<WaveAnswer[]> {
  const rows = await tx
    .selectFrom('wave')
    .select(['id', 'label', 'bot_answer', 'motif', 'phrases', 'ends_at'])
    .where('status', '=', 'active')
    .where('ends_at', '>', now)
    .where('bot_answer', 'is not', null)
    .orderBy('decided_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ id, label, bot_answer, motif, phrases, ends_at }) => ({
    ...{ id, label: label!, answer: bot_answer!, motif, phrases, ends_at: ends_at!.toISOString() },
  }));
}

/** One event and one audit row. Ids, figures, instants; what a supervisor wrote stands in the row alone. */
async function note(
  tx: Tx,
  type: EventType,
  data: Record<string, unknown> & { readonly wave: string },
  agent: Agent | undefined,
  now: Date,
): Promise<void> {
  const actor = agent === undefined ? SYSTEM : actorOf(agent);
  await appendEvents(tx, actor, now, [{ type, occurred_at: now, data }]);
  const { wave, ...rest } = data;
  await appendAudit(tx, actor, now, type, wave, rest);
}
