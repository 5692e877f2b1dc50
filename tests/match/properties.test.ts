import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePhrase, PhraseError } from '../../domain/match.ts';
import { readWords } from '../../domain/match/words.ts';
import { compileRulebook } from '../../domain/match.ts';
import { loadOrThrow } from '../../config/load.ts';
import { textsIn, SHIPPED } from '../config/support.ts';
import { CONTEXT, facts, match } from './support.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
/** The ways people type one letter. */
const TYPED: Record<string, string[]> = {
  e: ['e', 'é', 'E', 'É', 'e\u0301', 'ｅ'],
  a: ['a', 'à', 'A'],
  o: ['o', 'O', 'ô'],
  "'": ["'", '’'],
};
const PHRASES = ['bon de transport', 'me suicide', 'coupé le courant', 'carte européenne', "l'hôpital refuse"];

describe('whatever the text', () => {
  const shipped = compileRulebook(
    loadOrThrow(
      new Map([...textsIn(SHIPPED)].filter(([name]) => !['connections.yaml', 'sign-in.yaml'].includes(name))),
    ),
  );

  test('reading never throws and every span lies in its part', () => {
    fc.assert(
      fc.property(anyText, anyText, (subject, body) => {
        const mail = facts(body, { subject, quoted: subject });
        const parts: Record<string, string> = { subject, body, quoted: subject };
        const results = [...shipped.compiled.flags.values(), ...shipped.compiled.rules.values()].map((test) =>
          test(mail, CONTEXT),
        );
        for (const { evidence } of results) {
          for (const { part, start, end } of evidence) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(parts[part]!.length);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a phrase is either usable or refused with its reason, never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.string({ unit: fc.constantFrom('a', 'é', ' ', '(', ')', '|', '*', '…', '.', "'"), maxLength: 30 }),
        ),
        (text) => {
          try {
            expect(parsePhrase(text).nodes.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(PhraseError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('words follow each other in the text and fold to their letters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = 0;
        for (const { start, end } of readWords(text)) {
          expect(start).toBeGreaterThanOrEqual(Math.min(last, start));
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
    );
  });
});

test('a phrase hidden in other words, however typed, is found, and its evidence slices to it', () => {
  const filler = fc.array(fc.constantFrom('bonjour', 'dossier', 'merci', 'samedi', 'le', '12', '😀'), { maxLength: 8 });
  fc.assert(
    fc.property(
      filler,
      fc.constantFrom(...PHRASES),
      fc.infiniteStream(fc.nat(5)),
      filler,
      (before, phrase, choices, after) => {
        const typed = [...phrase]
          .map((letter) => {
            const plain = letter.normalize('NFD')[0]!;
            const ways = TYPED[plain] ?? [letter, letter.toUpperCase()];
            return ways[choices.next().value! % ways.length]!;
          })
          .join('');
        const body = [...before, typed, ...after].join(' ');
        const { matched, evidence } = match({ any: [{ any_phrase: [phrase] }] }, body);
        expect(matched).toBe(true);
        expect(evidence.map(({ start, end }) => body.slice(start, end))).toContain(typed);
        const words = (text: string): string[] => readWords(text).map((word) => word.text);
        expect(words(body.slice(evidence[0]!.start, evidence[0]!.end))).toEqual(words(phrase));
      },
    ),
    { numRuns: 300 },
  );
});

describe('hostile text costs no more than its length', () => {
  /** CPU seconds of this process: other people's work on the machine does not count. */
  function cpu_s(work: () => void): number {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  }

  test.each([
    [
      'one word a hundred thousand times, with a phrase of it and gaps',
      { any_phrase: ['a … a … a … b'] },
      'a '.repeat(100_000),
    ],
    [
      'the beginning of a phrase again and again',
      { any_phrase: ['bon de transport sanitaire'] },
      'bon de transport '.repeat(12_000),
    ],
    ['a pattern that hangs other engines', { regex: '(a+)+$' }, `${'a'.repeat(100_000)}!`],
    ['a very long word', { any_phrase: ['suicid*'] }, 'x'.repeat(2_000_000)],
    ['no text at all, only signs', { any_phrase: ['bon'] }, '!'.repeat(1_000_000)],
  ])('%s', (_name, predicate, body) => {
    // A quadratic scan of these takes minutes.
    expect(cpu_s(() => match({ any: [predicate] }, body))).toBeLessThan(5);
  });
});
