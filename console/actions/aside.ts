import { DEFAULT_DESK, latestSnooze, refuseSnooze, type SnoozeReason, type SnoozeRefusal } from '../../domain/aside.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { DEFAULT_ORDER } from '../../domain/order.ts';
import { snooze, snoozeFacts, wake } from '../../store/aside.ts';
import { lockInSight, requireHeld } from '../../store/desk.ts';
import { Refusal } from '../errors.ts';
import type { ActionContext } from './context.ts';

/** Setting a conversation one holds aside for a while (domain/aside.ts). */

const REFUSALS: Readonly<Record<SnoozeRefusal, string>> = {
  urgent: 'Un P0 ou un P1 ne se met pas de côté.',
  late: 'Son délai est dépassé : elle ne se met pas de côté.',
  'too-close': 'Son échéance est trop proche pour la mettre de côté.',
  aged: 'Elle attend depuis trop longtemps pour être mise de côté.',
  'too-often': 'Elle a déjà été mise de côté autant de fois que permis.',
  'too-many': 'Vous avez déjà mis de côté autant de conversations que permis : reprenez-en une d’abord.',
  'in-pool': 'Une conversation confiée à une équipe partenaire ne se met pas de côté.',
  past: 'Choisissez un moment plus tardif.',
  'too-long': 'Ce moment est trop tardif : elle doit revenir avant son échéance.',
};

const policiesOf = ({ book }: ActionContext) => ({
  policy: (book.order?.desk ?? DEFAULT_DESK).snooze,
  age_max_hours: (book.order ?? DEFAULT_ORDER).age_max_hours,
});

async function held(context: ActionContext, id: string) {
  const { tx, agent, book, now } = context;
  const row = await requireHeld(tx, agent, id, now);
  const in_pool = book.queues.find((queue) => queue.id === row.queue)?.kind === 'partner';
  return { row, facts: await snoozeFacts(tx, agent, row, in_pool, now) };
}

/** Until when it may be set aside, or why not; for the dialog. */
export async function snoozeBound(
  context: ActionContext,
  id: string,
): Promise<{ latest: Date | null; refused: string | null }> {
  const { policy, age_max_hours } = policiesOf(context);
  const { facts } = await held(context, id);
  const bound = latestSnooze(facts, policy, age_max_hours, context.now);
  return 'latest' in bound
    ? { latest: bound.latest, refused: null }
    : { latest: null, refused: REFUSALS[bound.refused] };
}

/**
 * Sets it aside.
 * @throws Refusal DESK_REFUSED with the sentence; AiguillageError as store/desk.ts `requireHeld`
 */
export async function setAside(
  context: ActionContext,
  id: string,
  ask: { readonly reason: SnoozeReason; readonly until: Date },
): Promise<void> {
  const { policy, age_max_hours } = policiesOf(context);
  const { row, facts } = await held(context, id);
  const refusal = refuseSnooze(facts, ask.until, policy, age_max_hours, context.now);
  if (refusal !== undefined) throw new Refusal('DESK_REFUSED', REFUSALS[refusal]);
  await snooze(context.tx, context.agent, row, ask, context.now);
}

/** Puts it back in its queue: whoever set it aside, a référent or a supervisor. @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN */
export async function endAside({ tx, agent, now }: ActionContext, id: string): Promise<void> {
  const row = await lockInSight(tx, agent, id);
  if (row.snoozed_by === null) throw new Refusal('DESK_REFUSED', 'Cette conversation n’est pas mise de côté.');
  if (row.snoozed_by !== agent.id && agent.role === 'agent') throw new AiguillageError('AUTH_FORBIDDEN');
  await wake(tx, agent, row, now);
}
