import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  findEmails,
  findIbans,
  findNirs,
  findPhones,
  hasPersonal,
  isNir,
  MASK,
  maskNir,
  maskPersonal,
  nirKey,
  type Span,
} from '../../domain/privacy.ts';

const cut = (text: string, spans: readonly Span[]): string[] => spans.map((span) => text.slice(span.start, span.end));

describe('NIR', () => {
  test('the key of the published example is 13', () => {
    expect(nirKey('2860313999999')).toBe(13);
  });

  test.each([
    ['compact', '286031399999913'],
    ['spaced as on the card', '2 86 03 13 999 999 13'],
    ['with non-breaking spaces', '2\u00A086\u00A003\u00A013\u00A0999\u00A0999\u00A013'],
    ['with dots and a dash before the key', '2.86.03.13.999.999 - 13'],
    ['born in Corse-du-Sud', '1 84 12 2A 123 456 ' + String(nirKey('184122A123456')).padStart(2, '0')],
    ['born in Haute-Corse, lower case', '1 84 12 2b 123 456 ' + String(nirKey('184122B123456')).padStart(2, '0')],
  ])('is found %s', (_, nir) => {
    const text = `Mon numéro est le ${nir}, merci.`;
    expect(cut(text, findNirs(text))).toEqual([nir]);
    expect(isNir(nir)).toBe(true);
    expect(maskNir(text)).not.toMatch(/\d{2}/);
  });

  test('2A and 2B give other keys than 19 and 18 would by chance only in the arithmetic, not in the text', () => {
    expect(nirKey('184122A123456')).toBe(nirKey('1841219123456'));
    expect(nirKey('184122B123456')).toBe(nirKey('1841218123456'));
  });

  test.each([
    ['a wrong key', '2 86 03 13 999 999 14'],
    ['a month that does not exist', `2861313999999${String(nirKey('2861313999999')).padStart(2, '0')}`],
    ['a longer number', '2860313999999130'],
    ['a first digit that no register uses', `5860313999999${nirKey('5860313999999')}`],
  ])('is not seen in %s', (_, other) => {
    expect(findNirs(`dossier ${other} merci`)).toEqual([]);
  });

  test('without its key it is hidden too, as in the file names employers send', () => {
    expect(maskNir('AS_2860313999999_220515.pdf')).toBe(`AS_${MASK.repeat(13)}_220515.pdf`);
  });

  test('a SIRET and a parcel number stay readable', () => {
    const text = 'SIRET 732 829 320 00074, colis 6129904512345';
    expect(maskNir(text)).toBe(text);
  });

  test('every NIR with a right key is hidden, whatever stands around it', () => {
    const part = (max: number, width: number): fc.Arbitrary<string> =>
      fc.integer({ min: 0, max }).map((n) => String(n).padStart(width, '0'));
    const nir = fc
      .tuple(
        fc.constantFrom('1', '2', '3', '4', '7', '8'),
        part(99, 2),
        fc.integer({ min: 1, max: 12 }).map((n) => String(n).padStart(2, '0')),
        fc.oneof(part(99, 2), fc.constantFrom('2A', '2B')),
        part(999, 3),
        part(999, 3),
        fc.constantFrom('', ' ', '.', ' - '),
      )
      .map(([sex, year, month, place, commune, order, gap]) => {
        const key = String(nirKey([sex, year, month, place, commune, order].join(''))).padStart(2, '0');
        return [sex, year, month, place, commune, order, key].join(gap);
      });
    const around = fc.constantFrom('', ' ', '_', '\n', '(', 'é\u00A0: ', ';', 'n°', 'é');
    fc.assert(
      fc.property(around, nir, around, (before, number, after) => {
        const masked = maskNir(before + number + after);
        expect(masked).toHaveLength(before.length + number.length + after.length);
        expect(masked).not.toMatch(/[0-9AB]/);
      }),
    );
  });
});

describe('IBAN', () => {
  test.each([
    'FR14 2004 1010 0505 0001 3M02 606',
    'FR1420041010050500013M02606',
    'be68 5390 0754 7034',
    'DE89370400440532013000',
  ])('%s is found and hidden', (iban) => {
    const text = `versez sur ${iban} svp`;
    expect(cut(text, findIbans(text))).toEqual([iban]);
    expect(maskPersonal(text)).toBe(`versez sur ${iban.replace(/[0-9A-Za-z]/g, MASK)} svp`);
  });

  test.each(['FR14 2004 1010 0505 0001 3M02 607', 'FR14 2004', 'ZZ68539007547034'])('%s is not an IBAN', (text) =>
    expect(findIbans(text)).toEqual([]),
  );
});

describe('French phone numbers', () => {
  test.each([
    '0612345678',
    '06 12 34 56 78',
    '06.12.34.56.78',
    '+33612345678',
    '+33 6 12 34 56 78',
    '0033 (0)6 12 34 56 78',
  ])('%s is found', (phone) => {
    const text = `appelez le ${phone}.`;
    expect(cut(text, findPhones(text))).toEqual([phone]);
  });

  test.each(['3646', '0012345678', 'le 06 12', '12/03/2026', '106123456789'])('%s is no phone number', (text) => {
    expect(findPhones(text)).toEqual([]);
  });
});

describe('e-mail addresses', () => {
  test('are found with their whole domain, a full stop left out', () => {
    const text = 'Écrivez à marie.o’neil@mail.exemple.example. Ou à a+b@x.example, merci';
    expect(cut(text, findEmails(text))).toEqual(['neil@mail.exemple.example', 'a+b@x.example']);
  });

  test.each(['@', 'a@', '@b.example', 'a@b', 'prix : 3 @ 2'])('%s is no address', (text) => {
    expect(findEmails(text)).toEqual([]);
  });
});

describe('masks', () => {
  test('never change the length, so that the offsets of evidence stay true', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(maskPersonal(text)).toHaveLength(text.length);
        expect(maskNir(text)).toHaveLength(text.length);
      }),
    );
  });

  test('a masked text has nothing left to mask', () => {
    const pieces = fc.constantFrom(
      '286031399999913',
      ' ',
      'FR1420041010050500013M02606',
      '06 12 34 56 78',
      'a@b.example',
      'bonjour',
      '_',
      '0',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        expect(hasPersonal(maskPersonal(parts.join(' ')))).toBe(false);
      }),
    );
  });

  test.each([
    ['digits', '1'],
    ['starts of NIRs', '2 86 03 '],
    ['starts of IBANs', 'FR14 2004 '],
    ['at signs', 'a@'],
    ['plus signs', '+33 '],
  ])('a million characters of %s take less than two seconds of work', (_, piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    // CPU time: the machine that runs this may have other things to do.
    const before = process.cpuUsage();
    maskPersonal(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
