import { existsSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { loadModel } from '../../classifiers/train.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { explain, type Explanation } from '../../domain/explain.ts';
import { compileRulebook } from '../../domain/match.ts';
import { explainStored, type StoredExplanation } from '../../store/explained.ts';
import { json, ok, text, type StoreCommand } from './context.ts';
import { factsOfFile, factsOfText, loadOfFile } from './explain-input.ts';
import { explanationText, storedText } from './explain-text.ts';
import { ownFolder, readSet } from './rules-sets.ts';

type Options = Readonly<Record<string, unknown>>;

/** Is this a mail file or pasted text, which need no database, or the name of something stored? */
export function needsStore(target: string, options: Options): boolean {
  return target !== '-' && options['text'] !== true && !existsSync(target);
}

/** `rules explain FILE.eml|-`: reads nothing but the mail, the set and the shipped model. */
export async function explainPasted(target: string, options: Options): Promise<void> {
  const { rulebook } = await readSet(text(options, 'with') ?? ownFolder());
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
  print(options, explanation);
}

function print(options: Options, explanation: Explanation): void {
  process.stdout.write(options['json'] === true ? `${JSON.stringify(explanation)}\n` : explanationText(explanation));
}

/** `rules explain ID`: what was decided, with the set and the model of its day, and what would be decided now. */
export const explainCommand: StoreCommand = async ({ store, rulebook, model }, options) => {
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
      'Expected a mail file, a reference such as AG-7K3M-2QX5-C, the id of a conversation or message, or a Message-ID.',
    );
  }
  return options['json'] === true ? json(found) : ok(storedText(found));
};
