import { dayOf, dayText, PARIS } from '../domain/days.ts';
import {
  DEFAULT_PRESENCE,
  restOfDayCapacity,
  staffingOf,
  type Channel,
  type Closure,
  type Half,
  type PresenceCell,
  type StaffMember,
  type Staffing,
} from '../domain/presence.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Actor, Tx } from './database.ts';
import { appendAudit } from './events.ts';

/** The presence grid and the closures of a day: live data, read whenever capacity is asked for. */

/** Everybody with an account who answers members, as presence looks at them. */
export async function readStaff(tx: Tx): Promise<(StaffMember & { login: string; display_name: string })[]> {
  const rows = await tx
    .selectFrom('agent')
    .select(['id', 'login', 'display_name', 'role', 'queues', 'pool', 'skills', 'disabled'])
    .where('role', 'in', ['agent', 'referent', 'supervisor', 'partner'])
    .orderBy('display_name')
    .orderBy('login')
    .execute();
  return rows.map(({ role, pool, queues, ...rest }) => ({
    ...rest,
    queues: role === 'partner' ? (pool === null ? [] : [pool]) : queues,
  }));
}

/** @param from first day "YYYY-MM-DD", both included */
export async function readCells(tx: Tx, from: string, to: string): Promise<PresenceCell[]> {
  return tx
    .selectFrom('presence')
    .select(['agent_id', 'day', 'half', 'channel', 'skills'])
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('half')
    .orderBy('agent_id')
    .execute();
}

export async function readClosures(tx: Tx, from: string, to: string): Promise<Closure[]> {
  return tx
    .selectFrom('site_closure')
    .select(['calendar', 'day', 'half'])
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('half')
    .orderBy('calendar')
    .execute();
}

/** People, grid and closures of some days, put together for domain/presence.ts. */
export async function loadStaffing(tx: Tx, book: Rulebook, from: string, to: string): Promise<Staffing> {
  return staffingOf(book, book.presence ?? DEFAULT_PRESENCE, {
    people: await readStaff(tx),
    cells: await readCells(tx, from, to),
    closures: await readClosures(tx, from, to),
  });
}

/**
 * Capacity an open hour for the rest of the local day, of the queues where presence or a closure is known: what forecast,
 * overflow and review put in place of the declared one.
 */
export async function presentCapacity(tx: Tx, book: Rulebook, now: Date): Promise<ReadonlyMap<string, number>> {
  const day = dayText(dayOf(now.getTime(), PARIS));
  const staffing = await loadStaffing(tx, book, day, day);
  const known = new Map<string, number>();
  for (const { id } of book.queues) {
    const rate = restOfDayCapacity(staffing, id, now);
    if (rate !== undefined) known.set(id, rate);
  }
  return known;
}

/** Grids are written by people; the row says by whom. */
export type Person = Extract<Actor, { kind: 'agent' }>;

/** One cell to write; without a channel the cell is emptied, and the usual stands again. */
export interface CellChange {
  readonly agent_id: string;
  readonly day: string;
  readonly half: Half;
  readonly channel: Channel | null;
  readonly skills?: readonly string[] | null | undefined;
}

/** Writes cells of the grid in one transaction; the audit says who, which days and how many. */
export async function writeCells(tx: Tx, by: Person, cells: readonly CellChange[], now: Date): Promise<void> {
  if (cells.length === 0) return;
  for (const { agent_id, day, half, channel } of cells) {
    if (channel !== null) continue;
    await tx
      .deleteFrom('presence')
      .where('agent_id', '=', agent_id)
      .where('day', '=', day)
      .where('half', '=', half)
      .execute();
  }
  const rows = cells.flatMap(({ channel, skills, ...rest }) =>
    channel === null
      ? []
      : [
          {
            ...{ agent_id: rest.agent_id, day: rest.day, half: rest.half, channel },
            skills: skills == null ? null : [...skills],
            set_by: by.id,
            set_at: now,
          },
        ],
  );
  for (let at = 0; at < rows.length; at += BATCH_ROWS) {
    await tx
      .insertInto('presence')
      .values(rows.slice(at, at + BATCH_ROWS))
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'day', 'half']).doUpdateSet((eb) => ({
          channel: eb.ref('excluded.channel'),
          skills: eb.ref('excluded.skills'),
          set_by: eb.ref('excluded.set_by'),
          set_at: eb.ref('excluded.set_at'),
        })),
      )
      .execute();
  }
  const days = cells.map(({ day }) => day).sort();
  await appendAudit(tx, by, now, 'presence.set', 'presence', { cells: cells.length, from: days[0], to: days.at(-1) });
}

/** PostgreSQL takes 65,535 parameters a statement. */
const BATCH_ROWS = 1_000;

/** Shuts or reopens a site for half-days. Capacity follows at once; no deadline moves. */
export async function setClosure(
  tx: Tx,
  by: Person,
  closure: { readonly calendar: string; readonly day: string; readonly halves: readonly Half[] },
  closed: boolean,
  now: Date,
): Promise<void> {
  const { calendar, day, halves } = closure;
  if (closed) {
    await tx
      .insertInto('site_closure')
      .values(halves.map((half) => ({ calendar, day, half, set_by: by.id, set_at: now })))
      .onConflict((conflict) => conflict.columns(['calendar', 'day', 'half']).doNothing())
      .execute();
  } else {
    await tx
      .deleteFrom('site_closure')
      .where('calendar', '=', calendar)
      .where('day', '=', day)
      .where('half', 'in', [...halves])
      .execute();
  }
  await appendAudit(tx, by, now, closed ? 'site.closed' : 'site.reopened', calendar, { day, halves: [...halves] });
}
