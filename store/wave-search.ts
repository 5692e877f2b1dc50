import { sql } from 'kysely';
import { termsOf } from '../classifiers/topics/terms.ts';
import { findWaves, sameSubject, WaveReader, type FoundWave, type WaveMail } from '../classifiers/topics/waves.ts';
import { PARIS } from '../domain/days.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { comparedWindows, type Window } from '../domain/wave/baseline.ts';
import { DEFAULT_WAVES, type WavePolicy } from '../domain/wave/policy.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { addMembers, lockWave, proposeWave, type Wave } from './waves.ts';

/**
 * The search for waves. It reads texts, at most `mails_max` of them, and keeps words; nothing it finds is more than a
 * proposal. Grouping runs outside any transaction.
 */

const FETCH_ROWS = 500;
/** Four hexadecimal digits of an id: random in UUIDv7, and the same at every reading. */
const HASHES = 65_536;
/** Two waves whose centres are so much alike are one subject (cosine, 0–1). */
const SAME_SUBJECT_MIN = 0.5;
const GATHER_ROWS = 500;
/** A mail that came before its wave was found has been decided by then, or joins as it is dispatched. */
const GATHER_AFTER_MS = 10 * 60_000;

/** Human mails outside reserved circuits that are sorted: those a wave may be made of. */
const HUMAN = sql`from aiguillage.message m join aiguillage.conversation c on c.id = m.conversation_id
  where m.direction = 'incoming' and m.outcome in ('conversation', 'joined') and not c.restricted`;

/**
 * One search, if the last is `scan_minutes` ago and no other process is at it.
 * @returns ids of the waves proposed; undefined when it was not yet time
 */
export async function searchWaves(store: Store, book: Rulebook, now: Date): Promise<string[] | undefined> {
  const policy = book.waves ?? DEFAULT_WAVES;
  if (!(await store.write(SYSTEM, (tx) => takeTurn(tx, policy, now)))) return undefined;
  const windows = comparedWindows(now, book.calendars[0]?.zone ?? PARIS, policy);
  const { mails, known, share } = await store.read(SYSTEM, (tx) => readMails(tx, windows, policy));
  // The next turn is minutes away: without enough people there is nothing to group.
  const people = new Set(mails.filter(({ week }) => week === 0).map(({ sender }) => sender)).size / share;
  const found = people < policy.people_min ? [] : findWaves(mails, known, policy, share);
  return store.write(SYSTEM, async (tx) => {
    const fresh = await newOnes(tx, found, policy, now);
    const ids: string[] = [];
    for (const wave of fresh) ids.push(await proposeWave(tx, wave, windows[0]!.from, now));
    await tx.updateTable('wave_scan').set({ mails: mails.length, share, found: ids.length }).execute();
    return ids;
  });
}

async function takeTurn(tx: Tx, { scan_minutes }: WavePolicy, now: Date): Promise<boolean> {
  const row = await tx
    .insertInto('wave_scan')
    .values({ scanned_at: now })
    .onConflict((conflict) =>
      conflict
        .column('one')
        .doUpdateSet({ scanned_at: now })
        .where('wave_scan.scanned_at', '<=', new Date(now.getTime() - scan_minutes * 60_000)),
    )
    .returning('one')
    .executeTakeFirst();
  return row !== undefined;
}

async function readMails(
  tx: Tx,
  windows: readonly Window[],
  policy: WavePolicy,
): Promise<{ mails: WaveMail[]; known: boolean[]; share: number }> {
  const counts: number[] = [];
  for (const { from, to } of windows) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n ${HUMAN} and m.received_at >= ${from} and m.received_at < ${to}`.execute(tx);
    counts.push(rows[0]!.n);
    // A quiet night: nothing to read.
    if (counts[0]! < policy.people_min) return { mails: [], known: [], share: 1 };
  }
  const total = counts.reduce((sum, n) => sum + n, 0);
  const share = Math.min(1, policy.mails_max / Math.max(1, total));
  const known: boolean[] = [];
  for (const { from } of windows.slice(1)) {
    const { rows } = await sql<{ earlier: boolean }>`
      select exists (select 1 ${HUMAN} and m.received_at < ${from}) as earlier`.execute(tx);
    known.push(rows[0]!.earlier);
  }
  const mails: WaveMail[] = [];
  for (const [week, { from, to }] of windows.entries()) {
    for await (const row of texts(tx, { from, to }, share)) mails.push({ ...row, week });
  }
  return { mails, known, share };
}

/** Through a cursor, a piece at a time; only the words of each text stay. */
async function* texts(tx: Tx, { from, to }: Window, share: number): AsyncGenerator<Omit<WaveMail, 'week'>> {
  const sampled =
    share >= 1 ? sql`` : sql`and ('x' || right(m.id::text, 4))::bit(16)::int < ${Math.round(share * HASHES)}::int`;
  await sql`declare wave_mails no scroll cursor for
    select m.id, c.sender_key, m.from_name, m.subject, left(m.body, 3000) as body ${HUMAN}
      and m.received_at >= ${from} and m.received_at < ${to} ${sampled}`.execute(tx);
  for (;;) {
    const { rows } = await sql<TextRow>`fetch ${sql.lit(FETCH_ROWS)} from wave_mails`.execute(tx);
    for (const row of rows) yield { id: row.id, sender: row.sender_key, terms: termsOfRow(row) };
    if (rows.length < FETCH_ROWS) break;
  }
  await sql`close wave_mails`.execute(tx);
}

interface TextRow {
  readonly id: string;
  readonly sender_key: string;
  readonly from_name: string;
  readonly subject: string;
  readonly body: string;
}

/** The words of a mail, its writer's own name left out. */
export function termsOfRow({ subject, body, from_name, sender_key }: Omit<TextRow, 'id'>) {
  return termsOf({ subject, body, from: `${from_name} ${sender_key}` });
}

/** Without those that are proposed or named already, or were dismissed or ended a short while ago. */
async function newOnes(tx: Tx, found: readonly FoundWave[], policy: WavePolicy, now: Date): Promise<FoundWave[]> {
  if (found.length === 0) return [];
  const quiet = new Date(now.getTime() - policy.quiet_hours * 3_600_000);
  const known = await tx
    .selectFrom('wave')
    .select('signature')
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['proposed', 'active']),
        eb.and([eb('status', '=', 'dismissed'), eb('decided_at', '>', quiet)]),
        eb.and([eb('status', '=', 'ended'), eb('ended_at', '>', quiet)]),
      ]),
    )
    .execute();
  return found.filter((wave) =>
    known.every(({ signature }) => sameSubject(signature, wave.signature) < SAME_SUBJECT_MIN),
  );
}

/** Open waves whose earlier mail was not all compared. */
export async function unfinishedWaves(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('wave')
    .select('id')
    .where('status', 'in', ['proposed', 'active'])
    .where(sql<boolean>`gathered_to < found_at + ${GATHER_AFTER_MS} * interval '1 millisecond'`)
    .orderBy('found_at')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Compares a piece of the mail that came before a wave was found, so that one found on a sample gets all its members.
 * @returns true when there is more to look at now
 */
export async function gatherMembers(tx: Tx, book: Rulebook, id: string, now: Date): Promise<boolean> {
  const policy = book.waves ?? DEFAULT_WAVES;
  const wave = await lockWave(tx, id);
  const until = new Date(wave.found_at.getTime() + GATHER_AFTER_MS);
  const { rows } = await sql<TextRow & { received_at: Date }>`
    select m.id, c.sender_key, m.from_name, m.subject, left(m.body, 3000) as body, m.received_at ${HUMAN}
      and (m.received_at, m.id) > (${wave.gathered_to}::timestamptz, ${wave.gathered_id}::uuid) and m.received_at <= ${until}
    order by m.received_at, m.id limit ${GATHER_ROWS}`.execute(tx);
  const reader = new WaveReader(wave.signature);
  const close = rows
    .map((row) => ({ id: row.id, similarity: reader.similarity(termsOfRow(row)) }))
    .filter(({ similarity }) => similarity >= policy.similarity_min);
  const { busy } = await addMembers(tx, wave.id, close, 'gathered', now);
  // The same piece once more with the next tick: nobody is to be left out because they were being answered.
  if (busy > 0) return false;
  await tx
    .updateTable('wave')
    .set(mark(wave, rows, until, now))
    .where('id', '=', wave.id)
    .execute();
  return rows.length === GATHER_ROWS;
}

/** Where the next look begins. What is not sorted yet has a later turn, until the margin has passed. */
function mark(
  wave: Wave,
  rows: readonly { readonly id: string; readonly received_at: Date }[],
  until: Date,
  now: Date,
): { gathered_to: Date; gathered_id: string } {
  const last = rows.at(-1);
  if (rows.length < GATHER_ROWS && now >= until) return { gathered_to: until, gathered_id: wave.gathered_id };
  if (rows.length < GATHER_ROWS || last === undefined)
    return { gathered_to: wave.gathered_to, gathered_id: wave.gathered_id };
  return { gathered_to: last.received_at, gathered_id: last.id };
}
