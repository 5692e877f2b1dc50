import { beforeAll, describe, expect, test } from '@jest/globals';
import { evaluate, type Evaluation } from '../../classifiers/evaluate.ts';
import { FROZEN, readCorpus } from '../../classifiers/files.ts';
import { judge } from '../../classifiers/judge.ts';
import { loadModel } from '../../classifiers/train.ts';
import { loadOrThrow } from '../../config/load.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';

let book: CompiledRulebook;
let figures: Evaluation;
beforeAll(async () => {
  book = compileRulebook(loadOrThrow(await readConfigFolder(SHIPPED_CONFIG)));
  const { examples } = await readCorpus(FROZEN);
  const urgent = book.flags.filter(({ level }) => level === 'P0' || level === 'P1').map(({ id }) => id);
  figures = evaluate(judge(examples, await loadModel(), book), urgent);
});

/** The frozen set is never trained on: a change of corpus, rules or code that costs these figures is no improvement. */
describe('the shipped model and rules, on mails nobody trained on', () => {
  test('find the motif, and know when they do', () => {
    expect(figures.accepted).toBeGreaterThanOrEqual(0.87);
    expect(figures.macro_f1).toBeGreaterThanOrEqual(0.83);
    expect(figures.surest.find(({ share }) => share === 0.6)!.accuracy).toBeGreaterThanOrEqual(0.96);
    expect(figures.calibration_error).toBeLessThanOrEqual(0.05);
    expect(figures.human_triage).toBeLessThanOrEqual(0.05);
  });

  test('find the level and the public', () => {
    expect(figures.level_accuracy).toBeGreaterThanOrEqual(0.92);
    expect(figures.public_accuracy).toBeGreaterThanOrEqual(0.92);
  });

  test('miss few urgent mails and call few others urgent', () => {
    expect(figures.flags['danger-vital']!.recall).toBeGreaterThanOrEqual(0.94);
    expect(figures.flags['danger-vital']!.precision).toBeGreaterThanOrEqual(0.78);
    expect(figures.urgent.recall).toBeGreaterThanOrEqual(0.88);
    expect(figures.urgent.precision).toBeGreaterThanOrEqual(0.77);
  });
});
