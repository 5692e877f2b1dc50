import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeReference, parseReference, REFERENCE_ALPHABET, REFERENCE_RANDOM_BYTES } from '../../domain/reference.ts';

const bytes = fc.uint8Array({ minLength: REFERENCE_RANDOM_BYTES, maxLength: REFERENCE_RANDOM_BYTES, max: 247 });
const BODY = [3, 4, 5, 6, 8, 9, 10, 11];

describe('short references', () => {
  test('are read back from the middle of a text, in any case and with any gaps', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom('-', ' ', '–', '', ' - '.trim(), '\u00A0'),
        fc.boolean(),
        (random, gap, lower) => {
          const ref = makeReference(random);
          expect(ref).toMatch(/^AG-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]$/);
          const typed = ref.replaceAll('-', gap);
          expect(parseReference(`Bonjour, suite à (réf. ${lower ? typed.toLowerCase() : typed}), merci`)).toBe(ref);
        },
      ),
    );
  });

  test('any one character mistaken for another is noticed', () => {
    const ref = makeReference(new Uint8Array(REFERENCE_RANDOM_BYTES).map((_, i) => i * 7));
    for (const at of [...BODY, 13]) {
      for (const other of REFERENCE_ALPHABET) {
        if (other === ref[at]) continue;
        expect(parseReference(ref.slice(0, at) + other + ref.slice(at + 1))).toBeUndefined();
      }
    }
  });

  test('any two characters exchanged are noticed', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...BODY, 13), fc.constantFrom(...BODY, 13), (random, a, b) => {
        const ref = makeReference(random);
        fc.pre(ref[a] !== ref[b]);
        const letters = [...ref];
        [letters[a], letters[b]] = [letters[b]!, letters[a]!];
        expect(parseReference(letters.join(''))).toBeUndefined();
      }),
    );
  });

  test.each(['AG-0O1I-2QX5-C', 'AG-7K3M-2QX5', 'MAG-7K3M-2QX5-C', 'agriculteur', 'AG'])('%j is none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  test('characters are drawn fairly: bytes that would favour the first ones are thrown away', () => {
    const unfair = Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 250 : 30));
    expect(makeReference(unfair)).toMatch(/^AG-ZZZZ-ZZZZ-/);
    expect(() => makeReference(new Uint8Array(8).fill(255))).toThrow(RangeError);
  });
});
