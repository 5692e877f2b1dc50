import { existsSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { loadModel } from '../../classifiers/train.ts';
import { loadOrThrow } from '../../config/load.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { explain, type Explanation } from '../../domain/explain.ts';
import { compileRulebook } from '../../domain/match.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { subjectsOf } from '../../store/back-test.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { explainStored, type StoredExplanation } from '../../store/explained.ts';
import { activeSetOf, readActiveSet } from '../active-set.ts';
import { json, ok, text, type StoreCommand } from './context.ts';
import { factsOfFile, factsOfText, loadOfFile } from './explain-input.ts';
import { explanationText, storedText } from './explain-text.ts';
import { ownFolder, readSet } from './rules-sets.ts';

type Options = Readonly<Record<string, unknown>>;

/** Is this a mail file or pasted text, which need no database, or the name of something stored? */
export function needsStore(target: string, options: Options): boolean {
  return target !== '-' && options['text'] !== true && !existsSync(target);
}

/** `rules explain FILE.eml|-`: with the set of `--with`, else the active one, else the folder this machine starts with. */
export async function explainPasted(target: string, options: Options): Promise<void> {
  const { rulebook, told } = await setFor(text(options, 'with'));
  const book = compileRulebook(rulebook);
  const given = { mailbox: text(options, 'mailbox'), at: text(options, 'at') };
  const file = text(options, 'load');
  const load = file === undefined ? {} : await loadOfFile(file);
  const now = new Date();
  const facts =
    target === '-' || options['text'] === true
      ? factsOfText(await readAll(process.stdin), given, book, now)
      : await factsOfFile(target, given, book, now);
  const { explanation } = explain({ facts, book, model: await loadModel(), now: new Date(facts.received_at), load });
  print(options, explanation, `${told} : empreinte ${rulebook.digest.slice(0, 12)}.`);
}

/** The rules to explain with, and how to name them to a person. */
async function setFor(dir: string | undefined): Promise<{ rulebook: Rulebook; told: string }> {
  if (dir !== undefined)
    return { rulebook: (await readSet(dir)).rulebook, told: `Avec les règles du dossier « ${dir} »` };
  // No answer is as good as no store here: what is used instead is said.
  const active = await readActiveSet().catch(() => undefined);
  if (active !== undefined)
    return { rulebook: loadOrThrow(new Map(Object.entries(active.files))), told: 'Avec les règles en vigueur' };
  const folder = ownFolder();
  const name = path.basename(path.resolve(folder));
  const told = `Aucune base joignable d’ici ; avec les règles du dossier « ${name} »`;
  return { rulebook: (await readSet(folder)).rulebook, told };
}

function print(options: Options, explanation: Explanation, told: string): void {
  process.stdout.write(
    options['json'] === true ? `${JSON.stringify(explanation)}\n` : `${explanationText(explanation)}\n${told}\n`,
  );
}

/** What the running process answers `rules explain -` with: the texts of the active set. */
export const activeCommand: StoreCommand = async ({ store }) => {
  const active = await store.read(SYSTEM, activeSetOf);
  return active === undefined ? { exit: 1, stdout: '' } : json(active);
};

/** `rules explain ID`: what was decided, with the set and the model of its day, and what would be decided now. */
export const explainCommand: StoreCommand = async ({ store, rulebook, model, clock }, options) => {
  const dir = text(options, 'with');
  const candidate = dir === undefined ? undefined : compileRulebook((await readSet(dir)).rulebook);
  const found: StoredExplanation | undefined = await explainStored(
    store,
    { rulebook, model },
    text(options, 'id') ?? '',
    candidate,
  );
  if (found === undefined) {
    throw new AiguillageError(
      'NOT_FOUND',
      'Donnez un fichier de courriel, une référence telle que AG-7K3M-2QX5-C, l’identifiant d’une conversation ou d’un message, ou un Message-ID.',
    );
  }
  const by = { by: 'explain', login: text(options, 'by') };
  await store.write(SYSTEM, (tx) => appendAudit(tx, SYSTEM, clock(), 'conversation.read', found.conversation, by));
  if (options['json'] === true) return json(found);
  const subjects = await store.read(SYSTEM, (tx) => subjectsOf(tx, [found.message]));
  return ok(storedText(found, subjects.get(found.message) ?? '', candidate !== undefined));
};
