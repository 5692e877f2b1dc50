import { readFile } from 'node:fs/promises';
import { trainBayes } from '../../classifiers/bayes.ts';
import { encodeExamples } from '../../classifiers/encode-examples.ts';
import { evaluate, type Evaluation, type Judged } from '../../classifiers/evaluate.ts';
import type { Example } from '../../classifiers/examples.ts';
import { readCorpus } from '../../classifiers/files.ts';
import { judge } from '../../classifiers/judge.ts';
import { readModel, writeModel } from '../../classifiers/model-file.ts';
import { loadModel } from '../../classifiers/train.ts';
import { assignFolds } from '../../classifiers/train-linear.ts';
import { provenRulebook } from '../../config/proven.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';
import { trainEncodedOnCores } from '../train-on-cores.ts';
import { evaluationText } from './evaluation-text.ts';

/** Without a file, voices are held out by turns; each turn trains as `train` does. */
const TURNS = 5;

/**
 * `evaluate [--jsonl FILE] [--json]`: the shipped model on labelled mails of a file; without one, models trained on the
 * corpus less a fifth of its voices, each judged on the voices it did not hear. natural's Bayes is trained on the same
 * mails in the same run.
 */
export async function evaluateCommand(options: Readonly<Record<string, unknown>>): Promise<void> {
  const book = compileRulebook(await provenRulebook(SHIPPED_CONFIG));
  const file = typeof options['jsonl'] === 'string' ? options['jsonl'] : undefined;
  const result = file === undefined ? await byVoices(book) : await onFile(file, book);
  process.stdout.write(options['json'] === true ? `${JSON.stringify(result)}\n` : evaluationText(result));
}

export interface Evaluations {
  readonly linear: Evaluation;
  readonly bayes: Evaluation;
}

async function onFile(file: string, book: CompiledRulebook): Promise<Evaluations> {
  const mails = await readExamples(file, book);
  const corpus = await readCorpus();
  return figures(
    judge(mails, await loadModel(), book),
    judge(mails, trainBayes(corpus.examples, corpus.digest), book),
    book,
  );
}

async function byVoices(book: CompiledRulebook): Promise<Evaluations> {
  const corpus = await readCorpus();
  const all = encodeExamples(corpus.examples);
  const fold = assignFolds(corpus.examples, TURNS);
  const linear: Judged[] = [];
  const baseline: Judged[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const heard = corpus.examples.filter((example) => fold.get(example.voice) !== turn);
    const held = corpus.examples.filter((example) => fold.get(example.voice) === turn);
    if (held.length === 0) continue;
    // Through the file, as production loads it: what is judged is what would be shipped.
    const weights = await trainEncodedOnCores(all, (example) => fold.get(example.voice) !== turn);
    linear.push(...judge(held, readModel(writeModel(weights, corpus.digest).bytes).model, book));
    baseline.push(...judge(held, trainBayes(heard, corpus.digest), book));
    process.stderr.write(`voices held out ${turn + 1}/${TURNS}\n`);
  }
  return figures(linear, baseline, book);
}

function figures(linear: readonly Judged[], baseline: readonly Judged[], book: CompiledRulebook): Evaluations {
  const urgent = book.flags.filter(({ level }) => level === 'P0' || level === 'P1').map(({ id }) => id);
  return { linear: evaluate(linear, urgent), bayes: evaluate(baseline, urgent) };
}

async function readExamples(file: string, book: CompiledRulebook): Promise<Example[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new AiguillageError('BAD_INPUT', `The file ${file} cannot be read.`);
  }
  const mails = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const refuse = (what: string): never => {
      throw new AiguillageError('BAD_INPUT', `Line ${index + 1}: ${what}.`);
    };
    let mail: Partial<Example>;
    try {
      mail = JSON.parse(line) as Partial<Example>;
    } catch {
      return refuse('not a JSON object');
    }
    const motifs = [mail.motif, ...(mail.accept ?? [])];
    const stranger = motifs.find((motif) => !book.motifs.some(({ id }) => id === motif));
    if (mail.motif === undefined || stranger !== undefined)
      return refuse(`motif "${stranger ?? ''}" is none of motifs.yaml`);
    const flag = (mail.flags ?? []).find((name) => !book.flags.some(({ id }) => id === name));
    if (flag !== undefined) return refuse(`flag "${flag}" is none of flags.yaml`);
    if (mail.level !== undefined && mail.level !== 'n1' && mail.level !== 'expert')
      return refuse(`level "${String(mail.level)}", expected n1 or expert`);
    return [{ ...mail, subject: mail.subject ?? '', body: mail.body ?? '' } as Example];
  });
  if (mails.length === 0) throw new AiguillageError('BAD_INPUT', `The file ${file} holds no labelled mail.`);
  return mails;
}
