import { z } from 'zod';

const count = z.int().min(0);
const share = z.number().nullable();
const confirmed = z.object({ judged: count, confirmed: count, share });

/** The numbers of domain/quality.ts; docs/figure.md says what each is. */
export const quality = z.object({
  mails: count,
  abstained: count,
  abstained_share: share,
  triaged: count,
  triaged_share: share,
  motifs: confirmed.extend({ sure: confirmed, unsure: confirmed }),
  pairs: z.array(z.object({ guessed: z.string().nullable(), given: z.string(), n: count, of: count })).readonly(),
  pairs_left_out: count,
  levels: z.object({ n1: count, n1_to_expert: count, expert: count, expert_to_n1: count, corrected_share: share }),
  flags: z
    .array(z.object({ flag: z.string(), raised: count, kept: count, removed: count, missed: count, kept_share: share }))
    .readonly(),
  repeats: z.array(z.object({ motif: z.string().nullable(), base: count, again: count, share })).readonly(),
  read_again: z
    .array(
      z.object({
        source: z.enum(['partner', 'replies', 'direct']),
        team: z.string().nullable(),
        drawn: count,
        read: count,
        findings: z.record(z.string(), count),
      }),
    )
    .readonly(),
});
export type QualityAnswer = z.infer<typeof quality>;
