import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { numberOf, UNNUMBERED, WORD_CHARS_MAX, WordNotes, WORDS_MAX } from '../../domain/match/lexicon.ts';
import { readWords } from '../../domain/match/words.ts';
import { Numbering } from '../../domain/text/numbering.ts';

const codes = (text: string): Uint16Array => Uint16Array.from(text, (_, i) => text.charCodeAt(i));

describe('texts by number', () => {
  test('one number each, the same when asked again, like a Map', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '0'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), text)), (asked) => {
        const numbering = new Numbering();
        const model = new Map<string, number>();
        for (const [first, each] of asked) {
          const key = `${first} ${each}`;
          const padded = codes(`-${each}-`);
          expect(numbering.find(first, padded, 1, each.length + 1)).toBe(model.get(key) ?? -1);
          if (!model.has(key)) model.set(key, model.size);
          expect(numbering.add(first, padded, 1, each.length + 1)).toBe(model.get(key));
        }
        expect(numbering.size).toBe(model.size);
      }),
    );
  });

  test('grows to many and forgets them all', () => {
    const numbering = new Numbering();
    for (let i = 0; i < 20_000; i += 1) expect(numbering.add(0, codes(`mot${i}`), 0, `mot${i}`.length)).toBe(i);
    expect(numbering.find(0, codes('mot19999'), 0, 8)).toBe(19_999);
    expect(numbering.longestWay).toBeLessThan(64);
    numbering.clear();
    expect(numbering.find(0, codes('mot7'), 0, 4)).toBe(-1);
    expect(numbering.add(0, codes('mot7'), 0, 4)).toBe(0);
  });
});

describe('words by number', () => {
  test('mentions of a word share a number, other words do not', () => {
    const [carte, verte, again] = readWords('carte verte, CARTES');
    expect(again!.number).toBe(carte!.number);
    expect(verte!.number).not.toBe(carte!.number);
    expect(numberOf('carte')).toBe(carte!.number);
  });

  test('what is too long for a word has none, and is read all the same', () => {
    const [long] = readWords('y'.repeat(WORD_CHARS_MAX + 1));
    expect(long).toMatchObject({ number: UNNUMBERED, text: 'y'.repeat(WORD_CHARS_MAX + 1) });
  });

  test('when more words came than are kept, notes are lost and never taken for those of another word', () => {
    const notes = new WordNotes();
    notes.begin();
    const carte = numberOf('carte');
    notes.set(carte, 7);
    expect(notes.get(carte)).toBe(7);
    const before = readWords('ma carte verte');
    const strangers = Array.from({ length: WORDS_MAX + 10 }, (_, i) => `w${i.toString(36)}q`);
    for (let i = 0; i < strangers.length; i += 5_000) {
      const words = readWords(strangers.slice(i, i + 5_000).join(' '));
      expect(words.map((word) => word.text)).toEqual(strangers.slice(i, i + 5_000));
      expect(words.filter((word) => word.number === carte)).toEqual([]);
    }
    expect(notes.begin()).toBe(true);
    for (const word of [...before, ...readWords('ma carte verte')]) expect(notes.get(word.number)).toBe(0);
    notes.set(carte, 9);
    expect(notes.get(numberOf('carte'))).toBe(0);
  });
});
