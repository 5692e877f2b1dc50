import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileRulebook, type CompiledRulebook } from '../domain/match.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { loadRulebook } from './load.ts';
import type { Problem } from './problems.ts';
import type { Scenario } from './schema-tests.ts';
import { canonicalFiles, digestOf, readFolder, type ConfigFiles } from './source.ts';

/** A set that was read whole, validated and compiled: nothing that can fail is left but the swap itself (law 11). */
export interface Candidate {
  readonly digest: string;
  /** Canonical texts, as they are to be stored. */
  readonly files: ReadonlyMap<string, string>;
  readonly rulebook: CompiledRulebook;
  readonly warnings: readonly Problem[];
  /** Ids the active set has and this one has not, as `template:rdv`: shown before somebody applies it. */
  readonly gone: readonly string[];
  readonly scenarios: readonly Scenario[];
}

export type Proposal =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  /** The active set already says the same. */
  | { readonly kind: 'same'; readonly digest: string }
  /** The active set stays. */
  | { readonly kind: 'refused'; readonly digest: string; readonly problems: readonly Problem[] };

/** Judges a set against the active one. Pure; touches nothing that is live. */
export function proposeRulebook(files: ConfigFiles, active?: Rulebook): Proposal {
  const digest = digestOf(files);
  if (digest === active?.digest) return { kind: 'same', digest };
  const { rulebook, problems, scenarios } = loadRulebook(files);
  if (rulebook === undefined) return { kind: 'refused', digest, problems };
  const gone = active === undefined ? [] : goneFrom(active, rulebook);
  const compiled = compileRulebook(rulebook);
  return {
    kind: 'candidate',
    candidate: { digest, files: canonicalFiles(files), rulebook: compiled, warnings: problems, gone, scenarios },
  };
}

function goneFrom(active: Rulebook, next: Rulebook): string[] {
  const kinds = {
    motif: 'motifs',
    flag: 'flags',
    rule: 'rules',
    queue: 'queues',
    mailbox: 'mailboxes',
    template: 'templates',
  } as const;
  return Object.entries(kinds).flatMap(([name, key]) => {
    const kept = new Set(next[key].map(({ id }) => id));
    return active[key].filter(({ id }) => !kept.has(id)).map(({ id }) => `${name}:${id}`);
  });
}

export const SETTLE_MS = 500;
const READS_MAX = 20;

/**
 * Reads the folder until two readings `settle_ms` apart agree: a copy under way is waited out. A folder that never
 * rests is refused, since any reading of it may be half of something.
 */
export async function readSettled(
  dir: string,
  settle_ms = SETTLE_MS,
): Promise<{ files: Map<string, string>; problems: readonly Problem[] }> {
  let before = await readFolder(dir);
  for (let i = 0; i < READS_MAX; i++) {
    await sleep(settle_ms);
    const now = await readFolder(dir);
    if (digestOf(now.files) === digestOf(before.files) && now.problems.length === before.problems.length) return now;
    before = now;
  }
  const restless: Problem = {
    severity: 'error',
    file: '.',
    line: 1,
    col: 1,
    what: 'le dossier change sans cesse',
    expected: 'une copie terminée',
  };
  return { files: before.files, problems: [restless] };
}

export interface ReloadOptions {
  readonly dir: string;
  /** The active set, read anew for each proposal. */
  readonly active: () => Promise<Rulebook | undefined>;
  /** Called with each candidate: with CONFIG_AUTOAPPLY it stores and activates, else it tells supervisors. May throw. */
  readonly accept: (candidate: Candidate) => Promise<void>;
  /** Called with what is no candidate: the active set seen in the folder, or one that does not load. May throw. */
  readonly note?: (outcome: Exclude<Proposal, { kind: 'candidate' }>) => Promise<void>;
  /** Every outcome, for the metric and the log: a failure must be seen (law 11). */
  readonly on_outcome: (outcome: ReloadOutcome) => void;
  readonly settle_ms?: number;
}

export type ReloadOutcome = Proposal | { readonly kind: 'failed'; readonly error: unknown };

export interface Reloader {
  /** Proposes the folder now, as SIGHUP asks; requests that come while one runs share the next. */
  propose(): Promise<ReloadOutcome>;
  /** Starts proposing at each change of the folder. */
  watch(): void;
  close(): Promise<void>;
}

/** Turns a changing folder into candidates, one at a time. All that can fail comes first; `accept` is last. */
export function createReloader(options: ReloadOptions): Reloader {
  const watchers: FSWatcher[] = [];
  let running: Promise<ReloadOutcome> | undefined;
  let next: Promise<ReloadOutcome> | undefined;
  let closed = false;

  async function once(): Promise<ReloadOutcome> {
    let outcome: ReloadOutcome;
    try {
      const { files, problems } = await readSettled(options.dir, options.settle_ms);
      outcome =
        problems.length > 0
          ? { kind: 'refused', digest: digestOf(files), problems }
          : proposeRulebook(files, await options.active());
      if (outcome.kind === 'candidate') await options.accept(outcome.candidate);
    } catch (error) {
      outcome = { kind: 'failed', error };
    }
    options.on_outcome(outcome);
    if (outcome.kind === 'same' || outcome.kind === 'refused') await note(outcome);
    return outcome;
  }

  async function note(outcome: Exclude<Proposal, { kind: 'candidate' }>): Promise<void> {
    try {
      await options.note?.(outcome);
    } catch (error) {
      options.on_outcome({ kind: 'failed', error });
    }
  }

  function propose(): Promise<ReloadOutcome> {
    if (running === undefined) {
      running = once().finally(() => (running = undefined));
      return running;
    }
    next ??= running.then(() => {
      next = undefined;
      return propose();
    });
    return next;
  }

  return {
    propose,
    watch() {
      for (const folder of [options.dir, path.join(options.dir, 'replies')]) {
        try {
          const watcher = watch(folder, () => {
            if (!closed) void propose();
          });
          // A folder that is taken away ends its watcher; SIGHUP still works.
          watcher.on('error', (error) => options.on_outcome({ kind: 'failed', error }));
          watchers.push(watcher);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        }
      }
    },
    async close() {
      closed = true;
      for (const watcher of watchers) watcher.close();
      await next?.catch(() => {});
      await running?.catch(() => {});
    },
  };
}
