import { factsOf } from '../../classifiers/prepare.ts';
import { instantMs } from '../../domain/days.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { explain, type Explanation } from '../../domain/explain.ts';
import type { CompiledRulebook } from '../../domain/match.ts';
import type { Load } from '../../domain/overflow.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { requireInSight } from '../../store/desk.ts';
import { appendAudit } from '../../store/events.ts';
import { explainStored, type StoredExplanation } from '../../store/explained.ts';
import { findDecided } from '../../store/recorded.ts';
import type { ConsoleDeps } from '../deps.ts';

/** A text a supervisor tries the rules on. */
export interface PastedAsk {
  readonly subject: string;
  readonly body: string;
  readonly mailbox: string;
  readonly from?: string | undefined;
  readonly at?: string | undefined;
  readonly load: Load;
}

/** The set to explain with: one that is stored, else the active one. */
async function setOf(deps: ConsoleDeps, digest: string | undefined): Promise<CompiledRulebook> {
  return deps.store.read(SYSTEM, (tx) => deps.rules.rulebook(tx, digest));
}

/** Explains pasted text; nothing of it is kept. @throws AiguillageError BAD_INPUT, CONFIG_UNKNOWN_DIGEST */
export async function explainPasted(
  deps: ConsoleDeps,
  ask: PastedAsk,
  digest: string | undefined,
): Promise<Explanation> {
  const book = await setOf(deps, digest);
  if (!book.mailboxes.some(({ id }) => id === ask.mailbox)) throw new AiguillageError('BAD_INPUT');
  const model = await deps.store.read(SYSTEM, (tx) => deps.rules.model(tx));
  const now = ask.at === undefined ? deps.clock() : new Date(instantMs(ask.at));
  const facts = factsOf({ ...ask, at: now.toISOString() }, book);
  return explain({ facts, book, model, now, load: ask.load }).explanation;
}

/**
 * Explains a stored decision beside today's. Its words are words of a mail: the reading is audited as any other.
 * @throws AiguillageError NOT_FOUND
 */
export async function explainNamed(
  deps: ConsoleDeps,
  agent: Agent,
  name: string,
  digest: string | undefined,
): Promise<StoredExplanation> {
  const actor = actorOf(agent);
  await deps.store.write(actor, async (tx) => {
    const named = await findDecided(tx, name);
    if (named === undefined) throw new AiguillageError('NOT_FOUND');
    await requireInSight(tx, agent, named.conversation_id);
    await appendAudit(tx, actor, deps.clock(), 'conversation.read', named.conversation_id, { by: 'explain' });
  });
  const candidate = digest === undefined ? undefined : await setOf(deps, digest);
  const found = await explainStored(deps.store, deps.rules, name, candidate);
  if (found === undefined) throw new AiguillageError('NOT_FOUND');
  return found;
}
