import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, maskResponse } from '../../mail/smtp-error.ts';

const TO = 'jean.dupont@exemple.example';

describe('a server’s words, before they are stored', () => {
  test.each([
    ['550 5.1.1 <jean.dupont@exemple.example>: Recipient address rejected', '550 5.1.1 ••• Recipient address rejected'],
    ['550 user jean.dupont unknown', '550 user ••• unknown'],
    ['550 5.7.1 see https://mx.example/block?ip=1', '550 5.7.1 see •••'],
    ['554 5.7.1 286031399999913 no such mailbox', '554 5.7.1 ••• no such mailbox'],
    ['250 2.0.0 Ok: queued as 4FzBQ12xZz', '250 2.0.0 Ok: queued as 4FzBQ12xZz'],
    ['450 4.2.0\r\nBcc: x', '450 4.2.0 Bcc: x'],
    ['', ''],
  ])('%j reads %j', (response, wanted) => {
    expect(maskResponse(response, TO)).toBe(wanted);
  });

  test('never hold an address, a link or a line end, and stay short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.emailAddress(), (noise, address) => {
        const stored = maskResponse(`550 ${noise}${address} ${noise} ${TO}`, TO);
        expect(stored).not.toContain('@');
        expect(stored).not.toMatch(/\p{Cc}/u);
        expect(stored.toLowerCase()).not.toContain('jean.dupont');
        expect(stored.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('a failure after the dot', () => {
  test('is known only when the server answered the dot with 4xx or 5xx', () => {
    const codes = fc.constantFrom(
      'ECONNECTION',
      'ESOCKET',
      'ETIMEDOUT',
      'EPROTOCOL',
      'ESTREAM',
      'EENVELOPE',
      undefined,
      'EMESSAGE',
    );
    fc.assert(
      fc.property(codes, fc.option(fc.integer({ min: 100, max: 999 }), { nil: undefined }), (code, responseCode) => {
        const { kind } = judge({ code, responseCode, response: `${responseCode}` }, 'data', TO);
        const answered =
          code === 'EMESSAGE' && responseCode !== undefined && responseCode >= 400 && responseCode <= 599;
        if (!answered) expect(kind).toBe('ambiguous');
        else
          expect(kind).toBe(
            responseCode >= 500 && ![503, 530, 534, 535, 538].includes(responseCode) ? 'refused' : 'deferred',
          );
      }),
    );
  });
});

test('a failure before the dot is never ambiguous, whatever is thrown', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom('' as const, 'rcpt' as const), (thrown, phase) => {
      expect(['deferred', 'refused']).toContain(judge(thrown, phase, TO).kind);
    }),
  );
});

test('a mail larger than the server takes is refused, not tried all day', () => {
  expect(judge({ code: 'EMESSAGE', message: 'Message size larger than allowed' }, 'rcpt', TO).kind).toBe('refused');
});
