import { z } from 'zod';
import { date, share, text } from './fields.ts';
import { DAYS } from './schema-desk.ts';

/** Limits of a scenario (scenarios/*.yaml): one file must not hold a machine for hours. */
export const PLAN_LIMITS = {
  mails_max: 3_000_000,
  agents_max: 10_000,
  minutes_max: 1_000,
  kinds_max: 100,
  teams_max: 40,
  levers_max: 40,
  changes_max: 40,
} as const;

/** No dots: a lever names a setting as `pools.hainaut.since`. */
export const name = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'des minuscules sans accent, des chiffres et des tirets' });
export const minutes = z.number().min(0).max(PLAN_LIMITS.minutes_max);
export const positive = z.number().positive().max(PLAN_LIMITS.minutes_max);
const agents = z.number().min(0).max(PLAN_LIMITS.agents_max);
export const weight = z.number().min(0).max(1_000);
export const motifs = z.array(name).min(1).max(PLAN_LIMITS.kinds_max);
export const open_hours = z.number().min(0).max(1_000);

export const period = { from: date, to: date };
export const inOrder = ({ from, to }: { from: string; to: string }): boolean => from <= to;
export const ORDER = { error: 'un dernier jour qui n’est pas avant le premier', path: ['to'] };

/** What every team has. */
export const staff = {
  label: text,
  calendar: z.string().max(64),
  agents,
  absence: share.default(0),
  time_on_mail: share,
  minutes_per_mail: positive,
  since: date.optional(),
  until: date.optional(),
  periods: z
    .array(z.strictObject({ ...period, agents: agents.optional(), absence: share.optional() }).refine(inOrder, ORDER))
    .max(60)
    .default([]),
};

const MONTHS = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
] as const;

/** Who writes when. */
export const arrivals = z.strictObject({
  first_contacts: z.int().min(0).max(PLAN_LIMITS.mails_max),
  weekdays: z.strictObject(record(DAYS, weight)).transform((days) => DAYS.map((day) => days[day])),
  hours: z.array(weight).length(24, { error: '24 nombres, un par heure' }),
  months: z
    .strictObject(record(MONTHS, weight.default(1)))
    .transform((months) => MONTHS.map((month) => months[month]))
    .default(MONTHS.map(() => 1)),
  holidays: z.number().min(0).max(10).default(1),
  day_variation: z.number().min(0).max(1).default(0),
  periods: z
    .array(z.strictObject({ ...period, factor: z.number().min(0).max(100), label: text }).refine(inOrder, ORDER))
    .max(60)
    .default([]),
  waves: z
    .array(
      z
        .strictObject({ ...period, label: text, mails: z.int().min(0).max(PLAN_LIMITS.mails_max), motif: name })
        .refine(inOrder, ORDER),
    )
    .max(20)
    .default([]),
});

function record<K extends string, T extends z.ZodType>(keys: readonly K[], value: T): Record<K, T> {
  return Object.fromEntries(keys.map((key) => [key, value])) as Record<K, T>;
}
