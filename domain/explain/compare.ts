import type { Routed } from '../overflow.ts';
import type { Decision } from '../route.ts';

/** One thing two decisions about the same mail disagree on, in French. */
export interface Difference {
  readonly what: string;
  readonly then: string;
  readonly now: string;
}

interface Made {
  readonly decision: Decision;
  readonly routed: Pick<Routed, 'queue' | 'rule'> | null;
}

/** What is not as it was; empty when both say the same. */
export function differences(then: Made, now: Made): Difference[] {
  const found: Difference[] = [];
  const check = (what: string, read: (made: Made) => string): void => {
    const [before, after] = [read(then), read(now)];
    if (before !== after) found.push({ what, then: before, now: after });
  };
  check('motif', ({ decision }) => decision.motif ?? 'aucun');
  check('motif sûr', ({ decision }) => (decision.abstained ? 'non' : 'oui'));
  check('confiance', ({ decision }) => decision.confidence.toFixed(2).replace('.', ','));
  check('autres besoins', ({ decision }) => listed(decision.secondary));
  check('niveau', ({ decision }) => decision.level);
  check('signalements', ({ decision }) => listed(decision.flags.map(({ id, level }) => `${level} ${id}`)));
  check('public', ({ decision }) => decision.public);
  check('file décidée', ({ decision }) => decision.queue);
  check('pôle visé', ({ decision }) => decision.target_queue);
  check('règle', ({ decision }) => decision.rule);
  // A mail that joined a conversation kept its place: there is no routing to compare.
  if (then.routed !== null && then.routed.rule !== 'conversation.kept') {
    check('file', ({ decision, routed }) => routed?.queue ?? decision.queue);
  }
  return found;
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? 'aucun' : ids.join(', ');
}
