import type { Outcome } from './change.ts';

/**
 * What people said of a mail: the motif they gave, the queue they moved it to, the marks they put or took away; or the
 * labels of a file. Whatever is left out nobody judged.
 */
export interface Said {
  /** Any of these is right, the principal one first. */
  readonly motifs?: readonly string[];
  readonly level?: string;
  /** The queue an agent transferred it to. */
  readonly queue?: string;
  /** Marks it carries. */
  readonly flags?: readonly string[];
  /** Marks it does not carry; `others`: none but those of `flags`. */
  readonly no_flags?: readonly string[] | 'others';
}

export const ASPECTS = ['motif', 'level', 'queue', 'flags'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Over the mails people judged in this respect: how many each set gets right, and those that change sides. */
export interface Verdict {
  judged: number;
  right_before: number;
  right_after: number;
  /** Wrong before, right now: moved to what people said. */
  toward: number;
  /** Right before, wrong now: moved away from it. */
  away: number;
}

/** Is an outcome what people said, in one respect? undefined where nobody said anything. Pure. */
export function agrees(aspect: Aspect, said: Said, { decision, routed }: Outcome): boolean | undefined {
  switch (aspect) {
    case 'motif':
      return said.motifs === undefined ? undefined : decision.motif !== null && said.motifs.includes(decision.motif);
    case 'level':
      return said.level === undefined ? undefined : decision.level === said.level;
    case 'queue':
      if (said.queue === undefined) return undefined;
      // The review queue is on the way to the pôle: what is proposed there is where it goes.
      return routed.queue === said.queue || (routed.queue === decision.queue && decision.target_queue === said.queue);
    case 'flags': {
      if (said.flags === undefined && said.no_flags === undefined) return undefined;
      const raised = decision.flags.map(({ id }) => id);
      const wanted = said.flags ?? [];
      const unwanted = said.no_flags === 'others' ? raised.filter((id) => !wanted.includes(id)) : (said.no_flags ?? []);
      return wanted.every((id) => raised.includes(id)) && !unwanted.some((id) => raised.includes(id));
    }
  }
}

/** Verdicts of a whole back-test. */
export class Judgement {
  readonly verdicts: Readonly<Record<Aspect, Verdict>> = {
    motif: nobody(),
    level: nobody(),
    queue: nobody(),
    flags: nobody(),
  };

  /** Counts one mail. @returns whether the candidate comes nearer to what people said, goes away, or neither */
  add(said: Said, before: Outcome, after: Outcome): 'toward' | 'away' | undefined {
    let side = 0;
    for (const aspect of ASPECTS) {
      const was = agrees(aspect, said, before);
      const is = agrees(aspect, said, after);
      if (was === undefined || is === undefined) continue;
      const verdict = this.verdicts[aspect];
      verdict.judged += 1;
      if (was) verdict.right_before += 1;
      if (is) verdict.right_after += 1;
      if (!was && is) verdict.toward += 1;
      if (was && !is) verdict.away += 1;
      side += Number(is) - Number(was);
    }
    return side > 0 ? 'toward' : side < 0 ? 'away' : undefined;
  }
}

function nobody(): Verdict {
  return { judged: 0, right_before: 0, right_after: 0, toward: 0, away: 0 };
}
