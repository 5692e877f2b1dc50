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
  /** Mails answered before this one; the whole backlog where nothing is said. */
  ahead: z.int().min(0).max(10_000_000).optional(),
  /** Urgent mails that arrive later and go first, in one open hour. */
  passing_per_open_hour: z.number().min(0).max(100_000).optional(),
  /** Pools: the delays of sla.yaml for which hand-overs are under way. */
  active: z.array(id).max(LIMITS.slas_max).optional(),
  /** Pools: stopped by a supervisor, or left alone because it is silent. */
  stopped: z.string().min(1).max(40).optional(),
});
/** The work that stands before a mail, by queue, for those who try one out (`rules explain --load FILE.yaml`). */
export const loadFile = z.record(id, queueLoad);
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
    /** What became of a pool: `taken`, or the code of its refusal (docs/overflow.md). */
    pools: z.record(id, z.string().max(40)).optional(),
  })
  .refine((value) => Object.keys(value).length > 0, { error: 'au moins une attente' });

const instant = z.iso.datetime({ offset: true, error: 'un instant AAAA-MM-JJTHH:MM:SS+02:00' });
const scenario = z.strictObject({
  name: text,
  at: instant,
  /** When the mail arrived, if earlier: its deadline counts from there. */
  received_at: instant.optional(),
  /** The motif the scenario supposes; without it the trained model gives it. */
  given_motif: id.optional(),
  input,
  load: z.record(id, queueLoad).default({}),
  expect,
});
export const testsFile = z.strictObject({ version, tests: z.array(scenario).min(1).max(LIMITS.scenarios_max) });
export type TestsFile = z.output<typeof testsFile>;
export type Scenario = TestsFile['tests'][number];
