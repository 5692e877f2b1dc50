import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { hasCode } from '../../domain/errors.ts';
import { composeMail, sendableAddress, type Sendable } from '../../mail/compose.ts';
import { openSender, type Sender } from '../../mail/delivery.ts';
import { startSink, type SmtpSink } from '../support/smtp-sink.ts';

const PROFILE = { address: 'assures@caisse.example', label: 'PFS, « Nord »' };
const DATE = new Date('2026-03-27T17:00:00Z');
const reply: Sendable = {
  kind: 'reply',
  to_name: 'Jeanne Martin',
  to_address: 'jeanne@exemple.example',
  subject: 'Re: carte vitale',
  body: 'Bonjour,\n\nVotre carte est commandée.\n.\nÀ bientôt',
  message_id_header: '<a@caisse.example>',
  in_reply_to: '<b@exemple.example>',
  refs: ['<c@exemple.example>', '<b@exemple.example>'],
};

let sink: SmtpSink;
let sender: Sender;
beforeAll(async () => {
  sink = await startSink({ extensions: ['PIPELINING', 'SIZE 10000000', '8BITMIME', 'SMTPUTF8'] });
  sender = openSender({ host: '127.0.0.1', port: sink.port, security: 'insecure' });
});
afterAll(async () => {
  await sender.close();
  await sink.close();
});

/** Sends for real and gives what the server saw: envelope and bytes. */
async function wire(delivery: Sendable, profile = PROFILE): Promise<(typeof sink.accepted)[number]> {
  const result = await sender.send(await composeMail(delivery, profile, DATE), async () => true);
  expect(result.kind).toBe('accepted');
  return sink.accepted.at(-1)!;
}

/** Names of the header fields, lower case, in order; a folded line continues the one before. */
function headerNames(raw: string): string[] {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  return head.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
}

const REPLY_HEADERS = [
  'content-transfer-encoding', 'content-type', 'date', 'from', 'in-reply-to', 'message-id', 'mime-version', 'references',
  'subject', 'to',
]; // prettier-ignore

describe('a composed mail on the wire', () => {
  test('says what the row says', async () => {
    const { from, to, raw } = await wire(reply);
    expect({ from, to }).toEqual({ from: 'assures@caisse.example', to: ['jeanne@exemple.example'] });
    expect(headerNames(raw).sort()).toEqual(REPLY_HEADERS);
    const parsed = await simpleParser(raw);
    expect(parsed.text?.trimEnd()).toBe(reply.body);
    expect(parsed.subject).toBe(reply.subject);
    expect(parsed.from?.value).toEqual([{ name: PROFILE.label, address: PROFILE.address }]);
    expect(parsed.messageId).toBe('<a@caisse.example>');
    expect(parsed.inReplyTo).toBe('<b@exemple.example>');
    expect(parsed.references).toEqual(['<c@exemple.example>', '<b@exemple.example>']);
    expect(parsed.date).toEqual(DATE);
    expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m);
    expect([...raw].every((c) => c < '\u0080')).toBe(true);
  });

  test('an acknowledgment leaves with the null reverse-path and says that a machine wrote it (RFC 3834)', async () => {
    const { from, raw } = await wire({ ...reply, kind: 'ack' });
    expect(from).toBe('');
    expect(sink.commands.at(-3)).toMatch(/^MAIL FROM:<>/);
    expect(raw).toMatch(/^Auto-Submitted: auto-replied\r$/m);
    expect(raw).toMatch(/^X-Auto-Response-Suppress: All\r$/m);
    expect((await simpleParser(raw)).from?.value[0]?.address).toBe(PROFILE.address);
  });

  test('a server that refuses the null reverse-path can be given the mailbox instead', async () => {
    expect((await composeMail({ ...reply, kind: 'ack' }, PROFILE, DATE, 'mailbox')).envelope_from).toBe(
      PROFILE.address,
    );
  });

  test('is the same to the byte when built again, so that its digest proves it', async () => {
    const [first, again] = [await composeMail(reply, PROFILE, DATE), await composeMail(reply, PROFILE, DATE)];
    expect(again.raw.equals(first.raw)).toBe(true);
    expect(again.sha256).toBe(first.sha256);
    expect((await composeMail({ ...reply, body: 'autre' }, PROFILE, DATE)).sha256).not.toBe(first.sha256);
  });
});

/** What an attacker would put in a display name, a subject or a body. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    'Jean, evil@attacker.example',
    'Jean" <evil@attacker.example>, "x',
    'x\r\nBcc: evil@attacker.example',
    'x\nBcc: evil@attacker.example\n\nbody',
    'x\r\n\r\nbody',
    'x\u2028Bcc: evil@attacker.example',
    'group: evil@attacker.example;',
    '=?utf-8?q?x=0D=0ABcc:_evil@attacker.example?=',
    '<evil@attacker.example>',
    '\\"; evil@attacker.example',
    '(evil@attacker.example)',
    'x'.repeat(2_000),
    '\r\n.\r\nMAIL FROM:<x@y.example>\r\n',
    '\n.\nQUIT\n',
    '\r.\r',
  ),
);

describe('nobody can add a recipient or a header', () => {
  test('through a name, a subject, a label or a text', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, hostile, async (to_name, subject, body, label) => {
        const before = sink.accepted.length;
        const { to, raw } = await wire({ ...reply, to_name, subject, body }, { ...PROFILE, label });
        expect(sink.accepted).toHaveLength(before + 1);
        expect(to).toEqual([reply.to_address]);
        // nodemailer leaves an empty subject out.
        expect(
          headerNames(raw)
            .filter((name) => name !== 'subject')
            .sort(),
        ).toEqual(REPLY_HEADERS.filter((name) => name !== 'subject'));
        const parsed = await simpleParser(raw, { skipTextToHtml: true });
        const recipients = [parsed.to].flat().flatMap((list) => list?.value ?? []);
        expect(recipients.map(({ address }) => address)).toEqual([reply.to_address]);
        expect(parsed.from?.value.map(({ address }) => address)).toEqual([PROFILE.address]);
        expect([parsed.cc, parsed.bcc]).toEqual([undefined, undefined]);
      }),
      { numRuns: 100 },
    );
  });

  test('through an id that is quoted', async () => {
    const ids = fc.oneof(hostile, fc.constant('<a@b.example>\r\nBcc: evil@attacker.example'));
    await fc.assert(
      fc.asyncProperty(ids, fc.array(ids, { maxLength: 4 }), async (in_reply_to, refs) => {
        const { raw, to } = await wire({ ...reply, in_reply_to, refs });
        expect(to).toEqual([reply.to_address]);
        expect(REPLY_HEADERS).toEqual(expect.arrayContaining(headerNames(raw)));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    '', 'jeanne', 'jeanne@', '@exemple.example', 'a@b@c.example', 'a b@exemple.example', 'a,b@exemple.example',
    'a@exemple.example, evil@attacker.example', 'a@exemple.example\r\nRCPT TO:<evil@attacker.example>', '<a@exemple.example>',
    'a@exemple.example>', '"a b"@exemple.example', 'a@[127.0.0.1]', '@relay.example:a@exemple.example', 'a@-x.example',
    'a..b@exemple.example', 'a@exemple..example', `${'a'.repeat(260)}@exemple.example`, 'a@exemple.example SIZE=1',
    'a\u0000@exemple.example', 'group:a@exemple.example;',
  ])('through the address %j: it is refused, and not repeated in the error', async (to_address) => {
    const error = await composeMail({ ...reply, to_address }, PROFILE, DATE).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
    expect((error as Error).message).not.toContain('exemple');
  }); // prettier-ignore

  test.each([
    'jeanne@exemple.example',
    "o'neil+ij@exemple.example",
    'jeanne.martin@sous.exemple.example',
    'zoé@exemple.example',
    'a@localhost',
  ])('%j is a plain address', (address) => expect(sendableAddress(` ${address} `)).toBe(address));

  test('an address pattern that does not match is found out in bounded time', () => {
    const started = performance.now();
    expect(() => sendableAddress(`${'a.'.repeat(126)}@`)).toThrow();
    expect(() => sendableAddress(`a@${'a-'.repeat(120)}.`)).toThrow();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
