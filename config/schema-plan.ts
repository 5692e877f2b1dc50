import { z } from 'zod';
import { date, hours, oneOrMore, share, text, time, version, yesNo } from './fields.ts';
import {
  arrivals,
  inOrder,
  minutes,
  motifs,
  name,
  open_hours,
  ORDER,
  period,
  PLAN_LIMITS,
  positive,
  staff,
  weight,
} from './schema-plan-parts.ts';

/** scenarios/*.yaml: what `plan` simulates (docs/planning.md). */

const repeats = z
  .strictObject({
    factor: z.number().min(0).max(100).default(1),
    while_waiting: z
      .array(z.strictObject({ after_hours: hours(10_000), rate: share }))
      .max(10)
      .default([]),
    after_answer: z
      .strictObject({ rate: z.number().min(0).max(0.9), days: z.number().positive().max(365) })
      .default({ rate: 0, days: 1 }),
    joined_share: share.default(0),
  })
  .transform(({ factor, while_waiting, after_answer, joined_share }) => ({
    while_waiting: while_waiting.map(({ after_hours, rate }) => ({ after_hours, rate: Math.min(1, rate * factor) })),
    after_answer: { ...after_answer, rate: Math.min(0.9, after_answer.rate * factor) },
    joined_share,
  }));

const change = z.union([
  z.number(),
  z.string().max(100),
  z.boolean(),
  z.array(z.union([z.number(), z.string().max(100)])).max(100),
]);
const lever = z.strictObject({
  id: name,
  label: text,
  set: z
    .record(z.string().max(200), change)
    .refine((set) => Object.keys(set).length >= 1 && Object.keys(set).length <= PLAN_LIMITS.changes_max, {
      error: `1 à ${PLAN_LIMITS.changes_max} réglages`,
    }),
});

/** The share a scenario is fitted to, and the two settings that may move for it. */
const target = z.strictObject({
  share,
  tolerance: share,
  received: z.int().min(1).max(PLAN_LIMITS.mails_max),
  adjust: z.string().max(200),
  between: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, { error: 'deux bornes, la plus petite d’abord' }),
});

export const planFile = z
  .strictObject({
    version,
    name: text,
    seed: z.int().min(0).max(4_294_967_295),
    ...period,
    calendar: z.string().max(64),
    sla: z.strictObject({ hours: hours(2_000), clock: z.enum(['elapsed', 'working']) }),
    target: target.optional(),
    arrivals,
    mails: z
      .array(z.strictObject({ motif: name, share: weight, expert_share: share, minutes: positive.optional() }))
      .min(1)
      .max(PLAN_LIMITS.kinds_max),
    urgent_share: share.default(0),
    backlog_at_start: z
      .strictObject({
        n1: z.int().min(0).max(1_000_000),
        poles: z.int().min(0).max(1_000_000),
        age_days: z.number().min(0).max(365),
      })
      .default({ n1: 0, poles: 0, age_days: 0 }),
    n1: z.strictObject(staff),
    review: z.strictObject({ ...staff, timeout_open_hours: hours(1_000).optional() }).optional(),
    poles: z
      .array(z.strictObject({ id: name, ...staff, motifs: motifs.optional() }))
      .max(PLAN_LIMITS.teams_max)
      .default([]),
    pools: z
      .array(
        z.strictObject({
          id: name,
          ...staff,
          enabled: yesNo.default(true),
          motifs,
          daily_quota: z.int().min(0).max(1_000_000),
          max_share: share,
          // As in pools.yaml.
          trigger: z.enum(['forecast', 'backlog']).default('backlog'),
          margin_hours: open_hours.optional(),
          stop_margin_hours: open_hours.optional(),
          trigger_hours: open_hours.optional(),
          stop_hours: open_hours.optional(),
          recall_hours: hours(1_000).optional(),
        }),
      )
      .max(PLAN_LIMITS.teams_max)
      .default([]),
    transfers: z
      .strictObject({
        n1_minutes: minutes,
        review_share: share,
        returned_share: share,
        returned_minutes: positive,
        delay_hours: z.number().min(0).max(1_000),
      })
      .default({ n1_minutes: 0, review_share: 0, returned_share: 0, returned_minutes: 1, delay_hours: 0 }),
    skills: z
      .strictObject({ share, motifs: motifs.optional(), minutes_per_mail: positive })
      .default({ share: 0, minutes_per_mail: 1 }),
    tasks: z
      .strictObject({ share, n1_minutes: positive, pole_minutes: minutes })
      .default({ share: 0, n1_minutes: 1, pole_minutes: 0 }),
    repeats: repeats.default({ while_waiting: [], after_answer: { rate: 0, days: 1 }, joined_share: 0 }),
    group_replies: z
      .strictObject({
        enabled: yesNo,
        ready_after_days: z.int().min(0).max(365),
        eligible_share: share,
        at: oneOrMore(time, 24),
        prepare_minutes: minutes,
        minutes_per_mail: minutes,
      })
      .default({
        ...{ enabled: false, ready_after_days: 0, eligible_share: 0, at: ['12:00'] },
        ...{ prepare_minutes: 0, minutes_per_mail: 0 },
      }),
    order: z
      .strictObject({
        policy: z.enum(['fifo', 'lifo', 'stock-flux']),
        stock_share: share.default(0),
        age_max_hours: hours(10_000).default(10_000),
      })
      .default({ policy: 'fifo', stock_share: 0, age_max_hours: 10_000 }),
    markers: z
      .array(z.strictObject({ date, label: text }))
      .max(20)
      .default([]),
    levers: z.array(lever).max(PLAN_LIMITS.levers_max).default([]),
  })
  .refine(inOrder, ORDER);
export type PlanFile = z.output<typeof planFile>;
