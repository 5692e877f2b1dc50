import { beforeAll, describe, expect, test } from '@jest/globals';
import { readCorpus } from '../../classifiers/files.ts';
import { termsOf } from '../../classifiers/topics/terms.ts';
import { findWaves, sameSubject, WaveReader, type WaveMail } from '../../classifiers/topics/waves.ts';
import { DEFAULT_WAVES } from '../../domain/wave/policy.ts';
import { BREACH, CHEQUES } from '../support/new-subjects.ts';

const POLICY = { ...DEFAULT_WAVES, people_min: 15 };
const WEEKS = [true, true, true, true];

function mails(texts: readonly string[], week: number, prefix: string, sender?: string): WaveMail[] {
  return texts.map((body, i) => ({
    id: `${prefix}-${i}`,
    sender: sender ?? `${prefix}-${i}@membre.example`,
    week,
    terms: termsOf({ subject: '', body, from: 'Camille Exemple' }),
  }));
}

let ordinary: WaveMail[];
beforeAll(async () => {
  // Mails of every kind, a different handful each week: what a quiet morning is made of.
  const bodies = (await readCorpus()).examples.map(({ body }) => body);
  const step = 29;
  ordinary = [0, 1, 2, 3, 4].flatMap((week) =>
    mails(bodies.filter((_, i) => i % step === week).slice(0, 150), week, `w${week}`),
  );
});

describe('many people who write the same', () => {
  test('are found among ordinary mail, with the words they share and how many write so usually', () => {
    const [wave, ...others] = findWaves([...ordinary, ...mails(BREACH, 0, 'new')], WEEKS, POLICY);
    expect(others).toEqual([]);
    expect(wave!.words).toEqual(expect.arrayContaining(['viaplus', 'données']));
    expect(wave!.people).toBeGreaterThanOrEqual(15);
    expect(wave!.usual).toBeLessThan(1);
    const mine = wave!.members.filter(({ id }) => id.startsWith('new'));
    expect(mine.length / wave!.members.length).toBeGreaterThan(0.9);
  });

  test('two events at once are two waves', () => {
    const found = findWaves([...ordinary, ...mails(BREACH, 0, 'a'), ...mails(CHEQUES, 0, 'b')], WEEKS, POLICY);
    expect(found.map(({ words }) => (words.includes('chèque') ? 'cheques' : 'breach')).sort()).toEqual([
      'breach',
      'cheques',
    ]);
    expect(sameSubject(found[0]!.signature, found[1]!.signature)).toBeLessThan(0.2);
    expect(sameSubject(found[0]!.signature, found[0]!.signature)).toBeCloseTo(1, 2);
  });

  test.each([
    ['an ordinary morning', () => ordinary, WEEKS],
    [
      'as many in each of the weeks before',
      () => [...ordinary, ...[0, 1, 2, 3, 4].flatMap((w) => mails(BREACH, w, `b${w}`))],
      WEEKS,
    ],
    ['one person, however often', () => [...ordinary, ...mails(BREACH, 0, 'one', 'une@membre.example')], WEEKS],
    [
      'the first day, when everything is new',
      () => [...ordinary, ...mails(BREACH, 0, 'new')],
      [false, false, false, false],
    ],
    ['no mail at all', () => [], WEEKS],
  ])('no wave: %s', (_, given, known) => expect(findWaves(given(), known, POLICY)).toEqual([]));

  test('are the same wave whatever the order of the mails', () => {
    const given = [...ordinary, ...mails(CHEQUES, 0, 'new')];
    expect(findWaves([...given].reverse(), WEEKS, POLICY)).toEqual(findWaves(given, WEEKS, POLICY));
  });
});

test('a wave is kept by its words: the next mail about it is recognised, others are not', () => {
  const half = CHEQUES.filter((_, i) => i % 5 !== 0);
  const [wave] = findWaves([...ordinary, ...mails(half, 0, 'new')], WEEKS, POLICY);
  const reader = new WaveReader(JSON.parse(JSON.stringify(wave!.signature)));
  const later = mails(
    CHEQUES.filter((_, i) => i % 5 === 0),
    0,
    'later',
  );
  const like = (mail: WaveMail): boolean => reader.similarity(mail.terms) >= POLICY.similarity_min;
  expect(later.filter(like).length).toBe(later.length);
  expect(mails(BREACH, 0, 'other').filter(like)).toEqual([]);
  expect(reader.similarity({ words: new Map([['constructor', 'constructor']]) })).toBe(0);
  expect(reader.similarity({ words: new Map() })).toBe(0);
});

test('no word of a wave is a name, or one that fewer than three people wrote', () => {
  const signed = CHEQUES.map(
    (text, i) => `${text}\n\nCordialement\nZébulon Quignonfoireux${i === 0 ? ' turlututu' : ''}`,
  );
  const [wave] = findWaves([...ordinary, ...mails(signed, 0, 'new')], WEEKS, POLICY);
  const kept = [...wave!.words, ...Object.keys(wave!.signature.centre), ...Object.keys(wave!.signature.weights)].join(
    ' ',
  );
  expect(kept).not.toMatch(/quignon|zebulon|turlututu/i);
});
