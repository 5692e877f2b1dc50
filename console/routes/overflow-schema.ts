import { z } from 'zod';
import type { OwnRecall } from '../../store/overflow-mine.ts';
import { id, instant } from './schemas.ts';

/** Shapes of the overflow routes. Hours are open hours; null stands for « without end », a queue at a standstill. */

export const stopReason = z.enum([
  'quality',
  'convention',
  'pool_closed',
  'pool_overloaded',
  'enough_capacity',
  'incident',
  'other',
]);
export const verdict = z.enum(['good', 'to_improve', 'wrong']);

export const poolRow = z.object({
  pool: z.string(),
  label: z.string(),
  from: z.string(),
  enabled: z.boolean(),
  trigger: z.enum(['forecast', 'backlog']),
  /** Open at this minute. */
  open: z.boolean(),
  daily_quota: z.int(),
  handed_today: z.int(),
  quota_left: z.int(),
  /** Of today's arrivals in the source queue: the most that may leave, and what has left; 0–1, null before any came. */
  max_share: z.number(),
  share_used: z.number().nullable(),
  arrivals_today: z.int(),
  backlog: z.int(),
  /** Reception of the oldest conversation it has not answered. */
  oldest_at: instant.nullable(),
  /** Open hours of work the pool has, and the most it may hold before work comes back. */
  work_hours: z.number().nullable(),
  recall_hours: z.number().nullable(),
  /** Promises (sla.yaml) for which hand-overs are under way. */
  active: z.array(z.string()),
  /** By promise: for a mail that arrives now, open hours in hand at the source queue and here, on both clocks. */
  forecast: z.array(
    z.object({
      policy: z.string(),
      clock: z.enum(['elapsed', 'working']),
      due_at: instant,
      source_slack_hours: z.number().nullable(),
      pool_slack_hours: z.number().nullable(),
    }),
  ),
  /** What would become of an eligible mail of the most usual promise that arrives now: a code and its sentence. */
  now: z.object({ code: z.string(), why: z.string() }),
  stopped: z
    .object({
      reason: z.string(),
      /** null: the machine, for a pool that was silent. */
      by: z.string().nullable(),
      stopped_at: instant,
      until: instant.nullable(),
      recall: z.boolean(),
    })
    .nullable(),
  /** Hand-overs and recalls of the last day, by their kind, with the sentence of the newest. */
  recent: z.array(
    z.object({
      what: z.enum(['handed', 'recalled']),
      /** How it was handed (arrival, rebalance, by-hand), or why it came back. */
      code: z.string(),
      why: z.string().nullable(),
      at: instant,
      count: z.int(),
    }),
  ),
  /** Answers of the last 30 days and those read again. */
  sample: z.object({
    share: z.number(),
    answers: z.int(),
    sampled: z.int(),
    open: z.int(),
    good: z.int(),
    to_improve: z.int(),
    wrong: z.int(),
  }),
});

export const reading = z.object({
  message: id,
  conversation: id,
  ref: z.string(),
  pool: z.string(),
  motif: z.string().nullable(),
  answered_at: instant,
  verdict: verdict.nullable(),
  read_at: instant.nullable(),
});

/** What a partner reads of its own contract: terms, what is left of today, what came back, what was read again. */
export const ownRow = z.object({
  pool: z.string(),
  label: z.string(),
  since: z.string(),
  enabled: z.boolean(),
  open: z.boolean(),
  /** Opening hours of today. */
  hours: z.array(z.object({ from: instant, to: instant })),
  daily_quota: z.int(),
  handed_today: z.int(),
  quota_left: z.int(),
  motifs: z.array(z.object({ id: z.string(), label: z.string() })),
  reveal_nir: z.boolean(),
  /** More open hours of work than this, or so many open hours without a claim, and work comes back. */
  recall_hours: z.number().nullable(),
  silent_hours: z.number(),
  /** Nothing new comes until then; null inside: until it is resumed. */
  stopped: z.object({ until: instant.nullable() }).nullable(),
  waiting: z.int(),
  held: z.int(),
  oldest_at: instant.nullable(),
  /** What left the pool in the last 7 days, by reason. */
  recalled: z.array(z.object({ reason: z.string(), label: z.string(), count: z.int() })),
  /** Answers of the last 30 days, and those own staff read again. */
  sample: z.object({
    share: z.number(),
    answers: z.int(),
    sampled: z.int(),
    open: z.int(),
    good: z.int(),
    to_improve: z.int(),
    wrong: z.int(),
  }),
});

/** Why work left a pool, as its agents read it. */
export const RECALL_LABELS: Readonly<Record<OwnRecall, string>> = {
  ineligible: 'Un message suivant ne relevait plus du contrat',
  urgent: 'Un signalement urgent a été posé',
  ended: 'Le contrat est suspendu ou terminé',
  stopped: 'Les envois ont été arrêtés',
  silent: 'Personne n’avait pris de message depuis plusieurs heures',
  closed: 'L’équipe n’ouvrait plus avant l’échéance',
  full: 'L’équipe avait trop de messages en attente',
  'given-back': 'Rendu par l’équipe, ou repris à la main',
};
