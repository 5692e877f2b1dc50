import { checkRules } from '../../config/check.ts';
import { folderNote } from '../../config/folder-note.ts';
import { loadRulebook } from '../../config/load.ts';
import { formatProblem, type Problem } from '../../config/problems.ts';
import { proposeRulebook } from '../../config/reload.ts';
import { failedScenarios } from '../../config/scenarios.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { compileRulebook } from '../../domain/match.ts';
import { actorOf, findAgent, type Agent } from '../../store/agents.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { applyRulebook, rollbackRulebook } from '../../store/rulebook-changes.ts';
import { proposeFromConsole } from '../../store/rulebook-proposals.ts';
import { recordSimulation } from '../../store/rulebook-simulations.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { lockActive, rulebookFiles } from '../../store/rulebooks.ts';
import { simulateStored, type StoredSimulation } from '../../store/simulation.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';

/** What the console's rules pages do; the command line calls the same functions of store, config and domain. */

const DAY_MS = 86_400_000;
/** A page may ask for so much in the process that serves the desk; more is the command line's. */
export const SIMULATED_MAILS_MAX = 20_000;
export const SIMULATED_DAYS_MAX = 92;
export const SIMULATION_TIMEOUT_MS = 120_000;

export interface RulesCheck {
  readonly ok: boolean;
  readonly digest: string;
  readonly problems: readonly Problem[];
  readonly scenarios: { readonly run: number; readonly failed: readonly string[] };
  /** What the active set has and this one has not. */
  readonly gone: readonly string[];
  /** Stored, to be simulated and applied by its digest. */
  readonly kept: boolean;
}

/** To store a set as the candidate: the candidate its author had in view, whose place it takes. */
export interface Keep {
  readonly over: string | null;
}

/**
 * Checks texts as `rules check` does; `keep` stores them as a candidate when they load.
 * @throws Refusal RULES_OTHER_DIGEST when a colleague has kept another candidate meanwhile: it is never replaced unseen
 */
export async function checkTexts(
  deps: ConsoleDeps,
  agent: Agent,
  files: ReadonlyMap<string, string>,
  keep?: Keep,
): Promise<RulesCheck> {
  const { active, model } = await deps.store.read(SYSTEM, async (tx) => ({
    active: await deps.rules.rulebook(tx),
    model: await deps.rules.model(tx),
  }));
  const { problems, scenarios, digest, rulebook, ok } = checkRules(files, model, deps.clock());
  const proposal = rulebook === undefined ? undefined : proposeRulebook(files, active);
  const candidate = proposal?.kind === 'candidate' ? proposal.candidate : undefined;
  if (keep !== undefined && candidate !== undefined) {
    const actor = actorOf(agent);
    await deps.store.write(actor, async (tx) => {
      await requireSeen(tx, [keep.over, candidate.digest]);
      await proposeFromConsole(tx, actor, candidate, deps.clock());
    });
  }
  return {
    ok,
    digest,
    problems,
    scenarios: {
      run: scenarios.filter(({ outcome }) => outcome !== 'skipped').length,
      failed: scenarios.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
    },
    gone: candidate?.gone ?? [],
    kept: keep !== undefined && candidate !== undefined,
  };
}

/** One after the other: of two who keep at the same moment, the second is told of the first. */
async function requireSeen(tx: Tx, seen: readonly (string | null)[]): Promise<void> {
  await lockActive(tx);
  const { candidate } = await rulesState(tx);
  if (candidate === null || seen.includes(candidate.digest)) return;
  const author = candidate.proposed_by.startsWith('agent:')
    ? await findAgent(tx, candidate.proposed_by.slice('agent:'.length))
    : undefined;
  throw new Refusal(
    'RULES_OTHER_DIGEST',
    `${author?.display_name ?? 'Quelqu’un'} a gardé entre-temps un autre candidat (${candidate.digest.slice(0, 8)}). Rechargez la page pour en partir ; ce que vous avez écrit n’est pas encore gardé.`,
  );
}

/** A stored set that this program reads. @throws AiguillageError CONFIG_UNKNOWN_DIGEST, CONFIG_INVALID */
async function storedSet(tx: Tx, digest: string) {
  const files = new Map(Object.entries(await rulebookFiles(tx, digest)));
  const { rulebook, problems, scenarios } = loadRulebook(files);
  if (rulebook === undefined) throw new AiguillageError('CONFIG_INVALID', problems.map(formatProblem).join('\n'));
  return { files, rulebook, scenarios };
}

let simulating = false;

/**
 * Back-tests a stored candidate against the active set, one at a time, bounded in mails and time.
 * @throws Refusal TOO_BUSY while another one runs, or when it takes too long; AiguillageError CONFIG_UNKNOWN_DIGEST
 */
export async function simulate(
  deps: ConsoleDeps,
  agent: Agent,
  ask: { readonly digest: string; readonly days: number },
): Promise<StoredSimulation> {
  if (simulating) throw new Refusal('TOO_BUSY', 'Un essai est déjà en cours : attendez qu’il se termine.');
  simulating = true;
  try {
    const { baseline, model, candidate } = await deps.store.read(SYSTEM, async (tx) => ({
      baseline: await deps.rules.rulebook(tx),
      model: await deps.rules.model(tx),
      candidate: (await storedSet(tx, ask.digest)).rulebook,
    }));
    const until = deps.clock();
    const simulation = await simulateStored(deps.store, {
      ...{ baseline, candidate, model, until },
      since: new Date(until.getTime() - ask.days * DAY_MS),
      mails_max: SIMULATED_MAILS_MAX,
      timeout_ms: SIMULATION_TIMEOUT_MS,
    });
    const actor = actorOf(agent);
    await deps.store.write(actor, (tx) => recordSimulation(tx, actor, simulation, undefined, deps.clock()));
    return simulation;
  } finally {
    simulating = false;
  }
}

/** A moved mail as a page lists it. */
export interface MovedConversation {
  readonly conversation: string;
  readonly ref: string;
  readonly queue: readonly [from: string, to: string] | null;
  readonly motif: readonly [from: string, to: string] | null;
  readonly cause: string;
  readonly said: 'toward' | 'away' | null;
}

/** The conversations behind the listed mails of a simulation, for those who may open them. */
export async function movedConversations(
  deps: ConsoleDeps,
  agent: Agent,
  { list }: Pick<StoredSimulation, 'list'>,
): Promise<MovedConversation[]> {
  if (agent.role !== 'supervisor' || list.length === 0) return [];
  const ids = list.map(({ id }) => id);
  const rows = await deps.store.read(actorOf(agent), (tx) =>
    tx
      .selectFrom('message')
      .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
      .select(['message.id', 'conversation.id as conversation', 'conversation.ref'])
      .where('message.id', 'in', ids)
      .execute(),
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return list.flatMap(({ id, queue = null, motif = null, cause, said = null }) => {
    const row = found.get(id);
    return row === undefined
      ? []
      : [{ conversation: row.conversation, ref: row.ref, queue, motif, cause: cause.part, said }];
  });
}

/** What is active now, what was, and what the watched folder will do about it. */
export interface Applied {
  readonly active: string;
  readonly from: string | null;
  readonly warning: string | null;
}

/**
 * Applies a stored candidate that was simulated. @returns what is active now, and what was
 * @throws AiguillageError CONFIG_UNKNOWN_DIGEST, CONFIG_INVALID, RULES_SCENARIOS, RULES_NOT_SIMULATED
 */
export async function apply(
  deps: ConsoleDeps,
  agent: Agent,
  ask: { readonly digest: string; readonly unsimulated?: string | undefined },
): Promise<Applied> {
  const actor = actorOf(agent);
  const { files, rulebook, scenarios, model } = await deps.store.read(SYSTEM, async (tx) => ({
    ...(await storedSet(tx, ask.digest)),
    model: await deps.rules.model(tx),
  }));
  const failed = failedScenarios(scenarios, compileRulebook(rulebook), model);
  if (failed.length > 0) throw new Refusal('RULES_SCENARIOS', `Des scénarios échouent : ${failed.join(' ; ')}`);
  const from = await deps.store.write(actor, (tx) => applyRulebook(tx, actor, { ...ask, files }, deps.clock()));
  return { active: ask.digest, from: from ?? null, warning: await warningOf(deps, ask.digest, 'apply') };
}

/** @throws AiguillageError RULES_NO_PREVIOUS, CONFIG_UNKNOWN_DIGEST, CONFIG_INVALID */
export async function rollback(deps: ConsoleDeps, agent: Agent, to: string | undefined): Promise<Applied> {
  const actor = actorOf(agent);
  const { digest, from } = await deps.store.write(actor, (tx) => rollbackRulebook(tx, actor, { to }, deps.clock()));
  return { active: digest, from: from ?? null, warning: await warningOf(deps, digest, 'rollback') };
}

async function warningOf(
  { rules: { folder } }: ConsoleDeps,
  active: string,
  how: 'apply' | 'rollback',
): Promise<string | null> {
  return folder === undefined ? null : folderNote(folder, active, how);
}
