import { shownEvidence, textsOf, type Shown } from './explain/evidence.ts';
import { dueOf, type ExplainedDue } from './explain/due.ts';
import { explainRules, type RuleTried } from './explain/rules.ts';
import type { Facts, MotifModel } from './facts.ts';
import type { CompiledRulebook, MatchContext } from './match.ts';
import { chooseQueue, type Load, type QueueMail, type Routed } from './overflow.ts';
import { decide, leastConfidence, type Decision, type DecidedFlag, type TraceStep } from './route.ts';

/** A mail, the set and the model that read it, and the work that stands before it. */
export interface ExplainAsk {
  readonly facts: Facts;
  readonly book: CompiledRulebook;
  readonly model: MotifModel;
  /** The instant of the decision; that of the routing where it was another. */
  readonly now: Date;
  readonly routed_at?: Date;
  readonly load: Load;
  /** What the stored routing was told of the mail. */
  readonly mail?: QueueMail;
}

export interface ExplainedFlag extends DecidedFlag {
  readonly label: string;
  /** Its level, and the model's probability where it looked. */
  readonly detail: string;
  readonly evidence: readonly Shown[];
}

/** Everything a supervisor may ask about one decision (design §6, `rules explain`). Texts are masked. */
export interface Explanation {
  readonly rulebook: string;
  readonly model: string;
  readonly engine: string;
  readonly mailbox: string;
  readonly received_at: string;
  readonly sender: { readonly public: string; readonly by: string };
  /** Earlier contacts on the same matter, in words; null without any. */
  readonly repeat: string | null;
  readonly motif: {
    readonly id: string | null;
    readonly label: string;
    readonly confidence: number;
    /** Under this it would be unsure. */
    readonly confidence_min: number;
    readonly unsure: boolean;
    /** Who named it. */
    readonly by: 'model' | 'rule' | 'provisional' | 'nobody';
    readonly evidence: readonly Shown[];
  };
  /** The three likeliest. */
  readonly ranked: readonly { readonly motif: string; readonly label: string; readonly score: number }[];
  readonly secondary: readonly string[];
  readonly flags: readonly ExplainedFlag[];
  /** Ids of those that were tried and are not up. */
  readonly flags_down: readonly string[];
  readonly rules: readonly RuleTried[];
  readonly level: { readonly id: string; readonly why: string };
  readonly review: { readonly asked: boolean; readonly why: string };
  readonly queue: {
    readonly id: string;
    readonly label: string;
    /** Before overflow. */
    readonly decided: string;
    /** The pôle behind the review queue, or the same. */
    readonly target: string;
    readonly rule: string;
    readonly why: string;
    readonly confidence: number;
  };
  readonly overflow: { readonly at: string; readonly load: Load; readonly routed: Routed };
  readonly due: ExplainedDue;
}

/**
 * Says why a mail goes where it goes. It calls the functions production calls and puts what they say into words, so that
 * it cannot tell another story than theirs (law 4).
 */
export function explain(ask: ExplainAsk): { readonly explanation: Explanation; readonly decision: Decision } {
  const { facts, book, model, now, load } = ask;
  let seen: { facts: Facts; context: MatchContext } | undefined;
  const decision = decide(facts, book, model, now, (given, context) => (seen = { facts: given, context }));
  const at = ask.routed_at ?? now;
  const mail = ask.mail ?? { mailbox: facts.mailbox, started_at: facts.received_at };
  const routed = chooseQueue(decision, load, book, at, mail);
  const texts = textsOf(facts);
  const steps = (step: TraceStep['step']): readonly TraceStep[] => decision.trace.filter((each) => each.step === step);
  const sender = steps('sender')[0];
  const repeat = steps('repeat').find((step) => step.matched);
  const label = (id: string): string => book.motifs.find((motif) => motif.id === id)?.label ?? id;
  const explanation: Explanation = {
    rulebook: book.digest,
    model: model.digest,
    engine: decision.engine,
    mailbox: facts.mailbox,
    received_at: facts.received_at,
    sender: { public: decision.public, by: sender?.detail ?? '' },
    repeat: repeat?.detail ?? null,
    motif: {
      id: decision.motif,
      label: decision.motif === null ? '' : label(decision.motif),
      confidence: decision.confidence,
      confidence_min: leastConfidence(book.thresholds, model),
      unsure: decision.abstained,
      by: namedBy(decision, book),
      evidence: shownEvidence(
        decision.evidence.filter((span) => span.for === `motif:${decision.motif}`),
        texts,
      ),
    },
    ranked: decision.ranked.slice(0, 3).map(({ motif, score }) => ({ motif, label: label(motif), score })),
    secondary: decision.secondary,
    flags: decision.flags.map((flag) => {
      const step = steps('flag').find(({ id }) => id === flag.id);
      const found = book.flags.find(({ id }) => id === flag.id);
      return {
        ...flag,
        label: found?.label ?? flag.id,
        detail: step?.detail ?? '',
        evidence: shownEvidence(step?.evidence ?? [], texts),
      };
    }),
    flags_down: steps('flag')
      .filter((step) => !step.matched)
      .map(({ id }) => id),
    rules: seen === undefined ? [] : explainRules(book, seen.facts, seen.context, steps('rule'), texts),
    level: { id: decision.level, why: steps('level')[0]?.detail ?? '' },
    review: review(decision, book, steps('queue')[0]),
    queue: {
      id: routed.queue,
      label: book.queues.find(({ id }) => id === routed.queue)?.label ?? routed.queue,
      decided: decision.queue,
      target: decision.target_queue,
      rule: routed.rule,
      why: (steps('override')[0] ?? steps('queue')[0])?.detail ?? '',
      confidence: decision.queue_confidence,
    },
    overflow: { at: at.toISOString(), load, routed },
    due: dueOf(facts, decision, book),
  };
  return { explanation, decision };
}

function namedBy(decision: Decision, book: CompiledRulebook): Explanation['motif']['by'] {
  if (decision.motif === null) return 'nobody';
  if (decision.trace.some((step) => step.step === 'provisional' && step.matched)) return 'provisional';
  const rule = decision.trace.find((step) => step.step === 'rule' && step.matched);
  const names = rule !== undefined && book.rules.find(({ id }) => id === rule.id)?.then.motif !== undefined;
  return names ? 'rule' : 'model';
}

/** Whether a référent reads it before the pôle does, in words. */
function review(decision: Decision, book: CompiledRulebook, step: TraceStep | undefined): Explanation['review'] {
  const queue = book.queues.find(({ id }) => id === decision.queue);
  if (queue?.kind === 'review') return { asked: true, why: step?.detail ?? '' };
  if (decision.rule.startsWith('flag.')) {
    return { asked: false, why: `le signalement ${decision.rule.slice('flag.'.length)} l’envoie directement` };
  }
  if (queue?.kind === 'n1') return { asked: false, why: 'le niveau 1 y répond' };
  return { asked: false, why: step?.detail ?? '' };
}
