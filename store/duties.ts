import { sql } from 'kysely';
import { addWorkingHours } from '../domain/calendar.ts';
import { DAY_MS } from '../domain/days.ts';
import { policyFor } from '../domain/sla.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Tx } from './database.ts';

/** What is owed beside an answer: promises about to be broken, delays fixed by law, and the duties of domain §2.4. */

/** Open requests of one promise. */
export interface PolicyWatch {
  readonly policy: string;
  readonly open: number;
  /** Past their warning (`warn_before_hours` of sla.yaml), not yet late. */
  readonly warned: number;
  readonly breached: number;
  readonly next_due_at: Date | null;
}

/** Open requests by promise, the nearest to its deadline first. */
export async function watchPolicies(tx: Tx, now: Date): Promise<PolicyWatch[]> {
  const { rows } = await sql<PolicyWatch>`
    select policy, count(*)::int as open,
      count(*) filter (where warn_at <= ${now} and due_at >= ${now})::int as warned,
      count(*) filter (where due_at < ${now})::int as breached,
      min(due_at) filter (where due_at >= ${now}) as next_due_at
    from aiguillage.request where stopped_at is null
    group by policy order by min(due_at) filter (where due_at >= ${now}) nulls last, policy`.execute(tx);
  return rows;
}

/** Open conversations of one motif whose law fixes a delay. */
export interface LegalWatch {
  readonly motif: string;
  readonly label: string;
  /** What silence means when the delay ends. */
  readonly silence: 'acceptance' | 'rejection' | 'none';
  readonly source: string;
  readonly open: number;
  /** The delay has ended: silence has spoken. */
  readonly passed: number;
  readonly within_3_days: number;
  readonly within_7_days: number;
  readonly next_at: Date | null;
}

/** Delays fixed by law that run beside the promise, by motif; those about to turn silence into a yes come first. */
export async function watchLegal(tx: Tx, book: Rulebook, now: Date): Promise<LegalWatch[]> {
  const within = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
  const { rows } = await sql<Omit<LegalWatch, 'label' | 'silence' | 'source'>>`
    select coalesce(motif_confirmed, motif, '') as motif, count(*)::int as open,
      count(*) filter (where legal_due_at < ${now})::int as passed,
      count(*) filter (where legal_due_at >= ${now} and legal_due_at < ${within(3)})::int as within_3_days,
      count(*) filter (where legal_due_at >= ${now} and legal_due_at < ${within(7)})::int as within_7_days,
      min(legal_due_at) filter (where legal_due_at >= ${now}) as next_at
    from aiguillage.conversation where legal_due_at is not null and status in ('queued', 'assigned')
    group by 1`.execute(tx);
  const motif = (id: string) => book.motifs.find((each) => each.id === id);
  return rows
    .map((row) => {
      const { label = row.motif, legal_clock } = motif(row.motif) ?? {};
      return { label, silence: legal_clock?.silence ?? ('none' as const), source: legal_clock?.source ?? '', ...row };
    })
    .sort(
      (a, b) =>
        Number(b.silence === 'acceptance') - Number(a.silence === 'acceptance') ||
        b.within_3_days - a.within_3_days ||
        (a.motif < b.motif ? -1 : 1),
    );
}

/** The duties of domain §2.4 and how far they are met. */
export interface Duties {
  /** CRPA L114-5: missing pieces were asked for, with a date. */
  readonly pieces: {
    readonly waiting: number;
    readonly within_3_days: number;
    readonly without_date: number;
    /** They did not come; a person decides what follows. */
    readonly not_come: number;
  };
  /** CRPA L114-2: forwarded and the sender told, over the last days. */
  readonly redirected: { readonly told: number; readonly not_told: number; readonly notices_not_sent: number };
  /** CRPA L112-11: nothing has left for the sender one working day after the mail came. */
  readonly acknowledgment: { readonly missing: number };
}

/** Days that redirections and acknowledgments are looked at over. */
export const DUTY_DAYS = 30;
const AEE_WORKING_HOURS = 24;
const DUTY_SPAN_WORKING_DAYS = 10;

/** The duties at an instant; live state and the events of the last thirty days. */
export async function readDuties(tx: Tx, book: Rulebook, now: Date): Promise<Duties> {
  const since = new Date(now.getTime() - DUTY_DAYS * DAY_MS);
  const soon = new Date(now.getTime() + 3 * DAY_MS);
  const pieces = await sql<Duties['pieces']>`
    select count(*) filter (where status = 'waiting')::int as waiting,
      count(*) filter (where status = 'waiting' and waiting_until < ${soon})::int as within_3_days,
      count(*) filter (where status = 'waiting' and waiting_until is null)::int as without_date,
      count(*) filter (where status in ('queued', 'assigned') and due_at is null and open_since is null
        and exists (select 1 from aiguillage.event e where e.conversation_id = c.id and e.type = 'conversation.reopened'
          and e.data ->> 'reason' = 'waiting-expired'))::int as not_come
    from aiguillage.conversation c where status in ('waiting', 'queued', 'assigned')`.execute(tx);
  return {
    pieces: pieces.rows[0]!,
    redirected: { ...(await countRedirected(tx, now, since)), notices_not_sent: await countUntold(tx, since) },
    acknowledgment: { missing: await countUnacknowledged(tx, book, now, since) },
  };
}

/** Redirections that stand: one act on one conversation counts once, and not at all when its notice reached nobody. */
async function countRedirected(tx: Tx, now: Date, since: Date): Promise<{ told: number; not_told: number }> {
  const { rows } = await sql<{ told: number; not_told: number }>`
    select count(*) filter (where told)::int as told, count(*) filter (where not told)::int as not_told
    from (
      select bool_or(coalesce(e.data ->> 'notice', '') = 'true') as told
      from aiguillage.event e
      cross join lateral jsonb_array_elements_text(e.data -> 'message_ids') as mail(id)
      -- Still stopped by this very event.
      join aiguillage.request r on r.message_id = mail.id::uuid and r.stopped_at = e.occurred_at
      where e.type = 'request.closed' and e.data ->> 'code' = 'redirected'
        and e.occurred_at >= ${since} and e.occurred_at <= ${now}
      group by r.conversation_id, e.occurred_at) as redirection`.execute(tx);
  return rows[0]!;
}

/**
 * Notices to members that are in doubt or held, and those that failed or came back as long as nothing has mended it: what
 * they were about is still open, or, where that was no request, nobody has written since.
 */
async function countUntold(tx: Tx, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from aiguillage.delivery d
    cross join lateral (select exists (select 1 from aiguillage.request r
      where r.message_id = any(d.asked) and r.stopped_at is null) as open) as about
    where d.kind = 'notice' and d.message_id is not null and d.created_at >= ${since} and (
      d.status in ('ambiguous', 'held')
      or (d.status = 'failed' and (about.open or (d.asked = '{}' and not exists (
        select 1 from aiguillage.delivery later where later.conversation_id = d.conversation_id
          and later.created_at > d.created_at and later.message_id is not null and later.status = 'sent'))))
      or (d.status = 'sent' and about.open and exists (
        select 1 from aiguillage.event e where e.type = 'request.resumed' and e.data ->> 'delivery' = d.id::text)))`.execute(
    tx,
  );
  return rows[0]!.n;
}

/** Conversations of acknowledging mailboxes whose first mail is a working day old and nothing was sent. */
async function countUnacknowledged(tx: Tx, book: Rulebook, now: Date, since: Date): Promise<number> {
  let sum = 0;
  for (const profile of book.mailboxes.filter(({ acknowledge }) => acknowledge)) {
    const { calendar } = policyFor(profile, now, book);
    const { rows } = await sql<{ received_at: Date }>`
      select c.first_received_at as received_at from aiguillage.conversation c
      join aiguillage.mailbox b on b.id = c.mailbox and b.mode = 'live'
      where c.mailbox = ${profile.id} and c.first_received_at >= ${since}
        and c.first_received_at < ${new Date(now.getTime() - DAY_MS)}
        and exists (select 1 from aiguillage.message m where m.conversation_id = c.id and m.origin = 'imap'
          and m.direction = 'incoming' and m.outcome = 'conversation')
        and not exists (select 1 from aiguillage.delivery d where d.conversation_id = c.id
          and d.kind in ('ack', 'reply') and d.status = 'sent')`.execute(tx);
    sum += rows.filter(
      ({ received_at }) =>
        now.getTime() - received_at.getTime() > DUTY_SPAN_WORKING_DAYS * DAY_MS ||
        addWorkingHours(received_at, AEE_WORKING_HOURS, calendar) < now,
    ).length;
  }
  return sum;
}
