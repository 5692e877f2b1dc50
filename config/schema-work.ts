import { z } from 'zod';
import { DEFAULT_DESK } from '../domain/aside.ts';
import type { WorkOrder } from '../domain/order.ts';
import type { PresencePolicy } from '../domain/presence.ts';
import type { ReplyReadingPolicy } from '../domain/reply-reading.ts';
import type { ReviewPolicy } from '../domain/review.ts';
import type { Call, DutySlot, Rota } from '../domain/rota.ts';
import type { WavePolicy } from '../domain/wave/policy.ts';
import { email, hours, id, oneOrMore, share, text, time, version } from './fields.ts';
import { LIMITS } from './limits.ts';
import { DAYS } from './schema-desk.ts';

/** order.yaml, presence.yaml, reviews.yaml, rota.yaml, waves.yaml: how the day's work is shared out. */

const queueIds = z.array(id).max(LIMITS.queues_max);
const days = oneOrMore(z.enum(DAYS), 7).transform((names) => names.map((name) => DAYS.indexOf(name) + 1));

const { snooze, release, series } = DEFAULT_DESK;
/** What nobody wrote has the domain's own limit. */
const desk = z
  .strictObject({
    snooze: z
      .strictObject({
        longest_hours: hours(7 * 24).default(snooze.longest_hours),
        margin_hours: z.number().min(0).max(72).default(snooze.margin_hours),
        per_conversation: z.int().min(0).max(20).default(snooze.per_conversation),
        at_once: z.int().min(0).max(100).default(snooze.at_once),
        kept_minutes: z.number().min(0).max(600).default(snooze.kept_minutes),
      })
      .default(snooze),
    release: z
      .strictObject({
        per_day: z.int().min(1).max(1_000).default(release.per_day),
        watched_after: z.int().min(1).max(100).default(release.watched_after),
      })
      .default(release),
    series: z.strictObject({ size: z.int().min(2).max(25).default(series.size) }).default(series),
  })
  .default(DEFAULT_DESK);

export const orderFile = z
  .strictObject({
    version,
    legal_days: z.number().min(0).max(60),
    stock_share: share,
    age_max_hours: hours(10_000),
    queues: z.record(id, share).default({}),
    desk,
  })
  .transform(({ version: _, ...order }): { version: 1; order: WorkOrder } => ({ version: 1, order }));

const usual = z.strictObject({
  days,
  half: oneOrMore(z.enum(['am', 'pm']), 2).default(['am', 'pm']),
  channel: z.enum(['courriel', 'telephone', 'accueil', 'absent']),
});
const team = z
  .strictObject({ id, label: text, queues: queueIds.min(1), usual: z.array(usual).min(1).max(20) })
  .transform(({ usual: lines, ...rest }) => ({
    ...rest,
    usual: lines.map(({ days: on, half, channel }) => ({ days: on, halves: half, channel })),
  }));
export const presenceFile = z
  .strictObject({
    version,
    noon: time,
    productive_share: z.number().positive().max(1),
    away_open_hours: hours(100),
    teams: z.array(team).max(LIMITS.queues_max),
  })
  .transform(({ version: _, ...presence }): { version: 1; presence: PresencePolicy } => ({ version: 1, presence }));

const reasons = z
  .array(z.strictObject({ id, label: text }))
  .min(1)
  .max(30);

const ROLES = { agent: 'agent', referent: 'referent', superviseur: 'supervisor' } as const;
const replyReading = z
  .strictObject({
    newcomer_replies: z.int().min(0).max(1_000),
    share,
    timeout_open_hours: hours(200),
    readers: z.enum(['referent', 'superviseur']).default('referent'),
  })
  .transform(({ readers, ...rest }): ReplyReadingPolicy => ({ ...rest, readers: ROLES[readers] }));
export const reviewsFile = z
  .strictObject({
    version,
    timeout_open_hours: hours(200),
    offer_open_hours: z.number().min(0).max(200),
    sample_share: share,
    sampled_queues: queueIds.optional(),
    motifs: z.array(id).max(LIMITS.motifs_max).optional(),
    reasons: z.strictObject({ approve: reasons, return: reasons, remotif: reasons, refuse: reasons }),
    reply_reading: replyReading.optional(),
  })
  .transform(({ version: _, ...reviews }): { version: 1; reviews: ReviewPolicy } => ({
    version: 1,
    reviews: defined(reviews) as ReviewPolicy,
  }));

const call = z
  .strictObject({
    login: z.string().trim().toLowerCase().min(1).max(100).optional(),
    role: z.enum(['agent', 'referent', 'superviseur']).optional(),
    email: email.optional(),
  })
  .refine(({ login, role }) => (login === undefined) !== (role === undefined), {
    error: 'une personne (login) ou un rôle (role), l’un des deux',
  })
  .transform(({ role, ...rest }) => defined({ ...rest, role: role === undefined ? undefined : ROLES[role] }) as Call);
const calls = z.array(call).min(1).max(20);
const slot = z
  .strictObject({ days, from: time, to: time, call: calls })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'une fin après le début' })
  .transform((one): DutySlot => one);
export const rotaFile = z
  .strictObject({
    version,
    acknowledge_minutes: z.number().positive().max(240),
    calendar: id,
    mail_from: id.optional(),
    slots: z.array(slot).max(50).default([]),
    otherwise: calls,
  })
  .transform(({ version: _, ...rota }): { version: 1; rota: Rota } => ({ version: 1, rota: defined(rota) as Rota }));

const crowd = z.strictObject({ people: z.int().min(1).max(100_000), usual: z.number().min(0).max(100_000) });
export const wavesFile = z
  .strictObject({
    version,
    window_hours: hours(72),
    baseline_weeks: z.int().min(1).max(8),
    people_min: z.int().min(3).max(10_000),
    ratio_min: z.number().min(1.5).max(100),
    similarity_min: share,
    group_similarity_min: share,
    scan_minutes: z
      .int()
      .min(5)
      .max(24 * 60),
    mails_max: z.int().min(500).max(20_000),
    quiet_hours: hours(24 * 60),
    days_max: z.int().min(1).max(90),
    group_max: z.int().min(1).max(1_000),
    examples: z.strictObject({
      wave: z.array(crowd).min(1).max(LIMITS.examples_max),
      no_wave: z.array(crowd).min(1).max(LIMITS.examples_max),
    }),
  })
  .transform(({ version: _, examples, ...waves }) => ({
    version: 1 as const,
    waves: waves satisfies WavePolicy,
    examples,
  }));

export type WavesFile = z.output<typeof wavesFile>;
export type OrderFile = z.output<typeof orderFile>;
export type PresenceFile = z.output<typeof presenceFile>;
export type ReviewsFile = z.output<typeof reviewsFile>;
export type RotaFile = z.output<typeof rotaFile>;

/** Without the keys nobody wrote: `exactOptionalPropertyTypes` tells them from undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
