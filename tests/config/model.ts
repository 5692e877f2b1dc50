import type { MotifModel } from '../../domain/facts.ts';

/** A model that always answers `motif`, as sure as said. */
export function stubModel(motif: string, score = 0.95): MotifModel {
  return { digest: 'stub', rank: () => [{ motif, score }], evidence: () => [] };
}
