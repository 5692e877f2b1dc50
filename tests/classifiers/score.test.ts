import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Encoder, KNOWN_WORDS_MAX } from '../../classifiers/encoder.ts';
import { readFeatures } from '../../classifiers/features.ts';
import { rounded } from '../../classifiers/rounded.ts';
import { scoreRow } from '../../classifiers/score.ts';
import { Scorer } from '../../classifiers/scorer.ts';
import { TrainingRoom } from '../../classifiers/training-room.ts';
import { weigh, weighInto } from '../../classifiers/weigh.ts';
import { WordLetters } from '../../classifiers/word-letters.ts';

const mail = (body: string) => ({ mailbox: 'm', subject: '', body, quoted: '', attachments: [] });

/** Any set of machines, and rows of their features. */
const cases = fc
  .record({ machines: fc.integer({ min: 1, max: 70 }), features: fc.integer({ min: 1, max: 40 }) })
  .chain(({ machines, features }) =>
    fc.record({
      weights: fc.array(fc.integer({ min: -128, max: 127 }), {
        minLength: machines * features,
        maxLength: machines * features,
      }),
      scale: fc.array(fc.float({ noNaN: true, min: 0, max: 1 }), { minLength: machines, maxLength: machines }),
      rows: fc.array(
        fc.uniqueArray(fc.tuple(fc.nat(features - 1), fc.float({ noNaN: true, min: Math.fround(1e-6), max: 2 })), {
          selector: ([id]) => id,
        }),
        { maxLength: 4 },
      ),
      features: fc.constant(features),
    }),
  );

describe('scores', () => {
  test('of the machine code and of the plain loop are the same to the last bit, mail after mail', () => {
    fc.assert(
      fc.property(cases, ({ weights, scale, rows, features }) => {
        const machines = {
          names: Array.from({ length: features }, (_, id) => `w${id}`),
          idf: new Float32Array(features).fill(1),
          weights: Int8Array.from(weights),
          scale: Float32Array.from(scale),
          bias: Float32Array.from(scale, (x) => x - 0.5),
        };
        const scorer = new Scorer(machines);
        for (const row of rows) {
          const index = Int32Array.from(row, ([id]) => id);
          const value = Float32Array.from(row, ([, x]) => x);
          scorer.row.index.set(index);
          scorer.row.value.set(value);
          scorer.row.length = row.length;
          expect(scorer.score()).toEqual(scoreRow({ index, value }, machines.weights, machines.bias, machines.scale));
        }
      }),
    );
  });

  test('of letters are the same word by word, added up once a word, as of all n-grams of the mail', () => {
    const words = 'carte vitale perdue attestation droits maman bonjour merci anana papa'.split(' ');
    const names = new Encoder();
    names.encode(mail(words.join(' ')));
    const grams = names.names.filter((name) => name.startsWith('c')).sort();
    const machines = {
      names: grams,
      idf: Float32Array.from(grams, (_, id) => 1 + (id % 7) / 3),
      weights: Int8Array.from({ length: 3 * grams.length }, (_, at) => ((at * 37) % 255) - 127),
      scale: Float32Array.from([0.01, 0.02, 0.03]),
      bias: Float32Array.from([0, 1, -1]),
    };
    const scorer = new Scorer(machines, { sums: KNOWN_WORDS_MAX, asked: 100, features: 100 });
    const letters = new WordLetters(scorer, machines.idf, KNOWN_WORDS_MAX);
    const encoder = new Encoder(grams, letters);
    const counting = new Encoder(grams);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (said) => {
        const features = readFeatures(mail(said.join(' ')));
        letters.begin();
        weighInto(scorer.row, encoder.count(features), machines.idf);
        letters.end();
        const whole = weigh(counting.encodeFeatures(features), machines.idf);
        const wanted = scoreRow(whole, machines.weights, machines.bias, machines.scale);
        for (const [k, score] of scorer.score().entries()) expect(score).toBeCloseTo(wanted[k]!, 4);
      }),
    );
  });

  test('of machines in training are the same to the last bit, padded or not', () => {
    fc.assert(
      fc.property(cases, ({ weights, scale, rows, features }) => {
        const bias = Float32Array.from(scale, (x) => x - 0.5);
        const room = new TrainingRoom(features, bias.length, { rows: rows.length, features: rows.flat().length });
        for (const [at, weight] of weights.entries()) {
          const id = Math.floor(at / bias.length);
          room.weights[id * room.stride + (at % bias.length)] = weight / 7;
        }
        const packed = room.packed();
        expect(packed).toEqual(Float32Array.from(weights, (weight) => weight / 7));
        const weighed = rows.map((row) => ({
          index: Int32Array.from(row, ([id]) => id),
          value: Float32Array.from(row, ([, x]) => x),
          length: row.length,
        }));
        for (const row of weighed) room.add(row);
        for (const [at, { index, value }] of weighed.entries()) {
          const sums = Float64Array.from(bias);
          for (let j = 0; j < index.length; j += 1)
            for (let k = 0; k < bias.length; k += 1) sums[k]! += packed[index[j]! * bias.length + k]! * value[j]!;
          expect(room.score(at, bias).slice(0, bias.length)).toEqual(sums);
        }
      }),
    );
  });

  test('a plain loop adds up in the order of the features, whatever their number', () => {
    for (let length = 0; length < 10; length += 1) {
      const index = Int32Array.from({ length }, (_, j) => j);
      const value = Float32Array.from({ length }, (_, j) => 10 ** (j % 3));
      const weights = Float32Array.from({ length: 2 * length }, (_, j) => (j % 7) / 3 - 1);
      let sum = 0;
      for (let j = 0; j < length; j += 1) sum += weights[2 * j + 1]! * value[j]!;
      expect(scoreRow({ index, value }, weights, new Float32Array(2))[1]).toBe(Math.fround(sum));
    }
  });

  test('are told to four decimals as toFixed tells them', () => {
    const near = fc.integer({ min: 0, max: 9_999 }).map((n) => (n + 0.5) / 10_000);
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), near, near.map(Math.fround)), (x) =>
        expect(rounded(x)).toBe(Number(x.toFixed(4))),
      ),
      { numRuns: 2_000 },
    );
  });
});
