import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressClass, maskForLearning, nameWords } from '../../domain/learning-text.ts';
import { hasPersonal, MASK } from '../../domain/privacy.ts';
import { cpuCost } from '../support/cost.ts';

const NOBODY: ReadonlySet<string> = new Set();
const PERSON = {
  names: ['Jeanne MARTIN-DUPONT'],
  address: 'jeannette.martin59@orange.example',
  signature: 'Cordialement, Paul Durand\nMarie Pipelet\nService paie\n12 rue des Lilas',
};

describe('what a model may read of a mail', () => {
  test.each([
    ['a NIR', 'Mon numéro est 2 86 03 13 999 999 13 merci', /86|999/],
    ['a NIR with a mistake in it', 'Mon numéro est 2 86 03 13 999 999 14 merci', /86|999/],
    ['a NIR of Corsica', 'NIR 184122A12345612', /1841|2A12|3456/],
    ['an IBAN', 'RIB FR76 3000 6000 0112 3456 7890 189', /FR76|3000|7890/],
    ['a foreign IBAN', 'BE71 0961 2345 6769', /BE71|0961|6769/],
    ['a card', 'carte 4970 1012 3456 7890', /4970|1012|7890/],
    ['a telephone', 'au 06 12 34 56 78 ou +33 6 12 34 56 79', /12|34|78|79/],
    ['a foreign telephone', 'au +32 475 12 34 56', /475|12|56/],
    ['an address', 'écrivez à jeanne.martin@membre.example', /jeanne|membre/],
    ['a link', 'voir https://exemple.example/dossier?nom=martin', /exemple|dossier|martin/],
    ['a file number', 'dossier 20261234', /2026|1234/],
    ['a street and its postcode', 'au 14 bis rue des Lilas\n59650 Villeneuve', /14|Lilas|59650/],
    ['a date of birth', 'ma fille née le 13 mars 2019 et moi, né le 02/04/1986', /2019|mars|1986|04/],
  ])('%s is hidden', (_, text, secret) => {
    const masked = maskForLearning(text, NOBODY);
    expect(masked).not.toMatch(secret);
    expect(masked).toHaveLength(text.length);
  });

  test('a number stays a number to the model, and words, delays, dates and amounts stay what they were', () => {
    expect(maskForLearning('Rappelez le 06 12 34 56 78.', NOBODY)).toBe('Rappelez le 00 00 00 00 00.');
    const text = 'Depuis 45 jours, le 12/09/2026, j’attends 1 234,56 € pour ma rue et mes 3 enfants nés ici.';
    expect(maskForLearning(text, NOBODY)).toBe(text);
  });

  test('names known from the header, the address and the signature are hidden wherever they stand', () => {
    const masked = maskForLearning(
      'Je suis jeanne martin, épouse de PAUL  Durand ; Marie PIPELET a signé. Martine attend.',
      nameWords(PERSON),
    );
    expect(masked).not.toMatch(/jeanne|martin(?!e)|paul|durand|pipelet/i);
    // Another name that only begins alike is not this person's.
    expect(masked).toContain('Martine attend');
    expect(masked).toContain('épouse de');
  });

  test('an accent or a decomposed letter hides no name', () => {
    expect(maskForLearning('Andre, André, ANDRE\u0301', nameWords({ ...PERSON, names: ['André'] }))).toBe(
      `${MASK.repeat(5)}, ${MASK.repeat(5)}, ${MASK.repeat(6)}`,
    );
  });

  test('what names an office and not a person stays', () => {
    const words = nameWords({
      names: ['Cabinet Infirmier du Docteur Vasseur'],
      address: 'contact.pharmacie@officine.example',
      signature: 'Bien cordialement',
    });
    expect([...words]).toEqual(['vasseur']);
  });

  test('whatever the text, nothing is left that privacy.ts would find, and masking twice changes nothing more', () => {
    const piece = fc.oneof(
      fc.constantFrom('2860313999999', '286031399999913', 'FR7630006000011234567890189', '0612345678', 'a@b.example'),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.stringMatching(/^[0-9 .-]{0,20}$/),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(' ', '', '\n', ', '), (pieces, between) => {
        const text = pieces.join(between);
        const masked = maskForLearning(text, NOBODY);
        expect(masked).toHaveLength(text.length);
        expect(hasPersonal(masked)).toBe(false);
        expect(maskForLearning(masked, NOBODY)).toBe(masked);
      }),
    );
  });

  test('the work grows with the length of a hostile text and nothing else', () => {
    const hostile = (n: number): string => '1 rue né le 1 @ 0 www. FR76 '.repeat(n);
    const names = nameWords(PERSON);
    const small = cpuCost(() => maskForLearning(hostile(200), names));
    const large = cpuCost(() => maskForLearning(hostile(1_600), names));
    expect(large).toBeLessThan(40 * Math.max(small, 1));
  });
});

test.each([
  ['jeanne.martin@gmail.com', 'inconnu@gmail.com'],
  ['Secretariat.Dupont@Pharmacie-du-Port.fr', 'secretariat@pharmacie.example'],
  ['dr.x@lille.mssante.fr', 'inconnu@mssante.example'],
  ['paie@menuiserie-martin.fr', 'paie@menuiserie.example'],
  ['martin@martin-durand.fr', 'inconnu@autre.example'],
  ['', ''],
])('of the address %s only its kind is kept: %s', (address, kind) => {
  expect(addressClass(address)).toBe(kind);
});
