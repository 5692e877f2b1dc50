import { z } from 'zod';
import { flagLevel, id, level, publicName, text, version } from './fields.ts';
import { LIMITS } from './limits.ts';

/**
 * routing.test.yaml: scenarios with their own clock and load, run by `rules check` through the same functions as
 * production.
 */
const queueLoad = z.strictObject({
  backlog: z.int().min(0).max(10_000_000).default(0),
  arrivals_today: z.int().min(0).max(10_000_000).default(0),
  handed_today: z.int().min(0).max(10_000_000).default(0),
  /** Overrides the capacity of pools.yaml for this scenario. */
  capacity_per_open_hour: z.number().min(0).max(100_000).optional(),
});
const body = z.string().max(LIMITS.example_chars_max);
const input = z.strictObject({
  mailbox: id,
  channel: z.enum(['mail', 'bot']).default('mail'),
  subject: body.default(''),
  body,
  from: z.email().optional(),
  public: publicName.optional(),
  attachments: z.array(body).max(20).default([]),
  prior_contacts: z.int().min(0).max(1_000).default(0),
});
const expect = z
  .strictObject({
    motif: id.optional(),
    level: level.optional(),
    queue: z.string().max(64).optional(),
    target_queue: z.string().max(64).optional(),
    rule: z.string().max(80).optional(),
    abstained: z.boolean().optional(),
    /** These flags, at these levels where given (« danger-vital » or « danger-vital: P0 »), are raised. */
    flags: z
      .array(z.union([id, z.record(id, flagLevel)]))
      .max(LIMITS.flags_max)
      .optional(),
    no_flags: z.array(id).max(LIMITS.flags_max).optional(),
  })
  .refine((value) => Object.keys(value).length > 0, { error: 'au moins une attente' });

const scenario = z.strictObject({
  name: text,
  at: z.iso.datetime({ offset: true, error: 'un instant AAAA-MM-JJTHH:MM:SS+02:00' }),
  /** The motif the scenario supposes; without it the trained model gives it. */
  given_motif: id.optional(),
  input,
  load: z.record(id, queueLoad).default({}),
  expect,
});
export const testsFile = z.strictObject({ version, tests: z.array(scenario).min(1).max(LIMITS.scenarios_max) });
export type TestsFile = z.output<typeof testsFile>;
export type Scenario = TestsFile['tests'][number];
