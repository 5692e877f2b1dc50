import { buildFacts } from '../domain/build-facts.ts';
import type { Facts, MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { decide } from '../domain/route.ts';
import type { Flag, FlagLevel } from '../domain/rulebook.ts';
import type { Example } from './examples.ts';
import { prepareExample } from './prepare.ts';

/** A model on the frozen set: what decides whether it may take another's place (docs/learning.md). */
export interface FrozenFigures {
  /** Digest of the frozen set: figures of two sets are not compared. */
  readonly frozen: string;
  readonly mails: number;
  /** Mails whose motif it found. */
  readonly right: number;
  /** right / mails. */
  readonly accuracy: number;
  /** Counting the other motifs a fair judge accepts. */
  readonly accepted: number;
  /** All P0 and P1 marks together; null when no mail carries one. */
  readonly urgent: Recall;
  readonly flags: Readonly<Record<string, Recall & { readonly level: 'P0' | 'P1' }>>;
}

export interface Recall {
  readonly truth: number;
  readonly hit: number;
  /** hit / truth; null without truth. */
  readonly recall: number | null;
}

/** What a frozen mail without an instant is read at; delays in its text count from here. */
const READ_AT = '2026-11-22T09:00:00Z';

/** Decides every mail as production would, with these rules and this model. Pure. */
export function frozenFigures(
  mails: readonly Example[],
  frozen: string,
  model: MotifModel,
  book: CompiledRulebook,
): FrozenFigures {
  const urgent = book.flags.flatMap((flag) => {
    const level = highest(flag);
    return level === 'P0' || level === 'P1' ? [{ id: flag.id, level }] : [];
  });
  const flags = new Map(urgent.map(({ id, level }) => [id, { level, truth: 0, hit: 0 }]));
  let right = 0;
  let accepted = 0;
  for (const mail of mails) {
    const decision = decide(factsOf(mail, book), book, model, new Date(mail.at ?? READ_AT));
    const said = decision.ranked[0]?.motif ?? decision.motif;
    if (said === mail.motif) right += 1;
    if (said !== null && (said === mail.motif || mail.accept?.includes(said) === true)) accepted += 1;
    for (const id of mail.flags ?? []) {
      const count = flags.get(id);
      if (count === undefined) continue;
      count.truth += 1;
      if (decision.flags.some((flag) => flag.id === id)) count.hit += 1;
    }
  }
  const counts = [...flags.values()];
  return {
    frozen,
    mails: mails.length,
    right,
    accuracy: share(right, mails.length) ?? 0,
    accepted: share(accepted, mails.length) ?? 0,
    urgent: recall(sum(counts.map(({ truth }) => truth)), sum(counts.map(({ hit }) => hit))),
    flags: Object.fromEntries([...flags].map(([id, { level, truth, hit }]) => [id, { level, ...recall(truth, hit) }])),
  };
}

/** As triage builds them, from a mail that came in its mailbox. */
function factsOf(mail: Example, book: CompiledRulebook): Facts {
  const { mailbox, subject, body, quoted, attachments } = prepareExample(mail);
  const message = {
    mailbox,
    subject,
    body,
    quoted,
    attachments: attachments.map((name) => ({ name })),
    from_address: mail.from ?? '',
    received_at: new Date(mail.at ?? READ_AT),
  };
  const profile = book.mailboxes.find((candidate) => candidate.id === mailbox);
  return buildFacts(message, profile, { prior_contacts: 0 });
}

/** The level a mark can reach: one that is raised to P0 on stronger words must not be lost either. */
function highest(flag: Flag): FlagLevel {
  return flag.raise?.level === 'P0' || flag.level === 'P0' ? 'P0' : (flag.raise?.level ?? flag.level);
}

/** How much of a loss is chance on a set of this size; in shares of all mails. */
const ACCURACY_LOSS_MAX = 0.005;
const URGENT_LOSS_MAX = 0.01;
/** Shares are rounded to this; a loss of exactly the limit is let through. */
const EPSILON = 1e-9;

/** Why `after` must not replace `before`; empty when it may. No P0 mark may be found less often than before. */
export function refusals(before: FrozenFigures, after: FrozenFigures): string[] {
  const found: string[] = [];
  if (before.accuracy - after.accuracy > ACCURACY_LOSS_MAX + EPSILON) {
    found.push(`motif accuracy ${percent(before.accuracy)} → ${percent(after.accuracy)}`);
  }
  for (const [id, flag] of Object.entries(before.flags)) {
    const now = after.flags[id];
    if (flag.level === 'P0' && now !== undefined && now.hit < flag.hit) {
      found.push(`recall of ${id} (P0) ${flag.hit} → ${now.hit} of ${flag.truth}`);
    }
  }
  if ((before.urgent.recall ?? 0) - (after.urgent.recall ?? 0) > URGENT_LOSS_MAX + EPSILON) {
    found.push(`recall of P0 and P1 ${percent(before.urgent.recall)} → ${percent(after.urgent.recall)}`);
  }
  return found;
}

/** « 93.4 % », or « – » where there is nothing to count. */
export function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}

function recall(truth: number, hit: number): Recall {
  return { truth, hit, recall: share(hit, truth) };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(6));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
