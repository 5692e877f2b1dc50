import { buildFacts } from '../domain/build-facts.ts';
import { explain, type Explanation } from '../domain/explain.ts';
import { differences, type Difference } from '../domain/explain/compare.ts';
import type { MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import type { Routed } from '../domain/overflow.ts';
import { replay, type Replay } from '../domain/replay.ts';
import type { Decision } from '../domain/route.ts';
import { SYSTEM, type Store } from './database.ts';
import { findDecided, recordedIn, recordedOf, type RecordedDecision } from './recorded.ts';
import { readKept, type Kept } from './replays.ts';

/** A stored decision beside the one the same mail would get now. */
export interface StoredExplanation {
  readonly ref: string;
  readonly conversation: string;
  readonly message: string;
  /** Other mails of the conversation that were decided; name one to explain it. */
  readonly others: readonly string[];
  readonly stored: {
    readonly made_at: string;
    readonly rulebook: string;
    readonly model: string;
    readonly engine: string;
    readonly motif: string | null;
    readonly level: Decision['level'];
    readonly flags: Decision['flags'];
    readonly queue: string;
    readonly rule: string;
    readonly routed: Routed | null;
  };
  /** Does it come out the same when it is made again? */
  readonly replay: Replay;
  /** Why it was decided so, with the set and the model of its day; null where it cannot be made again. */
  readonly then: Explanation | null;
  /** With the set and the model that are active now, the load and the instant being those of its day; null when erased. */
  readonly today: Explanation | null;
  readonly differences: readonly Difference[];
}

/**
 * Explains what a name stands for: a reference, the id of a conversation (the mail that opened it) or of a message, a
 * Message-ID. Undefined when nothing was decided under it.
 * @param candidate another set than the active one for `today`
 */
export async function explainStored(
  store: Store,
  kept: Kept & Active,
  name: string,
  candidate?: CompiledRulebook,
): Promise<StoredExplanation | undefined> {
  const found = await store.read(SYSTEM, async (tx) => {
    const named = await findDecided(tx, name);
    if (named === undefined) return undefined;
    const all = await recordedIn(tx, named.conversation_id);
    const row = named.message_id === undefined ? all[0] : await recordedOf(tx, named.message_id);
    if (row === undefined) return undefined;
    const others = [...new Set(all.map(({ message_id }) => message_id))].filter((id) => id !== row.message_id);
    return {
      row,
      others,
      made_with: await readKept(tx, kept, row),
      book: candidate ?? (await kept.rulebook(tx)),
      model: await kept.model(tx),
    };
  });
  if (found === undefined) return undefined;
  const { row, others, made_with, book, model } = found;
  const again = replay(row, made_with.book, made_with.model);
  const erased = again.kind === 'not-replayable' && again.why === 'erased';
  const then = again.kind === 'equal' ? explainWith(row, made_with.book!, made_with.model!) : undefined;
  const today = erased ? undefined : explainWith(row, book, model);
  return {
    ref: row.ref,
    conversation: row.conversation_id,
    message: row.message_id,
    others,
    stored: storedView(row),
    replay: again,
    then: then?.explanation ?? null,
    today: today?.explanation ?? null,
    differences:
      today === undefined
        ? []
        : differences(row, { decision: today.decision, routed: today.explanation.overflow.routed }),
  };
}

interface Active {
  readonly rulebook: (tx: Parameters<Kept['rulebook']>[0], of?: string) => Promise<CompiledRulebook>;
  readonly model: (tx: Parameters<Kept['model']>[0], of?: string) => Promise<MotifModel>;
}

function explainWith(row: RecordedDecision, book: CompiledRulebook, model: MotifModel) {
  const profile = book.mailboxes.find(({ id }) => id === row.mail.mailbox);
  const contacts = row.inputs?.history;
  const marks = row.inputs?.marks;
  const history = { prior_contacts: contacts?.length ?? 0, marks, ...(contacts === undefined ? {} : { contacts }) };
  const { routed } = row;
  return explain({
    facts: buildFacts(row.mail, profile, history),
    book,
    model,
    now: row.made_at,
    load: row.load ?? {},
    ...(routed?.at === undefined ? {} : { routed_at: new Date(routed.at) }),
    ...(routed?.mail === undefined ? {} : { mail: routed.mail }),
  });
}

function storedView({ made_at, rulebook_digest, model_digest, decision, routed, engine }: RecordedDecision) {
  const { motif, level, flags } = decision;
  return {
    made_at: made_at.toISOString(),
    rulebook: rulebook_digest,
    model: model_digest,
    ...{ engine, motif, level, flags },
    queue: routed?.queue ?? decision.queue,
    rule: routed?.rule ?? decision.rule,
    routed,
  };
}
