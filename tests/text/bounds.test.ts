import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../domain/text/fold.ts';
import type { Work } from '../../domain/text/lines.ts';
import { splitQuotes } from '../../domain/text/quotes.ts';
import { splitSignature } from '../../domain/text/signature.ts';
import { tokenize, words } from '../../domain/text/tokens.ts';
import { cpuCost } from '../support/cost.ts';

/** Shapes that have cost other reply parsers seconds or minutes; `n` is about the number of characters. */
const HOSTILE: Readonly<Record<string, (n: number) => string>> = {
  'quoted lines': (n) => `bonjour\n${'> citation\n'.repeat(n / 11)}`,
  'one line of quote marks': (n) => '>'.repeat(n),
  'alternating quotes': (n) => '> a\nb\n'.repeat(n / 6),
  'beginnings of attribution': (n) => 'Le 12 mars 2026 à 10:14\n'.repeat(n / 24),
  'attributions without end': (n) => `Le 12 mars ${'x '.repeat(n / 2)}`,
  'sender fields': (n) => 'De : a\n'.repeat(n / 7),
  'fields and gaps': (n) => 'De : a\n\nÀ : b\n\n\n\n'.repeat(n / 17),
  spaces: (n) => ' '.repeat(n),
  'empty lines': (n) => '\n'.repeat(n),
  dashes: (n) => '-'.repeat(n),
  rulers: (n) => '-----\n'.repeat(n / 6),
  'closing formulas': (n) => 'bonjour\nCordialement a b c d e f\n'.repeat(n / 33),
  'formula and dots': (n) => `bonjour\n${`Cordialement${'.'.repeat(100)}x\n`.repeat(n / 114)}`,
  'long formulas': (n) => `bonjour\n${"Je vous prie d'agréer\n".repeat(n / 22)}`,
  'legal footers': (n) => `bonjour\n${'Ce message et ses pièces jointes sont confidentiels\n'.repeat(n / 52)}`,
  names: (n) => `bonjour\n${'Jean Dupont\n'.repeat(n / 12)}`,
  'one capitalised line': (n) => 'Aa '.repeat(n / 3),
  'phone numbers': (n) => `bonjour\n${'06 12 34 56 78\n'.repeat(n / 15)}`,
  'at signs': (n) => `bonjour\n${`${'@.'.repeat(50)} x\n`.repeat(n / 103)}`,
  accents: (n) => 'e\u0301'.repeat(n / 2),
  apostrophes: (n) => "l'".repeat(n / 2),
};

function divide(text: string, work?: Work): string {
  const split = splitQuotes(text, work);
  return splitSignature(split.body, work).body;
}

describe('the work grows with the text and not faster', () => {
  test.each(Object.entries(HOSTILE))('%s: lines looked at stay within 60 for each line', (_, make) => {
    const text = make(110_000);
    const work: Work = { lines: 0 };
    divide(text, work);
    expect(work.lines).toBeLessThanOrEqual(60 * (text.split('\n').length + 1));
  });

  test.each(Object.entries(HOSTILE))('%s: eight times the text costs nothing like sixty-four times', (_, make) => {
    const [small, large] = [make(8_000), make(64_000)];
    const run = (text: string) => (): void => {
      divide(text);
      fold(text);
      tokenize(text);
    };
    divide(small);
    // 2 ms of slack for what the machine adds to the small one.
    expect(cpuCost(run(large), 2)).toBeLessThan(30 * (cpuCost(run(small), 2) + 2));
  });

  test('10,000 quoted lines look at each line a few times only', () => {
    const work: Work = { lines: 0 };
    splitQuotes(`Merci.\n\nLe 12 mars 2026 à 10:14, X <x@y.example> a écrit :\n${'> ligne\n'.repeat(10_000)}`, work);
    expect(work.lines).toBeLessThan(100_000);
  });
});

describe('whatever the text, nothing is lost and nothing throws', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      '',
      '> cité',
      'Cordialement,',
      'Le 12 mars 2026 à 10:14, X <x@y.example> a écrit :',
      'De : X <x@y.example>',
      'Envoyé : jeudi 12 mars 2026 10:14',
      'À : Y',
      'Objet : carte',
      '-----Message d’origine-----',
      '-- ',
      'Marie Dupont',
      '06 12 34 56 78',
      'Envoyé de mon iPhone',
      'Ce message et ses pièces jointes sont confidentiels.',
      'Pouvez-vous me répondre ?',
      '________________________________',
    ),
  );
  const mail = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

  test('every word ends in the new text, the quoted text or the signature', () => {
    fc.assert(
      fc.property(mail, (text) => {
        const split = splitQuotes(text);
        const { body, signature } = splitSignature(split.body);
        expect(words([body, signature, split.quoted].join('\n')).sort()).toEqual(words(text).sort());
      }),
    );
  });

  test('dividing the new text again finds no more to take', () => {
    fc.assert(
      fc.property(mail, (text) => {
        const { body } = splitSignature(text);
        expect(splitSignature(body).body.length).toBeLessThanOrEqual(body.length);
        expect(body.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test('a question is never part of a signature', () => {
    fc.assert(
      fc.property(mail, (text) => {
        const { signature } = splitSignature(`Bonjour,\n${text}\nQuand serai-je payée de mes indemnités ?`);
        expect(signature).not.toContain('Quand serai-je payée');
      }),
    );
  });
});
