import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { compileCondition } from '../../domain/match.ts';
import { hintText, scanRaw } from '../../mail/raw.ts';
import { facts } from '../support/book.ts';
import { openSource } from '../../mail/source.ts';

const load = (name: string): Buffer => readFileSync(new URL(`../fixtures/mail/${name}.eml`, import.meta.url));

describe('a look at the beginning of a raw mail', () => {
  test('gives sender, subject and Message-ID without a parse', () => {
    expect(scanRaw(load('gmail-html'))).toMatchObject({
      subject: "Re: Votre demande d'attestation",
      from_address: 'marie.dupont@courriel.example',
      from_name: 'Marie Dupont',
      message_id: '<a1@courriel.example>',
    });
  });

  test.each([
    ['gmail-html', 'concerne mon mari'],
    ['outlook-html-seul', 'il me reste 12 €'],
    ['utf8-annonce-windows1252', 'ma carte européenne n’est pas arrivée'],
    ['multipart-sans-frontiere', 'demande de complémentaire'],
    ['retours-chariot-seuls', "je n'ai pas reçu ma carte"],
    ['transfert-rfc822', 'Pour traitement'],
  ])('%s: the text begins with what the parser finds', (name, words) =>
    expect(scanRaw(load(name)).text).toContain(words),
  );

  test('base64 text is read, cut wherever the look ends', () => {
    const text = 'Je veux en finir. '.repeat(3_000);
    const raw = Buffer.from(
      `Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')}`,
    );
    expect(scanRaw(raw).text.startsWith('Je veux en finir.')).toBe(true);
  });

  test('any bytes give a scan and no error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => expect(scanRaw(Buffer.from(bytes))).toBeDefined()),
    );
  });

  test('any header text gives a scan and no error', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        'Content-Type: multipart/mixed; boundary=a',
        '--a',
        '',
        'Subject: =?utf-8?Q?=C3=A9?=',
        'From: <',
        'Content-Transfer-Encoding: base64',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) =>
        expect(scanRaw(Buffer.from(lines.join('\r\n')))).toBeDefined(),
      ),
    );
  });
});

describe('urgent mail overtakes a burst', () => {
  const condition = compileCondition(
    { any: [{ any_phrase: ['en finir', 'me suicider', 'fausse couche', "plus d'argent"] }] },
    'hint',
  );
  const isUrgent = (raw: Buffer): boolean =>
    condition(facts({ body: hintText(raw) }), { now: new Date(0), motif: null, level: 'n1', flags: [] }).matched;
  const mail = (subject: string, body: string): Buffer =>
    Buffer.from(
      `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`,
    );

  test.each<[string, string, boolean]>([
    ['ma carte', 'bonjour', false],
    ['Je veux EN FINIR', 'bonjour', true],
    ['aide', 'je vais me\r\nsuicider', true],
    ['aide', 'je n’ai plus d’argent', true],
    ['aide', 'pour en\u200B finir', true],
    ['aide', 'je veux définir mon taux', false],
    ['aide', 'en finirons-nous', false],
    ['Fausse  couche', '', true],
  ])('« %s » / « %s » → %s', (subject, body, urgent) => expect(isUrgent(mail(subject, body))).toBe(urgent));

  test('quoted-printable and HTML are read through', () => {
    const raw = Buffer.from(
      'Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>je veux <b>en</b>=\r\n finir</p>',
    );
    expect(isUrgent(raw)).toBe(true);
  });
});

describe('the frame around the text is mended', () => {
  const open = (text: string): { header: string; body: string } => {
    const { header, body } = openSource(Buffer.from(text, 'latin1'));
    return { header: header.toString('latin1'), body: body.toString('latin1') };
  };

  test.each([
    ['usual', 'Subject: a\r\n\r\nb', 'Subject: a\r\n', 'b'],
    ['line feeds', 'Subject: a\n\nb', 'Subject: a\n', 'b'],
    ['carriage returns', 'Subject: a\r\rb', 'Subject: a\n', 'b'],
    ['mbox line', 'From x@y Thu Mar 12\r\nSubject: a\r\n\r\nb', 'Subject: a\r\n', 'b'],
    ['empty lines first', '\r\n\r\nSubject: a\r\n\r\nb', 'Subject: a\r\n', 'b'],
    ['byte-order mark', '\u00EF\u00BB\u00BFSubject: a\r\n\r\nb', 'Subject: a\r\n', 'b'],
    ['spaces on the empty line', 'Subject: a\r\n  \r\nb', 'Subject: a\r\n', 'b'],
    ['no empty line', 'Subject: a\r\nbonjour à tous\r\nmerci', 'Subject: a\r\n', 'bonjour à tous\r\nmerci'],
    [
      'junk within the header',
      'Subject: a\r\njunk here\r\nTo: b@c.example\r\n\r\nd',
      'Subject: a\r\njunk here\r\nTo: b@c.example\r\n',
      'd',
    ],
    ['no header', 'Bonjour : ma demande\r\nmerci', '', 'Bonjour : ma demande\r\nmerci'],
    ['header alone', 'Subject: a', 'Subject: a', ''],
  ])('%s', (_, text, header, body) => expect(open(text)).toEqual({ header, body }));

  test('nothing but the frame is ever dropped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', ':', 'To: x', '--b', 'é'), { maxLength: 60 }),
        (pieces) => {
          const text = pieces.join('');
          const { header, body } = open(text);
          const ink = (s: string): string => s.replace(/\s/g, '');
          expect(ink(header + body)).toBe(ink(text));
        },
      ),
    );
  });
});
