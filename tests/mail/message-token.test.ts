import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../domain/errors.ts';
import { hashMessageId, makeMessageId, verifyMessageId } from '../../mail/message-token.ts';

const SECRET = 'a secret of at least thirty-two characters';
const CONVERSATION = '01900000-0000-7000-8000-000000000001';
const RANDOM = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
const what = {
  conversation_id: CONVERSATION,
  ref: 'AG-7K3M-2QX5-C',
  recipient: 'jeanne@exemple.example',
  domain: 'caisse.example',
};
const id = makeMessageId(what, SECRET, RANDOM);

describe('the token in our Message-IDs (law 10)', () => {
  test('is good for this conversation and this recipient', () => {
    expect(id).toMatch(/^<ag-7k3m-2qx5-c\.0001020304050607\.[0-9a-f]{32}@caisse\.example>$/);
    expect(verifyMessageId(id, CONVERSATION, 'jeanne@exemple.example', SECRET)).toBe(true);
  });

  test('survives a gateway that changes case, and a recipient who writes their address in capitals', () => {
    expect(verifyMessageId(id.toUpperCase(), CONVERSATION, ' Jeanne@Exemple.EXAMPLE ', SECRET)).toBe(true);
  });

  test.each<[string, string, string, string, string]>([
    ['another recipient', id, CONVERSATION, 'paul@exemple.example', SECRET],
    ['another conversation', id, '01900000-0000-7000-8000-000000000002', what.recipient, SECRET],
    ['another secret', id, CONVERSATION, what.recipient, `${SECRET}!`],
    ['nobody', id, CONVERSATION, '', SECRET],
    ['an id that is not ours', '<abc@exemple.example>', CONVERSATION, what.recipient, SECRET],
  ])('is worth nothing for %s', (_what, given, conversation, recipient, secret) => {
    expect(verifyMessageId(given, conversation, recipient, secret)).toBe(false);
  });

  test('no other character can stand in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 17, max: 65 }), fc.constantFrom(...'0123456789abcdef'), (at, other) => {
        fc.pre(id[at] !== '.' && id[at] !== other);
        expect(verifyMessageId(id.slice(0, at) + other + id.slice(at + 1), CONVERSATION, what.recipient, SECRET)).toBe(
          false,
        );
      }),
    );
  });

  test('a recipient cannot be chosen so that it runs into the neighbouring field', () => {
    const shifted = makeMessageId(
      { ...what, conversation_id: `${CONVERSATION}","x`, recipient: 'y@z.example' },
      SECRET,
      RANDOM,
    );
    expect(verifyMessageId(shifted, CONVERSATION, 'x","y@z.example', SECRET)).toBe(false);
  });

  test('a short secret is refused', () => {
    let error: unknown;
    try {
      makeMessageId(what, 'short', RANDOM);
    } catch (thrown) {
      error = thrown;
    }
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  });
});

describe('the hash under which ids are indexed', () => {
  test('is the same for the spellings of one id', () => {
    const hashes = ['<A.b@X.example>', 'a.b@x.example', ' <a.b@\r\n x.example> '].map((spelling) =>
      hashMessageId(spelling)!.toString('hex'),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  test('differs between ids, and there is none for an empty or endless one', () => {
    expect(hashMessageId('<a@x>')).not.toEqual(hashMessageId('<b@x>'));
    expect(hashMessageId('<>')).toBeNull();
    expect(hashMessageId('')).toBeNull();
    expect(hashMessageId('x'.repeat(2_001))).toBeNull();
  });
});
