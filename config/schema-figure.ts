import { z } from 'zod';
import type { FigureTerms } from '../domain/figure-terms.ts';
import { date, share, text, version } from './fields.ts';

/** figure.yaml: reference lines, regime markers, and which replies are read again. */
const reference = z
  .strictObject({ label: text, share, from: date, to: date })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'un jour qui n’est pas avant « from »' });
export const figureFile = z
  .strictObject({
    version,
    references: z.array(reference).max(10).default([]),
    regimes: z
      .array(z.strictObject({ on: date, label: text }))
      .max(100)
      .default([]),
    target: share.optional(),
    second_reading: z.strictObject({
      short_chars: z.int().min(0).max(10_000),
      fast_seconds: z.int().min(0).max(86_400),
      list_max: z.int().min(1).max(1_000),
    }),
  })
  .transform(({ version: _, ...figure }): { version: 1; figure: FigureTerms } => ({ version: 1, figure }));

export type FigureFile = z.output<typeof figureFile>;
