import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  bareSubject,
  domainOf,
  formatMessageId,
  messageIdOf,
  normaliseMessageId,
  parseMessageId,
  replySubject,
  threadHeaders,
} from '../../domain/reply.ts';

describe('the subject of an answer', () => {
  test.each([
    ['carte vitale', 'Re: carte vitale'],
    ['Re: carte vitale', 'Re: carte vitale'],
    ['RE : carte vitale', 'Re: carte vitale'],
    ['RE\u00A0: carte vitale', 'Re: carte vitale'],
    ['TR: RE : Re: carte vitale', 'Re: carte vitale'],
    ['Ré : carte vitale', 'Re: carte vitale'],
    ['Fwd: carte vitale', 'Re: carte vitale'],
    ['Re[4]: carte vitale', 'Re: carte vitale'],
    ['Réf : 12345', 'Re: Réf : 12345'],
    ['RV : mardi', 'Re: RV : mardi'],
    ['Remboursement : où en est-il ?', 'Re: Remboursement : où en est-il ?'],
    ['', 'Re: Votre message'],
    ['RE : ', 'Re: Votre message'],
    ['carte\r\nBcc: x@y.example', 'Re: carte Bcc: •@•.•••••••'],
    ['mon numéro 2 86 03 13 999 999 13', 'Re: mon numéro • •• •• •• ••• ••• ••'],
    ['payez \u202Eelpmexe', 'Re: payez elpmexe'],
  ])('%j becomes %j', (subject, wanted) => {
    expect(replySubject(subject)).toBe(wanted);
  });

  test('is one short line whatever the member wrote, and answering it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (subject) => {
        const answer = replySubject(subject);
        expect(answer).toMatch(/^Re: \P{Cc}+$/u);
        expect([...answer].length).toBeLessThanOrEqual(184);
        expect(answer.isWellFormed()).toBe(true);
        expect(replySubject(answer)).toBe(answer);
      }),
    );
  });

  test('a subject of nothing but prefixes is finished in bounded time', () => {
    expect(bareSubject('Re: '.repeat(100_000)).length).toBeLessThanOrEqual(180);
  });
});

describe('In-Reply-To and References', () => {
  const none = { message_id: '', in_reply_to: '', refs: [] };

  test('name the references of the message answered, then the message itself', () => {
    const answered = {
      message_id: '<c@x.example>',
      in_reply_to: '<b@x.example>',
      refs: ['<a@x.example>', '<b@x.example>'],
    };
    expect(threadHeaders(answered)).toEqual({
      in_reply_to: '<c@x.example>',
      refs: ['<a@x.example>', '<b@x.example>', '<c@x.example>'],
    });
  });

  test('start from In-Reply-To where there are no references (RFC 5322 §3.6.4)', () => {
    expect(threadHeaders({ ...none, message_id: '<b@x.example>', in_reply_to: '<a@x.example>' }).refs).toEqual([
      '<a@x.example>',
      '<b@x.example>',
    ]);
  });

  test('are empty for a mail without Message-ID', () => {
    expect(threadHeaders(none)).toEqual({ in_reply_to: '', refs: [] });
  });

  test('of a long thread keep the first message and the latest ones', () => {
    const refs = Array.from({ length: 500 }, (_, i) => `<m${i}@x.example>`);
    const found = threadHeaders({ message_id: '<last@x.example>', in_reply_to: '', refs }).refs;
    expect(found).toHaveLength(20);
    expect([found[0], found[1], found.at(-2), found.at(-1)]).toEqual([
      '<m0@x.example>',
      '<m482@x.example>',
      '<m499@x.example>',
      '<last@x.example>',
    ]);
  });

  test('never contain anything but well-formed ids, so that no id can carry a header', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('<a@b>\r\nBcc: <x@y>', '<a b@c>', '<a@b>, <c@d>', `<${'a'.repeat(400)}@b>`, 'a@b', '<>', '<@>'),
    );
    fc.assert(
      fc.property(hostile, hostile, fc.array(hostile, { maxLength: 40 }), (message_id, in_reply_to, refs) => {
        const found = threadHeaders({ message_id, in_reply_to, refs });
        expect(found.refs.length).toBeLessThanOrEqual(20);
        for (const id of [...found.refs, ...(found.in_reply_to === '' ? [] : [found.in_reply_to])]) {
          expect(id).toMatch(/^<[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+>$/u);
          expect(id.length).toBeLessThanOrEqual(250);
        }
      }),
    );
  });
});

describe('Message-IDs', () => {
  const ours = { ref: 'AG-7K3M-2QX5-C', random: '0011223344556677', token: '00112233445566778899aabbccddeeff' };

  test('ours is read back whatever a gateway did to its case, brackets or folding', () => {
    const id = formatMessageId(ours, 'Caisse.example');
    expect(id).toBe('<ag-7k3m-2qx5-c.0011223344556677.00112233445566778899aabbccddeeff@caisse.example>');
    expect(parseMessageId(id)).toEqual(ours);
    expect(parseMessageId(id.toUpperCase())).toEqual(ours);
    expect(parseMessageId(`\r\n ${id.slice(1, -1)}`)).toEqual(ours);
    expect(messageIdOf(id)).toBe(id);
  });

  test.each(['<abc@x.example>', '<ag-7k3m-2qx5-c@x.example>', '', '<ag-7k3m-2qx5-c.00.11@x.example>'])(
    '%j is not ours',
    (id) => expect(parseMessageId(id)).toBeUndefined(),
  );

  test('ids without an « @ » still thread: they are compared, never written', () => {
    expect(normaliseMessageId(' <ABC.123> ')).toBe('abc.123');
    expect(messageIdOf('<ABC.123>')).toBe('');
  });

  test.each([
    ['PFS@Caisse.example', 'caisse.example'],
    ['nobody', 'localhost.invalid'],
    ['x@y\r\nz', 'localhost.invalid'],
  ])('the domain of %j is %j', (address, wanted) => expect(domainOf(address)).toBe(wanted));
});
