import { PARIS, dayOf, dayText, instantMs } from './days.ts';
import type { Facts, MotifModel } from './facts.ts';
import { compileRulebook, Scanner, type CompiledRulebook } from './match.ts';
import { chooseQueue } from './overflow.ts';
import { decide, ENGINE, motifInput } from './route.ts';
import type { Rulebook } from './rulebook.ts';
import { dueDates, policyFor } from './sla.ts';
import { changedParts, compare, type MovedMail, type TimedOutcome } from './simulate/change.ts';
import { SimulatedLoad } from './simulate/load.ts';
import { SimulationTally, type Simulation } from './simulate/tally.ts';
import { Judgement, type Said } from './simulate/truth.ts';

/** One past mail: what a decision may look at, and what people said of it since. */
export interface PastMail {
  readonly id: string;
  readonly facts: Facts;
  readonly said?: Said | undefined;
}

export interface BackTestOptions {
  /** Mails that already wait when the first one arrives, by queue. */
  readonly backlog?: ReadonlyMap<string, number>;
  /** How many moved mails are listed. */
  readonly listed_max?: number;
}

const LISTED_MAX = 50;

/**
 * Replays past mail through two sets at once, as production would: decide(), then chooseQueue() with a simulated load.
 * Deterministic: the same mails, sets and model give the same simulation. Feed it mail by mail, so that whoever runs it
 * can pause between two of them.
 *
 * What a model reads in a mail does not depend on the rules, so it is read once for both; so are the phrases.
 */
export class BackTest {
  readonly #model: MotifModel;
  readonly #before: Side;
  readonly #after: Side;
  readonly #parts: ReadonlySet<string>;
  readonly #tally: SimulationTally;
  readonly #judgement = new Judgement();
  #last_ms = Number.NEGATIVE_INFINITY;

  constructor(baseline: Rulebook, candidate: Rulebook, model: MotifModel, options: BackTestOptions = {}) {
    const scanner = new Scanner();
    this.#model = model;
    this.#before = new Side(baseline, scanner, options.backlog);
    this.#after = new Side(candidate, scanner, options.backlog);
    this.#parts = changedParts(baseline, candidate);
    this.#tally = new SimulationTally(options.listed_max ?? LISTED_MAX);
  }

  /**
   * Replays one mail; they must come in the order of their arrival, or the simulated load would run backwards.
   * @returns the mail when the candidate moves it
   * @throws RangeError when it arrived before the last one
   */
  add(mail: PastMail): MovedMail | undefined {
    const at_ms = instantMs(mail.facts.received_at);
    if (at_ms < this.#last_ms) throw new RangeError('Mails must come in the order of their arrival.');
    this.#last_ms = at_ms;
    const model = readOnce(this.#model, mail.facts);
    const before = this.#before.take(mail.facts, model, at_ms);
    const after = this.#after.take(mail.facts, model, at_ms);
    const change = compare(before, after, this.#parts);
    const side = mail.said === undefined ? undefined : this.#judgement.add(mail.said, before, after);
    this.#tally.add(at_ms, dayText(dayOf(at_ms, PARIS)), before, after);
    if (change === undefined) return undefined;
    const moved = { id: mail.id, at: mail.facts.received_at, ...change, ...(side === undefined ? {} : { said: side }) };
    this.#tally.move(moved);
    return moved;
  }

  result(): Simulation {
    return {
      engine: ENGINE,
      baseline: this.#before.digest,
      candidate: this.#after.digest,
      model: this.#model.digest,
      edited: [...this.#parts].sort(),
      ...this.#tally.result(),
      said: this.#judgement.verdicts,
    };
  }
}

/** One set with the load it meets. */
class Side {
  readonly #book: CompiledRulebook;
  readonly #backlog: ReadonlyMap<string, number> | undefined;
  #load: SimulatedLoad | undefined;

  constructor(book: Rulebook, scanner: Scanner, backlog: ReadonlyMap<string, number> | undefined) {
    this.#book = compileRulebook(book, scanner);
    this.#backlog = backlog;
  }

  get digest(): string {
    return this.#book.digest;
  }

  take(facts: Facts, model: MotifModel, at_ms: number): TimedOutcome {
    const book = this.#book;
    const now = new Date(at_ms);
    const profile = book.mailboxes.find((mailbox) => mailbox.id === facts.mailbox);
    const decision = decide({ ...facts, public: profile?.public ?? facts.public }, book, model, now);
    const load = (this.#load ??= new SimulatedLoad(book, at_ms, this.#backlog));
    const terms = { mailbox: facts.mailbox, started_at: facts.received_at };
    const routed = chooseQueue(decision, load.before(decision.queue, at_ms), book, now, terms);
    load.remember(routed.switched ?? []);
    const answered_ms = load.arrive(decision.queue, routed.queue, at_ms);
    const { policy, calendar } = policyFor(profile ?? { sla: book.slas[0]?.id ?? '' }, at_ms, book);
    const due = dueDates(at_ms, policy, calendar);
    return {
      mailbox: facts.mailbox,
      decision,
      routed,
      in_time: {
        elapsed: answered_ms <= due.due_elapsed_at.getTime(),
        working: answered_ms <= due.due_working_at.getTime(),
      },
    };
  }
}

/**
 * A model that has already read this one mail: both sets ask the same. Where it saw what it says is left out, since
 * nobody reads ten thousand pieces of evidence and finding them costs as much as deciding.
 */
function readOnce(model: MotifModel, facts: Facts): MotifModel {
  const input = motifInput(facts);
  let ranked: ReturnType<MotifModel['rank']> | undefined;
  let said: ReturnType<NonNullable<MotifModel['read']>> | undefined;
  return {
    digest: model.digest,
    rank: () => (ranked ??= model.rank(input)),
    ...(model.read === undefined ? {} : { read: () => (said ??= model.read!(input)) }),
    ...(model.thresholdFor === undefined ? {} : { thresholdFor: (target: number) => model.thresholdFor!(target) }),
    evidence: () => [],
  };
}
