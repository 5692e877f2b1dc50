import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { domainOf } from '../domain/reply.ts';
import { DEFAULT_ROTA, dutyLine, type Call } from '../domain/rota.ts';
import { flagRank, type Rulebook } from '../domain/rulebook.ts';
import { actorOf, normaliseLogin, type Agent } from './agents.ts';
import { SYSTEM, type Tx } from './database.ts';
import { insertDelivery } from './deliveries.ts';
import { appendAudit, appendEvents } from './events.ts';
import { newId } from './ids.ts';
import { mailboxMode } from './mailboxes.ts';
import type { AlertTable } from './schema-work.ts';

/**
 * A P0 rings the persons on duty until somebody acknowledges it (docs/order-of-work.md). An alert names ids only: it is
 * read on telephones and in mailboxes that are not ours.
 */

export type Alert = Selectable<AlertTable>;

/** A mail or a person said P0. Rings the first in line; a conversation that rings already is left alone. */
export async function raiseAlert(
  tx: Tx,
  book: Rulebook,
  given: { readonly conversation_id: string; readonly message_id: string | null; readonly flag: string },
  now: Date,
): Promise<string | undefined> {
  const site = book.calendars.find(({ id }) => id === book.rota?.calendar) ?? book.calendars[0];
  const rota = book.rota ?? DEFAULT_ROTA;
  const line = site === undefined ? [[...rota.otherwise]] : dutyLine(rota, site, now);
  const id = newId(now.getTime());
  const row = await tx
    .insertInto('alert')
    .values({ ...given, id, raised_at: now, line: JSON.stringify(line), step: 0 })
    .onConflict((conflict) => conflict.column('conversation_id').where('acked_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'alert.raised',
      occurred_at: now,
      conversation_id: given.conversation_id,
      message_id: given.message_id,
      data: { alert: id, flag: given.flag },
    },
  ]);
  await ring(tx, book, row, 0, now);
  return id;
}

/** The flag of level P0 among some, strongest first in the file's order. */
export function urgentFlag(book: Rulebook, flags: readonly { id: string; level: string }[]): string | undefined {
  const found = book.flags.find((flag) => flags.some(({ id, level }) => id === flag.id && level === 'P0'));
  return found?.id ?? flags.find(({ level }) => level === 'P0')?.id;
}

/** Is this mark a P0 by the rules? What a person puts on a conversation rings like the machine's. */
export function isP0(book: Rulebook, flag: string): boolean {
  return book.flags.some(({ id, level }) => id === flag && flagRank(level) === 0);
}

async function ring(tx: Tx, book: Rulebook, alert: Alert, step: number, now: Date): Promise<void> {
  const calls = alert.line[step] ?? [];
  const called = await accountsOf(tx, calls);
  const mails = await mailCalls(tx, book, alert, calls, step, now);
  const minutes = book.rota?.acknowledge_minutes ?? DEFAULT_ROTA.acknowledge_minutes;
  const next_at = step + 1 < alert.line.length ? new Date(now.getTime() + minutes * 60_000) : null;
  await tx.updateTable('alert').set({ step, next_at }).where('id', '=', alert.id).execute();
  await tx
    .insertInto('alert_ring')
    .values({ alert_id: alert.id, step, rung_at: now, called, mails })
    .onConflict((conflict) => conflict.columns(['alert_id', 'step']).doNothing())
    .execute();
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'alert.rung',
      occurred_at: now,
      conversation_id: alert.conversation_id,
      data: { alert: alert.id, step, called, mails },
    },
  ]);
}

async function accountsOf(tx: Tx, calls: readonly Call[]): Promise<string[]> {
  const logins = calls.flatMap(({ login }) => (login === undefined ? [] : [normaliseLogin(login)]));
  const roles = calls.flatMap(({ role }) => (role === undefined ? [] : [role]));
  if (logins.length + roles.length === 0) return [];
  const rows = await tx
    .selectFrom('agent')
    .select('id')
    .where('disabled', '=', false)
    .where((eb) =>
      eb.or([
        ...(logins.length === 0 ? [] : [eb('login', 'in', logins)]),
        ...(roles.length === 0 ? [] : [eb('role', 'in', roles)]),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Alert mails leave by the outbox like any other; the sweep finds their rows. None from a mailbox that observes. */
async function mailCalls(
  tx: Tx,
  book: Rulebook,
  alert: Alert,
  calls: readonly Call[],
  step: number,
  now: Date,
): Promise<number> {
  const profile = book.mailboxes.find(({ id }) => id === book.rota?.mail_from);
  const addresses = [...new Set(calls.flatMap(({ email }) => email ?? []))];
  if (profile === undefined || addresses.length === 0 || (await mailboxMode(tx, profile.id)) !== 'live') return 0;
  const { ref } = await tx
    .selectFrom('conversation')
    .select('ref')
    .where('id', '=', alert.conversation_id)
    .executeTakeFirstOrThrow();
  for (const to_address of addresses) {
    await insertDelivery(tx, SYSTEM, now, {
      conversation_id: alert.conversation_id,
      kind: 'alert',
      via: 'smtp',
      mailbox: profile.id,
      to_name: '',
      to_address,
      subject: `Alerte P0 : conversation ${ref}`,
      body: alertBody(ref, step),
      // Not a Message-ID of the conversation: what comes back of it is no word of the member.
      message_id_header: `<alerte-${randomUUID()}@${domainOf(profile.address)}>`,
      in_reply_to: '',
      refs: [],
      in_response_to: null,
      message_id: null,
      not_before: now,
    });
  }
  return addresses.length;
}

function alertBody(ref: string, step: number): string {
  return [
    `Un message prioritaire (P0) attend une personne : conversation ${ref}.`,
    step === 0
      ? 'Ouvrez-le dans Aiguillage, ou accusez réception de l’alerte.'
      : 'Personne n’a encore accusé réception : l’alerte vous est transmise. Ouvrez-le dans Aiguillage.',
    'Ce courriel ne contient rien du message.',
  ].join('\n');
}

/** Ends the open alerts of some conversations. */
export async function endAlerts(
  tx: Tx,
  conversation_ids: readonly string[],
  end: { readonly by: string | null; readonly how: NonNullable<Alert['how']> },
  now: Date,
): Promise<string[]> {
  if (conversation_ids.length === 0) return [];
  const rows = await tx
    .updateTable('alert')
    .set({ acked_at: now, acked_by: end.by, how: end.how, next_at: null })
    .where('conversation_id', 'in', [...conversation_ids])
    .where('acked_at', 'is', null)
    .returning(['id', 'conversation_id'])
    .execute();
  const actor = end.by === null ? SYSTEM : { kind: 'agent' as const, id: end.by, role: 'agent' as const };
  await appendEvents(
    tx,
    actor,
    now,
    rows.map(({ id, conversation_id }) => ({
      type: 'alert.acknowledged' as const,
      occurred_at: now,
      conversation_id,
      data: { alert: id, how: end.how },
    })),
  );
  return rows.map(({ id }) => id);
}

/**
 * Somebody says: I am on it. Whoever was called may, and référents and supervisors.
 * @throws AiguillageError NOT_FOUND also for an alert that does not call this person
 */
export async function acknowledge(tx: Tx, agent: Agent, id: string, now: Date): Promise<{ again: boolean }> {
  const alert = await tx.selectFrom('alert').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (alert === undefined || !(await mayAnswer(tx, agent, id))) throw new AiguillageError('NOT_FOUND');
  if (alert.acked_at !== null) return { again: true };
  await endAlerts(tx, [alert.conversation_id], { by: agent.id, how: 'acknowledged' }, now);
  await appendAudit(tx, actorOf(agent), now, 'alert.acknowledged', alert.conversation_id, { alert: id });
  return { again: false };
}

async function mayAnswer(tx: Tx, agent: Agent, id: string): Promise<boolean> {
  if (agent.role === 'supervisor' || agent.role === 'referent') return true;
  const { rows } = await sql`select 1 from aiguillage.alert_ring
    where alert_id = ${id} and ${agent.id}::uuid = any(called) limit 1`.execute(tx);
  return rows.length > 0;
}

/**
 * Calls the next in line for alerts nobody acknowledged in time. An alert whose conversation was answered meanwhile ends.
 * @returns what rang, by ids: for the log
 */
export async function escalateAlerts(
  tx: Tx,
  book: Rulebook,
  now: Date,
  limit: number,
): Promise<{ alert: string; conversation: string; step: number }[]> {
  // Both rows or neither: a claim holds the conversation and then ends the alert, and must never wait for us in turn.
  const due = await tx
    .selectFrom('alert')
    .innerJoin('conversation', 'conversation.id', 'alert.conversation_id')
    .selectAll('alert')
    .select('conversation.status')
    .where('alert.acked_at', 'is', null)
    .where('alert.next_at', '<=', now)
    .orderBy('alert.next_at')
    .limit(limit)
    .forUpdate(['alert', 'conversation'])
    .skipLocked()
    .execute();
  const rung: { alert: string; conversation: string; step: number }[] = [];
  for (const { status, ...alert } of due) {
    if (status === 'answered' || status === 'closed') {
      await endAlerts(tx, [alert.conversation_id], { by: null, how: 'answered' }, now);
      continue;
    }
    await ring(tx, book, alert, alert.step + 1, now);
    rung.push({ alert: alert.id, conversation: alert.conversation_id, step: alert.step + 1 });
  }
  return rung;
}

/** Since when the oldest alert rings without an answer; null when none does. The metric people set an alarm on. */
export async function oldestAlert(tx: Tx): Promise<Date | null> {
  const row = await tx
    .selectFrom('alert')
    .select(({ fn }) => fn.min('raised_at').as('at'))
    .where('acked_at', 'is', null)
    .executeTakeFirst();
  return row?.at ?? null;
}

export interface ListedAlert extends Omit<Alert, 'line' | 'message_id'> {
  readonly ref: string;
  readonly steps: number;
  readonly rung_at: Date;
  readonly called: readonly string[];
  /** It calls this person. */
  readonly mine: boolean;
}

/** Open alerts, and those ended since `since`; an agent sees those that called them. */
export async function listAlerts(tx: Tx, agent: Agent, since: Date, limit: number): Promise<ListedAlert[]> {
  const all = agent.role === 'supervisor' || agent.role === 'referent';
  const { rows } = await sql<ListedAlert>`
    select a.id, a.conversation_id, c.ref, a.flag, a.raised_at, a.step, jsonb_array_length(a.line) as steps, a.next_at,
      a.acked_at, a.acked_by, a.how, max(r.rung_at) as rung_at,
      coalesce((select array_agg(distinct one) from aiguillage.alert_ring x, unnest(x.called) one
        where x.alert_id = a.id), '{}') as called,
      bool_or(${agent.id}::uuid = any(r.called)) as mine
    from aiguillage.alert a
    join aiguillage.conversation c on c.id = a.conversation_id
    join aiguillage.alert_ring r on r.alert_id = a.id
    where a.acked_at is null or a.acked_at >= ${since}
    group by a.id, c.ref
    having ${all} or bool_or(${agent.id}::uuid = any(r.called))
    order by a.acked_at is not null, a.raised_at, a.id limit ${sql.lit(limit)}`.execute(tx);
  return rows;
}
