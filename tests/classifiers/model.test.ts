import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calibrated, fitIsotonic, interpolate } from '../../classifiers/calibrate.ts';
import { evaluate } from '../../classifiers/evaluate.ts';
import type { Example } from '../../classifiers/examples.ts';
import { readCorpus } from '../../classifiers/files.ts';
import type { LinearModel } from '../../classifiers/linear-model.ts';
import { readModel, writeModel } from '../../classifiers/model-file.ts';
import { loadModel } from '../../classifiers/train.ts';
import { assignFolds, trainLinear } from '../../classifiers/train-linear.ts';
import type { MotifInput } from '../../domain/facts.ts';

const input = (body: string): MotifInput => ({
  mailbox: 'pfs-assures',
  subject: '',
  body,
  quoted: '',
  attachments: [],
});

let examples: readonly Example[];
let model: LinearModel;
beforeAll(async () => {
  examples = (await readCorpus()).examples;
  model = await loadModel();
});

describe('the motif model', () => {
  test('the same examples give the same bytes', () => {
    const few = examples.filter((_, i) => i % 40 === 0);
    const options = { svm: { C: 1, epochs: 3, seed: 1 }, min_df: 2, folds: 2 };
    const one = writeModel(trainLinear(few, options), 'corpus');
    const two = writeModel(trainLinear([...few], options), 'corpus');
    expect(two.digest).toBe(one.digest);
    expect(readModel(one.bytes).digest).toBe(one.digest);
  }, 60_000);

  test('a list of turns of phrase teaches passages, and the machines over whole mails nothing', () => {
    const options = { svm: { C: 1, epochs: 2, seed: 1 }, min_df: 2, folds: 2 };
    const whole = examples.filter(({ teaches }) => teaches === undefined).filter((_, i) => i % 60 === 0);
    const lists = examples
      .filter(({ teaches, flags }) => teaches !== undefined && flags.every((flag) => flag === 'danger-vital'))
      .filter((_, i) => i % 20 === 0);
    expect(lists.length).toBeGreaterThan(80);
    const [without, taught] = [trainLinear(whole, options), trainLinear([...whole, ...lists], options)];
    expect(taught.heads).toEqual(without.heads);
    expect(taught.mail).toEqual(without.mail);
    expect(taught.passage.names).not.toEqual(without.passage.names);
  }, 60_000);

  test('« pas reçu » and « reçu » are different texts to it', () => {
    const one = model.scores(input("Je n'ai pas reçu ma carte vitale"));
    const two = model.scores(input("J'ai reçu ma carte vitale"));
    expect([...one]).not.toEqual([...two]);
  });

  test('probabilities are ordered, within 0–1, and sum to at most 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const ranked = model.rank(input(text));
        const scores = ranked.map((candidate) => candidate.score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
        expect(scores.reduce((sum, score) => sum + score, 0)).toBeLessThanOrEqual(1.01);
      }),
    );
  });

  test('evidence stands in the text and names words that matter', () => {
    const body = 'Bonjour, il pleut. Ma carte Vitale a été volée hier dans le bus.';
    const spans = model
      .evidence(input(body), 'carte-vitale', 4)
      .map((span) => body.slice(span.start, span.end).toLowerCase());
    expect(spans.join(' ')).toContain('carte');
  });

  test('every motif of the corpus can be said', () => {
    const motifs = new Set(examples.map((example) => example.motif));
    const said = new Set(
      examples.filter((_, i) => i % 5 === 0).map((example) => model.rank(input(example.body))[0]!.motif),
    );
    expect(motifs.size).toBe(37);
    expect(said.size).toBe(37);
  });

  test('folds hold whole voices', () => {
    const fold = assignFolds(examples, 5);
    expect([...fold.keys()].sort()).toEqual([...new Set(examples.map((example) => example.voice))].sort());
  });
});

describe('calibration', () => {
  test('isotonic knots rise, whatever the points', () => {
    const point = fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 200 }), (points) => {
        const ys = fitIsotonic(points).map(([, y]) => y);
        expect(ys).toEqual([...ys].sort((a, b) => a - b));
      }),
    );
  });

  test('keeps the winner the winner', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 37 }), (scores) => {
        const p = calibrated(scores, {
          temperature: 0.3,
          knots: [
            [0.1, 0.05],
            [0.9, 0.6],
          ],
        });
        expect(p[scores.indexOf(Math.max(...scores))]).toBe(Math.max(...p));
      }),
    );
    expect(interpolate([[0.5, 0.4]], 0.25)).toBeCloseTo(0.2);
  });
});

test('the figures of an evaluation are those of a count by hand', () => {
  const mail = (truth: string, motif: string, confidence: number) => ({
    truth,
    accept: [],
    motif,
    confidence,
    flags: { truth: truth === 'a' ? ['f'] : [], said: ['f'] },
  });
  const result = evaluate([mail('a', 'a', 0.9), mail('a', 'b', 0.4), mail('b', 'b', 0.8), mail('b', 'b', 0.7)]);
  expect(result).toMatchObject({
    mails: 4,
    accuracy: 0.75,
    flags: { f: { precision: 0.5, recall: 1, truth: 2, said: 4 } },
  });
  // a: precision 1, recall 1/2; b: precision 2/3, recall 1.
  expect(result.macro_f1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 3);
  expect(result.confusions).toEqual([{ truth: 'a', said: 'b', mails: 1 }]);
  expect(result.surest[0]).toEqual({ share: 0.1, accuracy: 1 });
});
