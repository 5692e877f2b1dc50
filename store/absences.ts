import { sql } from 'kysely';
import { openMsBetween } from '../domain/calendar.ts';
import { DAY_MS, dayOf, dayText, HOUR_MS, PARIS } from '../domain/days.ts';
import { awaySince, DEFAULT_PRESENCE, type StaffMember, type Staffing } from '../domain/presence.ts';
import type { Rulebook, SiteCalendar } from '../domain/rulebook.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { giveBack } from './give-back.ts';
import { loadStaffing } from './presence.ts';

/** Days of the grid that an absence is followed back over. */
const LOOK_BACK_DAYS = 14;

/** What went back to the team. */
export interface GivenBack {
  readonly conversations: readonly string[];
  readonly tasks: readonly string[];
}

/**
 * Work of somebody away goes back to the team after `away_open_hours` (presence.yaml): what they hold, and the dated
 * tasks that are theirs. A lease ends by itself after half an hour; this is for what a browser left open keeps renewing,
 * and for tasks, which no lease ends. Queue, deadlines and clocks stay as they are.
 */
export async function giveBackAbsent(tx: Tx, book: Rulebook, now: Date, limit: number): Promise<GivenBack> {
  const owners = await ownersOfWork(tx);
  if (owners.size === 0) return { conversations: [], tasks: [] };
  const today = dayOf(now.getTime(), PARIS);
  const staffing = await loadStaffing(tx, book, dayText(today - LOOK_BACK_DAYS), dayText(today));
  const since = new Map<string, Date>();
  const sites = new Map<string, SiteCalendar>();
  for (const { id, member } of await peopleOf(tx, owners)) {
    const site = siteOf(book, member);
    if (site === undefined) continue;
    sites.set(id, site);
    const away = member.disabled ? new Date(0) : awaySince(staffing, member, site, now);
    if (away !== undefined) since.set(id, away);
  }
  const limit_ms = awayHours(staffing) * HOUR_MS;
  const isOver = (owner: string, begun: Date): boolean => {
    const away = since.get(owner);
    if (away === undefined) return false;
    const from_ms = Math.max(away.getTime(), begun.getTime(), now.getTime() - LOOK_BACK_DAYS * DAY_MS);
    return openMsBetween(from_ms, now, sites.get(owner)!) >= limit_ms;
  };
  const ids = [...since.keys()];
  if (ids.length === 0) return { conversations: [], tasks: [] };
  return {
    conversations: await releaseHeld(tx, ids, isOver, now, limit),
    tasks: await releaseTasks(tx, ids, isOver, now, limit),
  };
}

function awayHours({ policy }: Staffing): number {
  return policy.away_open_hours || DEFAULT_PRESENCE.away_open_hours;
}

async function ownersOfWork(tx: Tx): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select holder as id from aiguillage.conversation where status = 'assigned' and holder is not null
    union select owner from aiguillage.task where status = 'open' and owner is not null`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

async function peopleOf(tx: Tx, owners: ReadonlySet<string>): Promise<{ id: string; member: StaffMember }[]> {
  const rows = await tx
    .selectFrom('agent')
    .select(['id', 'role', 'queues', 'pool', 'skills', 'disabled'])
    .where('id', 'in', [...owners])
    .execute();
  return rows.map(({ id, role, queues, pool, skills, disabled }) => ({
    id,
    member: { id, queues: role === 'partner' ? (pool === null ? [] : [pool]) : queues, skills, disabled },
  }));
}

/** The site whose opening hours count: that of the first queue they answer, else the owner's. */
function siteOf(book: Rulebook, member: StaffMember): SiteCalendar | undefined {
  const queue = book.queues.find(({ id }) => member.queues.includes(id));
  return book.calendars.find(({ id }) => id === queue?.calendar) ?? book.calendars[0];
}

async function releaseHeld(
  tx: Tx,
  holders: readonly string[],
  isOver: (owner: string, begun: Date) => boolean,
  now: Date,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string; holder: string; begun: Date | null }>`
    select c.id, c.holder, (select max(e.occurred_at) from aiguillage.event e
      where e.conversation_id = c.id and e.type = 'conversation.claimed') as begun
    from aiguillage.conversation c
    where c.status = 'assigned' and c.holder = any(${holders}::uuid[])
    order by c.id limit ${sql.lit(limit)} for update of c skip locked`.execute(tx);
  const over = rows.filter(({ holder, begun }) => isOver(holder, begun ?? new Date(0)));
  return giveBack(
    tx,
    over.map(({ id, holder }) => ({ id, holder, since: now })),
    'holder-absent',
    now,
  );
}

async function releaseTasks(
  tx: Tx,
  owners: readonly string[],
  isOver: (owner: string, begun: Date) => boolean,
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('task')
    .select(['id', 'conversation_id', 'owner', 'pole', 'created_at'])
    .where('status', '=', 'open')
    .where('owner', 'in', [...owners])
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  const over = rows.filter(({ owner, created_at }) => isOver(owner!, created_at));
  if (over.length === 0) return [];
  await tx
    .updateTable('task')
    .set({ owner: null })
    .where(
      'id',
      'in',
      over.map(({ id }) => id),
    )
    .execute();
  await appendEvents(
    tx,
    SYSTEM,
    now,
    over.map(({ id, conversation_id, owner, pole }) => ({
      type: 'task.released' as const,
      occurred_at: now,
      conversation_id,
      data: { task: id, pole, owner, reason: 'owner-absent' },
    })),
  );
  return over.map(({ id }) => id);
}
