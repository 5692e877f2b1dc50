import type { Facts, MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { chooseQueue, type Load, type Routed } from '../domain/overflow.ts';
import { decide, type Decision } from '../domain/route.ts';
import { shorten } from './problems.ts';
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
}

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
  return { decision, routed: chooseQueue(decision, load, book, now) };
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
  return { name: scenario.name, outcome: misses.length === 0 ? 'passed' : 'failed', misses };
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

function factsOf({ input, at }: Scenario, book: CompiledRulebook): Facts {
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
    received_at: at,
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

function loadOf({ load }: Scenario): Load {
  return Object.fromEntries(
    Object.entries(load).map(([id, { backlog, arrivals_today, handed_today }]) => [
      id,
      { backlog, arrivals_today, handed_today },
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
  for (const id of expect.no_flags ?? [])
    if (raised.has(id)) misses.push({ what: 'no_flags', expected: `sans ${id}`, found: id });
  return misses;
}
