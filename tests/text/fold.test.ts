import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldText, originalSpan } from '../../domain/text/fold.ts';
import { countWords, NEGATIONS, tokenize, words } from '../../domain/text/tokens.ts';

describe('many spellings become one', () => {
  test.each([
    ['Arrêt MALADIE', 'arret maladie'],
    ['l’arrêt', 'l arret'],
    ["l'arrêt", 'l arret'],
    ['œuvre, cœur, Æ', 'oeuvre, coeur, ae'],
    ['e\u0301te\u0301', 'ete'],
    ['sui\u200Bcide', 'suicide'],
    ['\u202Eabc\u202C', 'abc'],
    ['sé\u00ADcurité', 'securite'],
    ['ＣＡＲＴＥ 𝐯𝐢𝐭𝐚𝐥𝐞', 'carte vitale'],
    ['deux\u00A0mots\n\tici', 'deux mots ici'],
    ['48 h – 72 h', '48 h - 72 h'],
    ['ŉ', 'n'],
    ['5″ l｀an', '5 l an'],
    ['« bon »', '" bon "'],
    ['  au bord  ', 'au bord'],
    ['İstanbul Straße', 'istanbul strasse'],
    ['n° 3', 'n° 3'],
    ['', ''],
  ])('%j folds to %j', (source, folded) => expect(foldText(source)).toBe(folded));
});

describe('evidence points into the text as it was written', () => {
  test.each([
    ['Je n’ai pas REÇU ma carte', 'recu', 'REÇU'],
    ['ma fille est ne\u0301e hier', 'nee', 'ne\u0301e'],
    ['je veux en\u200B finir', 'en finir', 'en\u200B finir'],
    ['le cœur', 'coeur', 'cœur'],
    ['le cœur', 'o', 'œ'],
    ['𝐯𝐢𝐭𝐚𝐥𝐞 volée', 'vitale', '𝐯𝐢𝐭𝐚𝐥𝐞'],
    ['a  b', 'a b', 'a  b'],
  ])('in %j, %j stands at %j', (source, wanted, expected) => {
    const folded = fold(source);
    const at = folded.text.indexOf(wanted);
    const { start, end } = originalSpan(folded, at, at + wanted.length);
    expect(source.slice(start, end)).toBe(expected);
  });

  const text = fc.string({ unit: 'binary', maxLength: 200 });

  test('any span of any text lies inside it, is never empty and folds to what was matched', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (source, a, b) => {
        const folded = fold(source);
        if (folded.text.length === 0) return;
        const start = a % folded.text.length;
        const end = start + 1 + (b % (folded.text.length - start));
        const span = originalSpan(folded, start, end);
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(source.length);
        expect(span.end).toBeGreaterThan(span.start);
        expect(foldText(source.slice(span.start, span.end))).toContain(folded.text.slice(start, end).trim());
      }),
    );
  });

  test('the quick way for ASCII and the way with a map agree', () => {
    fc.assert(fc.property(fc.string(), (source) => expect(foldText(source)).toBe(fold(source).text)));
  });

  test('folding is stable for every character there is: folding what was folded changes nothing', () => {
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const source = `a${String.fromCodePoint(code)}a`;
      const folded = foldText(source);
      if (foldText(folded) !== folded) unstable.push(code.toString(16));
    }
    expect(unstable).toEqual([]);
  });

  test('folding is stable for any text', () => {
    fc.assert(fc.property(text, (source) => expect(foldText(foldText(source))).toBe(foldText(source))));
  });

  test('the map has one entry more than the text, never goes back and never leaves the original', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { text: folded, starts } = fold(source);
        expect(starts.length).toBe(folded.length + 1);
        for (let i = 1; i < starts.length; i += 1) expect(starts[i]!).toBeGreaterThanOrEqual(starts[i - 1]!);
        expect(starts.at(-1)!).toBeLessThanOrEqual(source.length);
      }),
    );
  });

  test('one character cannot grow into many: 100,000 ligatures stay within four times their number', () => {
    expect(foldText('ﷺ'.repeat(100_000)).length).toBeLessThanOrEqual(400_000);
  });
});

describe('tokens keep what turns a sentence round', () => {
  test('a received card and a card not received are different words', () => {
    expect(words("je n'ai pas reçu ma carte")).toEqual(['je', 'ne', 'ai', 'pas', 'recu', 'ma', 'carte']);
    expect(words("j'ai reçu ma carte")).toEqual(['je', 'ai', 'recu', 'ma', 'carte']);
  });

  test.each([...NEGATIONS])('%s is kept', (word) => expect(words(`a ${word} b`)).toContain(word));

  test.each([
    ['qu’il d’ici l’an s’en jusqu’à', ['que', 'il', 'de', 'ici', 'le', 'an', 'se', 'en', 'jusque', 'a']],
    ["aujourd'hui", ['aujourdhui']],
    ['rendez-vous à 10h30', ['rendez', 'vous', 'a', '10h30']],
    ['a-t-il', ['a', 't', 'il']],
    ['constructor toString', ['constructor', 'tostring']],
    ["d'", ['de']],
    ["aujourd'", ['aujourd']],
  ])('%j', (source, expected) => expect(words(source)).toEqual(expected));

  test('each token stands where it says, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (source) => {
        let last = { start: 0, end: 0 };
        for (const token of tokenize(source)) {
          // « a¼ » folds to « a1 » and « 4 », which share the one place of the fraction: in order, perhaps overlapping.
          expect(token.start).toBeGreaterThanOrEqual(last.start);
          expect(token.end).toBeGreaterThanOrEqual(last.end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(source.length);
          last = token;
        }
      }),
    );
  });

  test('counting words needs no list of them', () => expect(countWords("je n'ai rien reçu")).toBe(5));
});
