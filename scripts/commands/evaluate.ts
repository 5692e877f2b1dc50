import { readFile } from 'node:fs/promises';
import { sampleByMotif, trainBayes } from '../../classifiers/bayes.ts';
import { evaluate, type Evaluation, type Judged } from '../../classifiers/evaluate.ts';
import type { Example } from '../../classifiers/examples.ts';
import { readCorpus } from '../../classifiers/files.ts';
import { readModel, writeModel } from '../../classifiers/model-file.ts';
import { prepareExample } from '../../classifiers/prepare.ts';
import { loadModel } from '../../classifiers/train.ts';
import { assignFolds, trainLinear, TRAIN_OPTIONS } from '../../classifiers/train-linear.ts';
import { loadOrThrow } from '../../config/load.ts';
import { readConfigFolder } from '../../config/source.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { MotifModel } from '../../domain/facts.ts';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';
import { decide } from '../../domain/route.ts';
import { SHIPPED_CONFIG } from '../wiring.ts';

/** natural's training is quadratic; the baseline learns from this many mails a motif (classifiers/bayes.ts). */
const BASELINE_PER_MOTIF = 8;

/**
 * `evaluate [--jsonl FILE] [--json]`: the shipped model on labelled mails of a file; without one, models trained on the
 * corpus less a fifth of its voices, each judged on the voices it did not hear. The baseline runs on the same mails.
 */
export async function evaluateCommand(options: Readonly<Record<string, unknown>>): Promise<void> {
  const book = compileRulebook(loadOrThrow(await readConfigFolder(SHIPPED_CONFIG)));
  const file = typeof options['jsonl'] === 'string' ? options['jsonl'] : undefined;
  const corpus = await readCorpus();
  const linear: Judged[] = [];
  const baseline: Judged[] = [];
  if (file !== undefined) {
    const mails = await readExamples(file);
    linear.push(...judge(mails, await loadModel(), book));
    baseline.push(...judge(mails, trainBayes(sampleByMotif(corpus.examples, BASELINE_PER_MOTIF), corpus.digest), book));
  } else {
    const fold = assignFolds(corpus.examples, TRAIN_OPTIONS.folds);
    for (let f = 0; f < TRAIN_OPTIONS.folds; f += 1) {
      const heard = corpus.examples.filter((example) => fold.get(example.voice) !== f);
      const held = corpus.examples.filter((example) => fold.get(example.voice) === f);
      if (held.length === 0) continue;
      // Through the file, as production loads it: what is judged is what would be shipped.
      const { model } = readModel(writeModel(trainLinear(heard), corpus.digest).bytes);
      linear.push(...judge(held, model, book));
      baseline.push(...judge(held, trainBayes(sampleByMotif(heard, BASELINE_PER_MOTIF), corpus.digest), book));
      process.stderr.write(`voices held out ${f + 1}/${TRAIN_OPTIONS.folds}\n`);
    }
  }
  const result = { linear: evaluate(linear), bayes: evaluate(baseline) };
  process.stdout.write(options['json'] === true ? `${JSON.stringify(result)}\n` : asText(result));
}

function judge(mails: readonly Example[], model: MotifModel, book: CompiledRulebook): Judged[] {
  return mails.map((mail) => {
    const input = prepareExample(mail);
    const at = mail.at ?? '2026-11-22T09:00:00Z';
    const facts = { ...input, channel: 'mail' as const, from: mail.from ?? '', received_at: at, prior_contacts: 0 };
    const decision = decide(facts, book, model, new Date(at));
    return {
      truth: mail.motif,
      accept: mail.accept ?? [],
      motif: decision.ranked[0]?.motif ?? decision.motif,
      confidence: decision.ranked[0]?.score ?? 0,
      level: { truth: mail.level, said: decision.level },
      flags: { truth: mail.flags ?? [], said: decision.flags.map((flag) => flag.id) },
    };
  });
}

async function readExamples(file: string): Promise<Example[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const mail = JSON.parse(line) as Partial<Example>;
      if (typeof mail.motif === 'string')
        return [
          { public: 'assure', flags: [], ...mail, subject: mail.subject ?? '', body: mail.body ?? '' } as Example,
        ];
    } catch {
      // Falls through to the message with the line number.
    }
    throw new AiguillageError('BAD_INPUT', `Line ${index + 1}: not a JSON object with a motif.`);
  });
}

function asText(result: { linear: Evaluation; bayes: Evaluation }): string {
  const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
  const lines = Object.entries(result).flatMap(([name, e]) => [
    `${name}: ${e.mails} mails, accuracy ${percent(e.accuracy)} (accepted ${percent(e.accepted)}), macro-F1 ${percent(e.macro_f1)}, calibration error ${percent(e.calibration_error)}, level ${percent(e.level_accuracy)}`,
    `  surest: ${e.surest.map((part) => `${part.share * 100} % → ${percent(part.accuracy)}`).join(', ')}`,
  ]);
  const flags = Object.entries(result.linear.flags).map(
    ([name, f]) =>
      `  ${name}: precision ${percent(f.precision)}, recall ${percent(f.recall)} (${f.truth} true, ${f.said} said)`,
  );
  const pairs = result.linear.confusions.map((pair) => `  ${pair.truth} → ${pair.said}: ${pair.mails}`);
  return `${[...lines, 'flags', ...flags, 'confusions', ...pairs].join('\n')}\n`;
}
