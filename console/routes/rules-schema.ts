import { z } from 'zod';
import { LIMITS } from '../../config/limits.ts';
import { loadFile } from '../../config/schema-tests.ts';
import { SIMULATED_DAYS_MAX } from '../actions/rules.ts';
import { instant, name, text } from './schemas.ts';

/** Shapes of the rules routes. */

export const digest = z.string().regex(/^[0-9a-f]{64}$/);
const prefix = z.string().regex(/^[0-9a-f]{8,64}$/);
const count = z.int().min(0);
const nullable = z.string().nullable();

const entry = z.object({
  digest: z.string(),
  activated_at: instant,
  activated_by: z.string(),
  how: z.enum(['seed', 'auto', 'apply', 'rollback']),
  from_digest: nullable,
  simulation: nullable,
  reason: z.string(),
});
const proposal = z.object({
  digest: z.string(),
  source: z.enum(['folder', 'console']),
  outcome: z.enum(['candidate', 'refused']),
  problems: z.array(z.string()),
  gone: z.array(z.string()),
  proposed_at: instant,
  proposed_by: z.string(),
});
const tried = z.object({
  id: z.string(),
  digest: z.string(),
  baseline: z.string(),
  model_digest: z.string(),
  simulated_at: instant,
  simulated_by: z.string(),
  mails: count,
  moved: count,
});
export const state = z.object({
  active: entry.nullable(),
  candidate: proposal.nullable(),
  refused: proposal.nullable(),
  history: z.array(entry),
  proposals: z.array(proposal),
  simulations: z.array(tried),
  /** Who has the last word: these rules, or the folder the site watches. */
  master: z.object({ folder: nullable, read_only: z.boolean(), autoapply: z.boolean(), sentence: z.string() }),
});
export type State = z.infer<typeof state>;

export const texts = z.object({ digest: z.string(), files: z.record(z.string(), z.string()) });

export const checkAsk = z.strictObject({
  files: z
    .record(z.string().max(200), z.string().max(LIMITS.file_bytes_max))
    .refine((files) => Object.keys(files).length <= LIMITS.files_max),
  /** Store it as a candidate when it loads. */
  keep: z.boolean().default(false),
  /** The candidate it takes the place of, as it was seen; null or nothing when there was none. */
  over: digest.nullish(),
});
export const checkAnswer = z.object({
  ok: z.boolean(),
  digest: z.string(),
  problems: z.array(
    z.object({
      severity: z.enum(['error', 'warning']),
      file: z.string(),
      line: z.int(),
      col: z.int(),
      what: z.string(),
      value: z.string().optional(),
      expected: z.string().optional(),
      did_you_mean: z.string().optional(),
    }),
  ),
  scenarios: z.object({ run: count, failed: z.array(z.string()) }),
  gone: z.array(z.string()),
  kept: z.boolean(),
});

const TEXT_CHARS_MAX = 100_000;
export const explainAsk = z.union([
  z.strictObject({
    /** A reference, the id of a conversation or message, or a Message-ID. */
    name: z.string().trim().min(1).max(1_000),
    with: digest.optional(),
  }),
  z.strictObject({
    subject: z.string().max(1_000).default(''),
    body: z.string().max(TEXT_CHARS_MAX),
    mailbox: name,
    from: z.email().optional(),
    at: z.iso.datetime({ offset: true }).optional(),
    load: loadFile.default({}),
    with: digest.optional(),
  }),
]);
/** Its shape is domain/explain.ts and store/explained.ts; every text in it is masked there. */
export const explanation = z.record(z.string(), z.unknown());

export const simulateAsk = z.strictObject({ digest, days: z.int().min(1).max(SIMULATED_DAYS_MAX).default(30) });
/** Counts, digests, ids and names of the configuration: domain/simulate/tally.ts. */
export const simulation = z.record(z.string(), z.unknown());

export const applyAsk = z.strictObject({
  digest,
  /** Applies without a simulation; the reason is kept in the history. */
  unsimulated: text(300).optional(),
});
export const rollbackAsk = z.strictObject({ to: prefix.optional() });
export const applied = z.object({ active: z.string(), from: nullable, warning: nullable });
