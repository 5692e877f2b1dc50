import { sql } from 'kysely';
import type { TrailLine } from '../domain/audit-csv.ts';
import { actionsOf, type AuditKind } from '../domain/audit-kinds.ts';
import { parseReference } from '../domain/reference.ts';
import type { Tx } from './database.ts';

/** Reads the audit trail for those who check it (docs/audit.md). */

export interface TrailFilter {
  /** Account of who acted, or `system`. */
  readonly person?: string | undefined;
  /** Reference of a conversation: what was done to it and to its messages. */
  readonly ref?: string | undefined;
  readonly kind?: AuditKind | undefined;
  /** From the first instant on, before the second. */
  readonly at: readonly [Date, Date];
  readonly before?: TrailCursor | undefined;
  readonly limit: number;
}

/** The last row of the page before. */
export interface TrailCursor {
  readonly at: Date;
  readonly seq: number;
}

export interface TrailRow extends TrailLine {
  /** The account the subject is. */
  readonly of: string | null;
}

/** The newest first. An unknown reference finds nothing. */
export async function listTrail(tx: Tx, filter: TrailFilter): Promise<TrailRow[]> {
  const { person, kind, at, before, limit } = filter;
  const subjects = filter.ref === undefined ? undefined : await subjectsOf(tx, filter.ref);
  if (subjects?.length === 0) return [];
  const where = [
    sql`a.at >= ${at[0]} and a.at < ${at[1]}`,
    ...(person === undefined ? [] : [sql`a.actor = ${person === 'system' ? person : `agent:${person}`}`]),
    ...(subjects === undefined ? [] : [sql`a.subject = any(${subjects}::text[])`]),
    ...(before === undefined ? [] : [sql`(a.at, a.seq) < (${before.at}, ${before.seq}::bigint)`]),
    ...(kind === undefined ? [] : [ofKind(kind)]),
  ];
  const { rows } = await sql<TrailRow>`
    select page.*, who.display_name as name, about.display_name as of, c.ref, s.seq is not null as sealed
    from (select a.seq, a.at, a.action, a.subject, a.data,
        case when a.actor like 'agent:%' then substr(a.actor, 7) end as person,
        case when a.subject ~ '^[0-9a-f-]{36}$' then a.subject::uuid end as id
      from aiguillage.audit a where ${sql.join(where, sql` and `)}
      order by a.at desc, a.seq desc limit ${limit}) page
    left join aiguillage.agent who on who.id::text = page.person
    left join aiguillage.agent about on about.id = page.id
    left join aiguillage.message m on m.id = page.id
    left join aiguillage.conversation c on c.id = coalesce(m.conversation_id, page.id)
    left join aiguillage.audit_seal s on s.event = page.seq
    order by page.at desc, page.seq desc`.execute(tx);
  return rows.map(({ seq, at: done_at, person: by, name, action, subject, ref, of, data, sealed }) => ({
    ...{ seq, at: done_at, person: by, name, action, subject, ref, of, data, sealed },
  }));
}

function ofKind(kind: AuditKind) {
  const actions = actionsOf(kind);
  return 'only' in actions
    ? sql`a.action = any(${[...actions.only]}::text[])`
    : sql`a.action <> all(${[...actions.except]}::text[])`;
}

/** A conversation and its messages, as subjects of the trail. */
async function subjectsOf(tx: Tx, given: string): Promise<string[]> {
  const ref = parseReference(given);
  if (ref === undefined) return [];
  const { rows } = await sql<{ id: string }>`
    with c as (select id from aiguillage.conversation where ref = ${ref})
    select id::text as id from c
    union all select m.id::text from aiguillage.message m join c on c.id = m.conversation_id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Everybody who may have acted, also those who left. */
export async function peopleOfTrail(tx: Tx): Promise<{ id: string; name: string; role: string }[]> {
  return tx
    .selectFrom('agent')
    .select(['id', 'display_name as name', 'role'])
    .orderBy('display_name')
    .orderBy('id')
    .execute();
}
