import { describe, expect, test } from '@jest/globals';
import { excludes, implies, isImpossible } from '../../config/implies.ts';
import { compileCondition } from '../../domain/match.ts';
import type { Facts } from '../../domain/facts.ts';
import type { Condition, Predicate } from '../../domain/rulebook.ts';

const words = (...list: string[]): Predicate => ({ any_phrase: list });

describe('one condition takes all that another takes', () => {
  test.each<[string, Predicate, Predicate, boolean]>([
    ['the same motif among more', { motif: 'a' }, { motif: ['a', 'b'] }, true],
    ['a motif among fewer', { motif: ['a', 'b'] }, { motif: 'a' }, false],
    ['a longer wait', { waiting_days_min: 45 }, { waiting_days_min: 30 }, true],
    ['a nearer day', { date_within_days: 3 }, { date_within_days: 10 }, true],
    ['a further day', { date_within_days: 30 }, { date_within_days: 10 }, false],
    ['a phrase among more', words('carte'), words('carte', 'clé'), true],
    ['a phrase that holds the other', words('carte vitale perdue'), words('carte vitale'), true],
    ['each form of a phrase', words('(carte|clé) vitale'), words('vitale'), true],
    ['one form of a phrase only', words('(carte|clé) vitale'), words('carte vitale'), false],
    ['words in another order', words('vitale carte'), words('carte vitale'), false],
    ['a phrase with a gap, which may hold anything', words('carte … perdue'), words('carte perdue'), false],
    ['a phrase that must end its sentence', words('en finir demain'), words('en finir.'), false],
    ['a denial is not what it denies', words('pas perdu ma carte'), words('perdu ma carte'), false],
    ['one of two phrases that must both stand', { all_phrases: ['carte', 'perdue'] }, words('carte'), true],
    ['both, where only one is sure', words('carte', 'perdue'), { all_phrases: ['carte', 'perdue'] }, false],
    ['more lines asked', { all: [{ motif: 'a' }, words('x')] }, { all: [{ motif: 'a' }] }, true],
    ['fewer lines asked', { all: [{ motif: 'a' }] }, { all: [{ motif: 'a' }, words('x')] }, false],
    ['one of several ways', { all: [words('x')] }, { any: [words('x'), { motif: 'a' }] }, true],
    ['several ways, each of them', { any: [words('x'), words('y')] }, { any: [words('x', 'y', 'z')] }, true],
    ['several ways, one of them not', { any: [words('x'), words('y')] }, { any: [words('x')] }, false],
    [
      'an exception of the wide one that cannot occur',
      { all: [{ motif: 'a' }] },
      { all: [{ motif: ['a', 'b'] }], none: [{ motif: 'b' }] },
      true,
    ],
    [
      'an exception of the wide one that may occur',
      { all: [{ motif: 'a' }] },
      { all: [{ motif: 'a' }], none: [words('x')] },
      false,
    ],
    [
      'the same exception',
      { all: [{ motif: 'a' }], none: [words('x', 'y')] },
      { all: [{ motif: 'a' }], none: [words('x')] },
      true,
    ],
    [
      'a group inside',
      { all: [{ all: [{ motif: 'a' }, words('x')] }] },
      { all: [{ any: [words('x'), words('y')] }] },
      true,
    ],
  ])('%s', (_name, narrow, wide, expected) => {
    expect(implies(narrow, wide)).toBe(expected);
  });
});

describe('two conditions never hold together', () => {
  test.each<[string, Predicate, Predicate, boolean]>([
    ['two motifs', { motif: 'a' }, { motif: ['b', 'c'] }, true],
    ['motifs in common', { motif: ['a', 'b'] }, { motif: ['b', 'c'] }, false],
    ['a motif and a word', { motif: 'a' }, words('x'), false],
    ['with and without a file', { has_attachment: true }, { has_attachment: false }, true],
    ['what the other excepts', words('carte vitale'), { none: [words('carte')] }, true],
    ['a group that asks for another motif', { motif: 'a' }, { all: [words('x'), { motif: 'b' }] }, true],
    ['flags, of which a mail may carry several', { flag: 'a' }, { flag: 'b' }, false],
  ])('%s', (_name, a, b, expected) => {
    expect(excludes(a, b)).toBe(expected);
    expect(excludes(b, a)).toBe(expected);
  });
});

describe('a condition that contradicts itself', () => {
  test.each<[string, Condition, boolean]>([
    ['asks for two motifs at once', { all: [{ motif: 'a' }, { motif: 'b' }] }, true],
    ['refuses what it asks for', { all: [words('carte vitale')], none: [words('carte')] }, true],
    ['refuses each of its ways', { any: [words('x'), words('y')], none: [words('x', 'y')] }, true],
    ['leaves one way open', { any: [words('x'), words('y')], none: [words('x')] }, false],
    ['has ways that its own lines rule out', { all: [{ motif: 'a' }], any: [{ motif: 'b' }, { motif: 'c' }] }, true],
    ['does so inside', { all: [{ all: [{ public: 'ps' }, { public: 'assure' }] }] }, true],
    [
      'refuses a shorter wait than it asks',
      { all: [{ waiting_days_min: 45 }], none: [{ waiting_days_min: 30 }] },
      true,
    ],
    [
      'refuses a longer wait than it asks',
      { all: [{ waiting_days_min: 30 }], none: [{ waiting_days_min: 45 }] },
      false,
    ],
  ])('%s', (_name, condition, expected) => {
    expect(isImpossible(condition)).toBe(expected);
  });
});

test('what is said to follow does: on texts, whatever they hold', () => {
  const phrases = [
    'carte',
    'carte vitale',
    'carte vitale perdue',
    'pas reçu ma carte',
    '(ma|la) carte',
    'vitale',
    'en finir.',
    'mut*',
  ];
  const texts = phrases.flatMap((a) =>
    phrases.map((b) => `${a} et je n'ai pas ${b}, jamais ${a}. Ma ${b}`.replace(/[().*|]/g, ' ')),
  );
  const facts = (body: string): Facts => ({
    ...{ channel: 'mail', mailbox: '', subject: '', body, quoted: '', attachments: [], from: '' },
    ...{ public: 'assure', received_at: '2026-01-01T00:00:00Z', prior_contacts: 0 },
  });
  const context = { now: new Date(0), motif: null, level: 'n1', flags: [] } as const;
  let followed = 0;
  for (const narrow of phrases) {
    for (const wide of phrases) {
      if (narrow === wide || !implies(words(narrow), words(wide))) continue;
      followed += 1;
      const [few, many] = [narrow, wide].map((each) => compileCondition({ any: [words(each)] }, 'x'));
      for (const text of texts)
        if (few!(facts(text), context).matched)
          expect([narrow, wide, text, many!(facts(text), context).matched]).toEqual([narrow, wide, text, true]);
    }
  }
  expect(followed).toBeGreaterThan(4);
});
