import { readEnv } from '../../config/env.ts';
import { folderNote } from '../../config/folder-note.ts';
import { loadRulebook, type LoadResult } from '../../config/load.ts';
import { formatProblems } from '../../config/problems.ts';
import { failedScenarios } from '../../config/scenarios.ts';
import { canonicalFiles, readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { MotifModel } from '../../domain/facts.ts';
import { compileRulebook } from '../../domain/match.ts';
import type { Rulebook } from '../../domain/rulebook.ts';

/** A set of a folder, read and validated; nothing of it is live. */
export interface FolderSet {
  readonly rulebook: Rulebook;
  readonly digest: string;
  /** Canonical texts, as they are stored. */
  readonly files: ReadonlyMap<string, string>;
  readonly scenarios: LoadResult['scenarios'];
}

/** @throws AiguillageError CONFIG_INVALID with every problem, at file:line:col */
export async function readSet(dir: string): Promise<FolderSet> {
  const files = await readConfigFolder(dir);
  const { rulebook, problems, digest, scenarios } = loadRulebook(files);
  if (rulebook === undefined) throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(problems)}`);
  return { rulebook, digest, files: canonicalFiles(files), scenarios };
}

/** What to tell whoever applied or rolled back while the watched folder says something else; null when it does not. */
export async function ownFolderNote(active: string, how: 'apply' | 'rollback'): Promise<string | null> {
  return folderNote({ dir: ownFolder(), autoapply: readEnv().autoapply }, active, how);
}

/** The set this machine would start with: CONFIG_DIR, else the one that ships with the program. */
export function ownFolder(): string {
  return readEnv().config_dir ?? SHIPPED_CONFIG;
}

/** @throws AiguillageError RULES_SCENARIOS naming the scenarios that do not hold */
export function requireScenarios({ rulebook, scenarios }: FolderSet, model: MotifModel): void {
  const failed = failedScenarios(scenarios, compileRulebook(rulebook), model);
  if (failed.length > 0) throw new AiguillageError('RULES_SCENARIOS', `\n${failed.join('\n')}`);
}
