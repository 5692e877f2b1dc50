import type { Facts, MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { chooseQueue, type Load, type QueueLoad, type Routed } from '../domain/overflow.ts';
import { decide, type Decision } from '../domain/route.ts';
import { shorten, type Place } from './problems.ts';
import type { Scenario } from './schema-tests.ts';

/** One expectation that did not hold. */
export interface Miss {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface ScenarioResult {
  readonly name: string;
  /** `skipped`: it needs the trained model and none was given. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly misses: readonly Miss[];
  /** What was decided, for whoever looks for the reason of a miss; absent when skipped. */
  readonly decided?: ScenarioOutcome;
  /** Where it stands in routing.test.yaml; known to `rules check`. */
  readonly place?: Place;
}

/** `rule` is the rule, flag, motif or contract that named the queue; `fired` the rule that applied, if any. */
export type ScenarioOutcome = Pick<Decision, 'motif' | 'level'> &
  Pick<Routed, 'queue' | 'rule'> & { readonly fired: string | null; readonly flags: readonly string[] };

/** Decision and queue of one scenario. The default is production's own pair of functions. */
export type DecideFn = (
  facts: Facts,
  book: CompiledRulebook,
  model: MotifModel,
  load: Load,
  now: Date,
) => { decision: Decision; routed: Routed };

const asInProduction: DecideFn = (facts, book, model, load, now) => {
  const decision = decide(facts, book, model, now);
  const mail = { mailbox: facts.mailbox, started_at: facts.received_at };
  return { decision, routed: chooseQueue(decision, load, book, now, mail) };
};

/** Runs one scenario of routing.test.yaml. Its clock and load are data; nothing is stored or sent. */
export function runScenario(
  scenario: Scenario,
  book: CompiledRulebook,
  model?: MotifModel,
  decideFn: DecideFn = asInProduction,
): ScenarioResult {
  const chosen = scenario.given_motif === undefined ? model : suppose(scenario.given_motif, model);
  if (chosen === undefined) return { name: scenario.name, outcome: 'skipped', misses: [] };
  const { decision, routed } = decideFn(
    factsOf(scenario, book),
    withCapacities(book, scenario),
    chosen,
    loadOf(scenario),
    new Date(scenario.at),
  );
  const misses = compare(scenario, decision, routed);
  const { motif, level } = decision;
  const { queue, rule } = routed;
  const fired = decision.trace.find((step) => step.step === 'rule' && step.matched)?.id ?? null;
  const decided = { motif, level, queue, rule, fired, flags: decision.flags.map(({ id }) => id) };
  return { name: scenario.name, outcome: misses.length === 0 ? 'passed' : 'failed', misses, decided };
}

/** One line, in French, for each scenario that does not hold. Without a model those that need it are not tried. */
export function failedScenarios(scenarios: readonly Scenario[], book: CompiledRulebook, model?: MotifModel): string[] {
  return scenarios
    .map((scenario) => runScenario(scenario, book, model))
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, misses }) => {
      const told = misses.map(({ what, expected, found }) => `${what} : attendu ${expected}, obtenu ${found}`);
      return `scénario « ${name} » : ${told.join(' ; ')}`;
    });
}

/**
 * A model that is sure of one motif, for scenarios about rules and queues rather than about reading. Flags are read as the
 * trained model reads them, where there is one.
 */
function suppose(motif: string, model: MotifModel | undefined): MotifModel {
  return {
    digest: 'scenario',
    rank: () => [{ motif, score: 0.99 }],
    ...(model?.read === undefined ? {} : { read: (input) => model.read!(input) }),
    evidence: (input, output, max) => model?.evidence(input, output, max) ?? [],
  };
}

function factsOf({ input, at, received_at }: Scenario, book: CompiledRulebook): Facts {
  const profile = book.mailboxes.find(({ id }) => id === input.mailbox);
  return {
    channel: input.channel,
    mailbox: input.mailbox,
    subject: input.subject,
    body: input.body,
    quoted: '',
    attachments: input.attachments,
    from: input.from ?? '',
    public: input.public ?? profile?.public ?? 'assure',
    received_at: received_at ?? at,
    prior_contacts: input.prior_contacts,
  };
}

function withCapacities(book: CompiledRulebook, { load }: Scenario): CompiledRulebook {
  const queues = book.queues.map((queue) => {
    const capacity_per_open_hour = load[queue.id]?.capacity_per_open_hour;
    return capacity_per_open_hour === undefined ? queue : { ...queue, capacity_per_open_hour };
  });
  return { ...book, queues };
}

/** The capacity is the book's, for every day of the scenario: see withCapacities(). */
function loadOf({ load }: Scenario): Load {
  return Object.fromEntries(
    Object.entries(load).map(([id, { capacity_per_open_hour: _, ...rest }]) => [
      id,
      Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as unknown as QueueLoad,
    ]),
  );
}

function compare({ expect }: Scenario, decision: Decision, routed: Routed): Miss[] {
  const misses: Miss[] = [];
  const check = (what: string, expected: string | boolean | undefined, found: string | boolean | null): void => {
    if (expected !== undefined && expected !== found)
      misses.push({ what, expected: String(expected), found: shorten(String(found)) });
  };
  check('motif', expect.motif, decision.motif);
  check('level', expect.level, decision.level);
  check('queue', expect.queue, routed.queue);
  check('target_queue', expect.target_queue, decision.target_queue);
  check('rule', expect.rule, routed.rule);
  check('abstained', expect.abstained, decision.abstained);
  const raised = new Map(decision.flags.map((flag) => [flag.id, flag.level]));
  for (const flag of expect.flags ?? []) {
    const [id, level] = typeof flag === 'string' ? [flag, undefined] : (Object.entries(flag)[0] ?? ['', undefined]);
    if (!raised.has(id)) misses.push({ what: 'flags', expected: id, found: [...raised.keys()].join(', ') || 'aucun' });
    else check(`flags.${id}`, level, raised.get(id)!);
  }
  for (const [pool, code] of Object.entries(expect.pools ?? {}))
    check(`pools.${pool}`, code, routed.reasons.find((reason) => reason.pool === pool)?.code ?? null);
  for (const id of expect.no_flags ?? [])
    if (raised.has(id)) misses.push({ what: 'no_flags', expected: `sans ${id}`, found: id });
  return misses;
}
