import { isRefused, type Finding } from '../../domain/linter.ts';
import { parsePhrase, PhraseError } from '../../domain/match.ts';
import { variablesOf } from '../../domain/template.ts';
import { isOffered } from '../../domain/template-life.ts';
import { endProblem } from '../../domain/wave/life.ts';
import { DEFAULT_WAVES } from '../../domain/wave/policy.ts';
import { lintForAll, sentenceProblem } from '../../domain/wave/words.ts';
import { templateOf } from '../../mail/group-list.ts';
import { nameWave, type WaveName } from '../../store/waves.ts';
import { Refusal } from '../errors.ts';
import type { ActionContext } from './context.ts';

/** What replyValues() of domain/reply-values.ts always knows; a list cannot fill the others. */
const FILLED = new Set([
  'reference',
  'received_on',
  'agent',
  'motif',
  'teleservice',
  'service_name',
  'service_contact',
]);

/**
 * A supervisor names a wave: what it is called, until when, and the words for all. Every word that leaves by itself is read
 * by the reader of drafts first.
 * @returns advice for the author
 * @throws Refusal BAD_INPUT, REPLY_REFUSED; AiguillageError NOT_FOUND, WAVE_STATE
 */
export async function name(context: ActionContext, id: string, given: WaveName): Promise<Finding[]> {
  const { tx, agent, book, now } = context;
  const late = endProblem(given.ends_at, now, book.waves ?? DEFAULT_WAVES);
  if (late !== undefined) throw new Refusal('BAD_INPUT', late);
  checkTemplate(context, given.template);
  if (given.motif !== null && !book.motifs.some(({ id: known }) => known === given.motif))
    throw new Refusal('BAD_INPUT', 'Ce motif n’existe pas dans les règles en vigueur.');
  for (const phrase of given.phrases) checkPhrase(phrase);
  const problem = given.sentence === null ? undefined : sentenceProblem(given.sentence);
  if (problem !== undefined) throw new Refusal('BAD_INPUT', problem);
  const findings = [given.sentence, given.bot_answer].flatMap((words) => (words === null ? [] : lintForAll(words)));
  if (isRefused(findings)) throw new Refusal('REPLY_REFUSED', 'Ces mots ne peuvent pas être envoyés à tous.', findings);
  await nameWave(tx, agent, id, given, now);
  return findings;
}

function checkTemplate({ book, now }: ActionContext, id: string | null): void {
  if (id === null) return;
  const template = templateOf(book, id);
  if (template === undefined || !isOffered(template, now))
    throw new Refusal('BAD_INPUT', 'Ce modèle de réponse n’existe pas ou n’est plus approuvé.');
  const empty = variablesOf(template.body).filter((field) => !FILLED.has(field) && !field.startsWith('legal_'));
  if (empty.length > 0)
    throw new Refusal(
      'BAD_INPUT',
      `Ce modèle demande un champ à remplir pour chaque personne : {{${empty.join('}}, {{')}}}.`,
    );
}

function checkPhrase(phrase: string): void {
  try {
    parsePhrase(phrase);
  } catch (error) {
    if (!(error instanceof PhraseError)) throw error;
    throw new Refusal('BAD_INPUT', 'Une expression n’est pas écrite comme dans les règles.');
  }
}
