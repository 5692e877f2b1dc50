import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { asideCuts, DEFAULT_DESK, type AsideCuts } from '../domain/aside.ts';
import { localDay } from '../domain/calendar.ts';
import { PARIS } from '../domain/days.ts';
import {
  classOf,
  compareWork,
  nextSide,
  stockShare,
  type Cuts,
  type Side,
  type SideCount,
  type WorkClass,
  type WorkItem,
  type WorkOrder,
} from '../domain/order.ts';
import type { Tx } from './database.ts';
import type { Reach } from './scope.ts';

/**
 * What is handed out next, as domain/order.ts declares it. The database only finds the heads of each lane, a lane an
 * index, so that a queue of 100,000 costs what one of 100 does; which of them goes first is decided there.
 */

/** Heads read of each lane of each queue: others may hold the first ones just now. */
const HEADS_MAX = 25;

/** What comes after the urgent, and takes turns or waits for the rest. */
const LAST: readonly WorkClass[] = ['stock', 'flux', 'unclocked'];

/** A conversation that may be given out. */
export interface Head extends WorkItem {
  readonly sender_key: string;
  /** The motif a person gave, else the machine's. */
  readonly motif: string | null;
}

/** Senders in the order their work is given out, and what a pick of each is counted as. */
export interface Candidates {
  readonly senders: readonly string[];
  /** By conversation: the side it stands on while both sides wait; empty when there is no choice to count. */
  readonly sides: ReadonlyMap<string, Side>;
  /** What comes first of all. */
  readonly first: { readonly head: Head; readonly kind: WorkClass } | undefined;
}

/** The next senders of somebody's queues. */
export async function nextCandidates(
  tx: Tx,
  reach: Reach,
  policy: WorkOrder,
  cuts: Cuts,
  passed: readonly string[],
): Promise<Candidates> {
  const heads = await readHeads(tx, reach, cuts, passed);
  const sorted = heads.sort((a, b) => compareWork(a, b, cuts));
  const classed = sorted.map((head) => ({ head, kind: classOf(head, cuts) }));
  const of = (side: WorkClass): Head[] => classed.filter(({ kind }) => kind === side).map(({ head }) => head);
  const late = of('stock');
  const savable = of('flux');
  const unclocked = of('unclocked');
  const front = classed.filter(({ kind }) => !LAST.includes(kind)).map(({ head }) => head);
  const contested = late.length > 0 && savable.length > 0;
  const first = contested ? nextSide(await readSides(tx, reach.queues, policy, cuts.now)) : 'stock';
  const rest = first === 'stock' ? [...late, ...savable] : [...savable, ...late];
  const all = [...front, ...rest, ...unclocked];
  const senders = [...new Set(all.map(({ sender_key }) => sender_key))].slice(0, HEADS_MAX);
  const sides = new Map<string, Side>();
  if (contested) {
    for (const { id } of late) sides.set(id, 'stock');
    for (const { id } of savable) sides.set(id, 'flux');
  }
  const head = all[0];
  return { senders, sides, first: head === undefined ? undefined : { head, kind: classOf(head, cuts) } };
}

/** The heads of all lanes; public for the plans of its statement (docs/order-of-work.md). */
export async function readHeads(tx: Tx, reach: Reach, cuts: Cuts, passed: readonly string[] = []): Promise<Head[]> {
  const statement = headsStatement(reach, cuts, passed);
  if (statement === undefined) return [];
  const { rows } = await statement.execute(tx);
  // A row without a clock and past the ceiling stands in two lanes.
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** One statement for all lanes; undefined for somebody without queues. */
export function headsStatement(reach: Reach, cuts: Cuts, passed: readonly string[]): RawBuilder<Head> | undefined {
  const places: { queues: readonly string[]; offered: boolean; filter: RawBuilder<SqlBool> }[] = [];
  if (reach.queues.length > 0) {
    const plain = reach.partner ? sql<SqlBool>`not c.restricted` : sql<SqlBool>`true`;
    places.push({ queues: reach.queues, offered: false, filter: plain });
  }
  if (reach.offered !== undefined)
    places.push({ queues: [reach.offered.queue], offered: true, filter: offeredTo(reach) });
  if (places.length === 0) return undefined;
  const lanes = places.flatMap(({ queues, offered, filter }) =>
    lanesOf(cuts).map(({ where, order, ordinary }) => {
      const held = ordinary && !offered ? notHeldBack(reach) : sql<SqlBool>`true`;
      const free = notAside(reach, cuts.now);
      return sql`select head.* from unnest(${queues}::text[]) as place(queue) cross join lateral (
        select c.id, c.queue, c.urgency, c.due_at, coalesce(c.open_since, c.last_received_at) as since, c.legal_due_at,
          c.sender_key, coalesce(c.motif_confirmed, c.motif) as motif, ${sql.lit(offered)} as offered, false as back
        from aiguillage.conversation c
        where c.queue = place.queue and c.status = 'queued' and ${where} and ${filter} and ${held} and ${free}
          and c.sender_key <> all(${passed}::text[])
        order by ${order}, c.id limit ${sql.lit(HEADS_MAX)}) head`;
    }),
  );
  return sql<Head>`${sql.join([...lanes, ...backLane(reach, cuts.now, passed)], sql` union all `)}`;
}

/** What this person set aside and may take again, first. */
function backLane(reach: Reach, now: Date, passed: readonly string[]): RawBuilder<unknown>[] {
  if (reach.partner) return [];
  const { kept_at } = cutsOf(reach, now);
  return [
    sql`select * from (select c.id, c.queue, c.urgency, c.due_at, coalesce(c.open_since, c.last_received_at) as since,
        c.legal_due_at, c.sender_key, coalesce(c.motif_confirmed, c.motif) as motif, false as offered, true as back
      from aiguillage.conversation c
      where c.snoozed_by = ${reach.agent_id}::uuid and c.snoozed_until <= ${now} and c.snoozed_until > ${kept_at}
        and c.status = 'queued' and c.sender_key <> all(${passed}::text[])
        and (c.queue = any(${reach.queues}::text[]) or c.queue = ${reach.offered?.queue ?? ''})
      order by c.snoozed_until, c.id limit ${sql.lit(HEADS_MAX)}) back`,
  ];
}

/** Not set aside, or back and nobody's any more: the person who wanted it has had their time, or is not there. */
export function notAside(reach: Reach, now: Date): RawBuilder<SqlBool> {
  // A pool's mail is never set aside, and its role may not look at sessions.
  if (reach.partner) return sql<SqlBool>`true`;
  const { kept_at, seen_after } = cutsOf(reach, now);
  // Nor answered by somebody whose reply is being read.
  return sql<SqlBool>`c.reading is null and (c.snoozed_until is null or c.snoozed_until <= ${kept_at}
    or (c.snoozed_until <= ${now} and c.snoozed_by <> ${reach.agent_id}::uuid
      and not exists (select 1 from aiguillage.session s join aiguillage.agent a on a.id = s.agent_id
        where s.agent_id = c.snoozed_by and s.last_seen_at > ${seen_after} and c.queue = any(a.queues))))`;
}

/** The instants that what was set aside comes back by, for this person. */
export function cutsOf({ kept_minutes }: Reach, now: Date): AsideCuts {
  return asideCuts({ kept_minutes: kept_minutes ?? DEFAULT_DESK.snooze.kept_minutes }, now);
}

interface Lane {
  readonly where: RawBuilder<SqlBool>;
  readonly order: RawBuilder<unknown>;
  /** Not P0, P1 or a delay fixed by law. */
  readonly ordinary: boolean;
}

/** The lanes of domain/order.ts, each in the order of one index; P2 and the rest apart, since the index begins there. */
function lanesOf({ now, aged_at, legal_until }: Cuts): Lane[] {
  const since = sql`coalesce(c.open_since, c.last_received_at)`;
  const legal = sql`c.legal_due_at >= ${now} and c.legal_due_at < ${legal_until}`;
  const lane = (ordinary: boolean, where: RawBuilder<unknown>, order: RawBuilder<unknown>): Lane => ({
    where: sql<SqlBool>`${where}`,
    order,
    ordinary,
  });
  const urgent = [
    lane(false, sql`c.urgency = 0`, since),
    lane(false, sql`c.urgency = 1 and ${since} <= ${aged_at}`, since),
    lane(false, sql`c.urgency = 1 and ${since} > ${aged_at}`, sql`c.due_at`),
    lane(false, sql`c.urgency > 1 and ${legal}`, sql`c.legal_due_at`),
  ];
  const ordinary = [2, 3].flatMap((urgency) => {
    const mine = sql`c.urgency = ${sql.lit(urgency)} and (c.legal_due_at is null or not (${legal}))`;
    const young = sql`${mine} and ${since} > ${aged_at}`;
    return [
      lane(true, sql`${mine} and ${since} <= ${aged_at}`, since),
      lane(true, sql`${young} and c.due_at < ${now}`, since),
      lane(true, sql`${young} and c.due_at >= ${now}`, sql`c.due_at`),
      // Without the ceiling and by id, or the planner walks the whole queue by age to find a few rows.
      lane(true, sql`${mine} and c.due_at is null`, sql`c.id`),
    ];
  });
  return [...urgent, ...ordinary];
}

/** Expert mail in the review that this person has the skill for, and has not given back. */
export function offeredTo({ offered, agent_id }: Reach): RawBuilder<SqlBool> {
  return sql<SqlBool>`not c.restricted and coalesce(c.motif_confirmed, c.motif) = any(${offered?.motifs ?? []}::text[])
    and not exists (select 1 from aiguillage.review r
      where r.conversation_id = c.id and r.outcome is null and ${agent_id}::uuid = any(r.declined_by))`;
}

/** Level 1 first: for some open hours a référent is not given what somebody present has the skill for. */
function notHeldBack({ held }: Reach): RawBuilder<SqlBool> {
  if (held === undefined || held.motifs.length === 0) return sql<SqlBool>`true`;
  return sql<SqlBool>`(c.queue <> ${held.queue} or c.motif is null or c.restricted
    or coalesce(c.motif_confirmed, c.motif) <> all(${held.motifs}::text[])
    or not exists (select 1 from aiguillage.review r
      where r.conversation_id = c.id and r.outcome is null and r.opened_at > ${held.opened_after}))`;
}

/** What was given out of each side of some queues today. */
export async function readSides(tx: Tx, queues: readonly string[], policy: WorkOrder, now: Date): Promise<SideCount[]> {
  if (queues.length === 0) return [];
  const rows = await tx
    .selectFrom('order_day')
    .select(['queue', 'stock', 'flux'])
    .where('day', '=', localDay(now, PARIS))
    .where('queue', 'in', [...queues])
    .execute();
  const known = new Map(rows.map((row) => [row.queue, row]));
  return queues.map((queue) => ({
    share: stockShare(policy, queue),
    stock: known.get(queue)?.stock ?? 0,
    flux: known.get(queue)?.flux ?? 0,
  }));
}

/**
 * Counts one pick, as the last thing of a claim: everybody who answers the queue writes this row. Two who pick at the same
 * moment may take the same side; the next pick makes up for it.
 */
export async function countSide(tx: Tx, queue: string, side: Side, now: Date): Promise<void> {
  const day = localDay(now, PARIS);
  await sql`insert into aiguillage.order_day as d (queue, day, ${sql.ref(side)}) values (${queue}, ${day}, 1)
    on conflict (queue, day) do update set ${sql.ref(side)} = d.${sql.ref(side)} + 1`.execute(tx);
}
