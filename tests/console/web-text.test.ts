import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scrollTo, windowOf } from '../../console/web/lists/virtual.ts';
import { namesOf } from '../../console/web/shell/names.ts';
import { piecesOf } from '../../console/web/text/pieces.ts';
import { deliveryLabel } from '../../console/web/words/words.ts';

describe('a text of a mail in pieces', () => {
  test.each([
    ['turned around', 'a\u202Eb', ['a', '[202E]', 'b']],
    ['no width', 'pay\u200Bpal', ['pay', '[200B]', 'pal']],
    ['a tag outside the first plane', 'x\u{E0041}', ['x', '[E0041]']],
    ['an escape', '\u001B[2J', ['[001B]', '[2J']],
    ['lines and tabs stay', 'a\n\tb', ['a\n\tb']],
    ['a family stays a family', '👨\u200D👩\u200D👧', ['👨\u200D👩\u200D👧']],
  ])('%s', (_, text, shown) => {
    expect(piecesOf(text).map((piece) => (piece.control === undefined ? piece.text : `[${piece.control}]`))).toEqual(
      shown,
    );
  });

  test('evidence is marked where it stands, overlapping or not; a span outside the text is no mark', () => {
    const marks = [
      { start: 3, end: 8, label: 'motif' },
      { start: 6, end: 11, label: 'signalement' },
      { start: 50, end: 60, label: 'ailleurs' },
      { start: 4, end: 2, label: 'à rebours' },
    ];
    expect(piecesOf('ma carte verte', marks).map(({ text, marks: over }) => [text, over.join()])).toEqual([
      ['ma ', ''],
      ['car', 'motif'],
      ['te', 'motif,signalement'],
      [' ve', 'signalement'],
      ['rte', ''],
    ]);
  });

  test('nothing of a text is lost or added, whatever it holds and whatever is marked', () => {
    const span = fc.record({ start: fc.nat(60), end: fc.nat(60), label: fc.constant('x') });
    const letters = fc.oneof(
      fc.constantFrom('\u202E', '\u200B', '\0', '\n', '\uD800'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 20 }), fc.array(span, { maxLength: 4 }), (parts, marks) => {
        const text = parts.join('');
        const pieces = piecesOf(text, marks);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of pieces) if (piece.control === undefined) expect(piece.text).not.toMatch(/[\0\u200B\u202E]/);
      }),
    );
  });
});

test('the rows in view are always among those drawn, and few more', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(400_000),
      fc.integer({ min: 1, max: 2_000 }),
      (rows, row_px, scroll, height_px) => {
        const scroll_px = Math.min(scroll, Math.max(0, rows * row_px - height_px));
        const { first, end } = windowOf(rows, row_px, scroll_px, height_px);
        for (let index = 0; index < rows; index += 1) {
          const seen = (index + 1) * row_px > scroll_px && index * row_px < scroll_px + height_px;
          if (seen) expect(first <= index && index < end).toBe(true);
        }
        expect(end - first).toBeLessThanOrEqual(Math.ceil(height_px / row_px) + 17);
      },
    ),
    { numRuns: 50 },
  );
});

test.each([
  ['above', 2, 80],
  ['in view', 6, 200],
  ['below', 30, 740],
])('a row %s is brought whole into view', (_, index, expected) => {
  expect(scrollTo(index, 40, 200, 500)).toBe(expected);
});

describe('what ids are called', () => {
  const names = namesOf({
    queues: { n1: 'Plateforme de services', 'pole-pe': 'Prestations en espèces' },
    motifs: { 'carte-vitale': 'Carte Vitale' },
    ...{ mailboxes: {}, flags: {}, teams: {} },
  });

  test.each([
    ['n1 → pole-pe', 'Plateforme de services → Prestations en espèces'],
    ['carte-vitale 0.970, autre-chose 0.020', 'Carte Vitale 0.970, autre-chose 0.020'],
    ['doute entre le niveau 1 et pole-pe', 'doute entre le niveau 1 et Prestations en espèces'],
    ['constructor', 'constructor'],
  ])('%s', (said, shown) => {
    expect(names.within(said)).toBe(shown);
  });

  test('an id that left the rules is its own name', () => {
    expect([names.queue('pole-ancien'), names.motif('toString'), names.motif(null)]).toEqual([
      'pole-ancien',
      'toString',
      'motif à préciser',
    ]);
  });
});

test.each([
  ['reply', 'sent', 'partie'],
  ['ack', 'sent', 'parti'],
  ['notice', 'failed', 'échoué'],
  ['ack', 'held', 'retenu (boîte en observation)'],
  ['notice', 'ambiguous', 'peut-être parti : à vérifier'],
])('a sending is told in its own gender: %s %s', (kind, status, said) => {
  expect(deliveryLabel(status, kind)).toBe(said);
});
