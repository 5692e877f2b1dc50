import { buildFacts, type FactSource } from './build-facts.ts';
import type { MotifModel } from './facts.ts';
import type { CompiledRulebook } from './match.ts';
import { chooseQueue, type Load, type Routed } from './overflow.ts';
import type { PriorContact } from './repeat.ts';
import { decide, ENGINE, type Decision } from './route.ts';

/** Lengths of the texts a decision read, UTF-16: they tell an erased text from one that always was empty. */
export interface TextLengths {
  readonly subject: number;
  readonly body: number;
  readonly quoted: number;
  /** Of the names of all attachments together. */
  readonly attachments: number;
}

/** What a decision was given beside the mail itself; stored with it (law 4). No text, no address. */
export interface DecisionInputs {
  readonly history: readonly PriorContact[];
  readonly chars: TextLengths;
  /** Of a talk the bot handed over: the marks it had found. */
  readonly marks?: readonly string[];
}

/** chooseQueue()'s result as it is stored: with the instant and the rulebook it was given. */
export interface RecordedRouting extends Routed {
  readonly at?: string;
  readonly rulebook?: string;
  /** The wave its mail joined; beside the choice, never part of it. */
  readonly wave?: RecordedWave;
}

export interface RecordedWave {
  readonly id: string;
  /** 0–1. */
  readonly similarity: number;
}

/** A stored decision with all that it was made from. */
export interface Recorded {
  readonly engine: string;
  readonly made_at: Date;
  readonly decision: Decision;
  /** null for decisions older than this record. */
  readonly inputs: DecisionInputs | null;
  readonly load: Load | null;
  readonly routed: RecordedRouting | null;
  readonly mail: FactSource;
}

export type Replay =
  | { readonly kind: 'equal' }
  /** Fields of the decision, or `routed`, that came out otherwise. */
  | { readonly kind: 'different'; readonly fields: readonly string[] }
  | { readonly kind: 'not-replayable'; readonly why: 'erased' | 'engine' | 'model' | 'rulebook' | 'inputs' };

/** A conversation that kept its place was not routed anew. */
const KEPT = 'conversation.kept';

/** Lengths of a mail's texts, to be stored with its decision. */
export function textLengths(mail: Pick<FactSource, 'subject' | 'body' | 'quoted' | 'attachments'>): TextLengths {
  return {
    subject: mail.subject.length,
    body: mail.body.length,
    quoted: mail.quoted.length,
    attachments: mail.attachments.reduce((sum, { name }) => sum + name.length, 0),
  };
}

/**
 * Makes a stored decision once more from what it was made of, and compares. Pure: equal for ever under the same engine,
 * or it says why it cannot be replayed (law 4).
 * @param book the set of its digest; undefined when this program can no longer read it
 * @param model the model of its digest; undefined when it is no longer kept
 */
export function replay(recorded: Recorded, book: CompiledRulebook | undefined, model: MotifModel | undefined): Replay {
  const { mail, inputs, made_at, decision, load, routed } = recorded;
  if (recorded.engine !== ENGINE) return { kind: 'not-replayable', why: 'engine' };
  if (inputs === null) return { kind: 'not-replayable', why: 'inputs' };
  // Erasure empties or cuts texts; the decision and its offsets stay.
  if (!isSame(inputs.chars, textLengths(mail))) return { kind: 'not-replayable', why: 'erased' };
  if (book === undefined) return { kind: 'not-replayable', why: 'rulebook' };
  if (model === undefined) return { kind: 'not-replayable', why: 'model' };
  const profile = book.mailboxes.find(({ id }) => id === mail.mailbox);
  const { history: contacts, marks } = inputs;
  const history = { prior_contacts: contacts.length, contacts, marks };
  const again = decide(buildFacts(mail, profile, history), book, model, made_at);
  const fields: string[] = (Object.keys(again) as (keyof Decision)[]).filter(
    (field) => !isSame(again[field], decision[field]),
  );
  if (load !== null && routed?.at !== undefined && routed.rule !== KEPT) {
    const { at, rulebook, wave: _wave, ...chosen } = routed;
    // Routed by another set than it was decided by: what that set would choose is not this one's business.
    const same_set = rulebook === undefined || rulebook === book.digest;
    if (same_set && !isSame(chooseQueue(decision, load, book, new Date(at), chosen.mail), chosen))
      fields.push('routed');
  }
  return fields.length === 0 ? { kind: 'equal' } : { kind: 'different', fields };
}

/** Equal as JSON, whatever the order of keys: jsonb keeps none. */
function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  );
}
