import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { authenticatedDomain } from '../../mail/authenticated.ts';
import { cleanLine, cleanText, safeFileName } from '../../mail/clean.ts';
import { decodeBytes } from '../../mail/charset.ts';
import {
  addressList,
  mediaType,
  parameter,
  readAddresses,
  readDate,
  readFields,
  readIds,
  readText,
} from '../../mail/headers.ts';
import { decodeWords } from '../../mail/words.ts';

describe('encoded words (RFC 2047)', () => {
  test.each([
    ['=?utf-8?Q?D=C3=A9claration_d=27accident?=', "Déclaration d'accident"],
    ['=?ISO-8859-1?Q?arr=EAt?= maladie', 'arrêt maladie'],
    ['=?windows-1252?Q?30_=80?=', '30 €'],
    ['=?utf-8?B?Y2Fyw6k=?=', 'caré'],
    // Cut in the middle of a letter.
    ['=?utf-8?Q?ca=C3?= =?utf-8?Q?=A9?=', 'caé'],
    ['=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=', 'ab'],
    ['=?utf-8?Q?a?= et =?utf-8?Q?b?=', 'a et b'],
    ['=?utf-8*fr?Q?=C3=A9t=C3=A9?=', 'été'],
    ['=?inconnu?Q?=E9t=E9?=', 'été'],
    ['=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
    ['sans rien', 'sans rien'],
  ])('%j', (value, expected) => expect(decodeWords(value)).toBe(expected));

  test('any text put into one encoded word comes out again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        expect(decodeWords(`=?utf-8?B?${Buffer.from(text).toString('base64')}?=`)).toBe(text);
      }),
    );
  });
});

describe('charsets: what the bytes are decides over what the label says', () => {
  const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
  test.each([
    ['été', 'utf-8', Buffer.from('été')],
    ['été', 'utf-8', latin('été')],
    ['été', 'iso-8859-1', Buffer.from('été')],
    ['été', 'us-ascii', latin('été')],
    ['été', '', latin('été')],
    ['été', 'x-unknown', Buffer.from('été')],
    [
      'l’été à 30 €',
      'iso-8859-1',
      Buffer.from([0x6c, 0x92, 0xe9, 0x74, 0xe9, 0x20, 0xe0, 0x20, 0x33, 0x30, 0x20, 0x80]),
    ],
    ['œuf', 'iso-8859-15', Buffer.from([0xbd, 0x75, 0x66])],
    ['été', 'utf-7', latin('+AOk-t+AOk-')],
    ['été', 'utf-16le', Buffer.from('été', 'utf16le')],
    ['漢字', 'shift_jis', Buffer.from([0x8a, 0xbf, 0x8e, 0x9a])],
  ])('%s as %s', (expected, label, bytes) => expect(decodeBytes(bytes, label)).toBe(expected));

  test('UTF-8 cut in the middle of a letter stays UTF-8', () => {
    const text = 'Bonjour, été, déjà, reçu, é';
    expect(decodeBytes(Buffer.from(text).subarray(0, -1), 'utf-8')).toContain('été, déjà, reçu');
  });

  test('any bytes under any label give text and no error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 12 }), (bytes, label) => {
        expect(typeof decodeBytes(bytes, label)).toBe('string');
      }),
    );
  });
});

describe('addresses', () => {
  test.each<[string, [string, string][]]>([
    ['Marie <Marie@Courriel.example>', [['marie@courriel.example', 'Marie']]],
    [
      '"Dupont, Marie" <m@x.example>, b@y.example',
      [
        ['m@x.example', 'Dupont, Marie'],
        ['b@y.example', ''],
      ],
    ],
    ['=?utf-8?Q?H=C3=A9l=C3=A8ne?= <h@x.example>', [['h@x.example', 'Hélène']]],
    // A decoded name is only a name.
    ['=?utf-8?Q?a=40x.example=2C?= <vrai@x.example>', [['vrai@x.example', 'a@x.example,']]],
    ['=?utf-8?Q?=3Cfaux=40x.example=3E?= <vrai@x.example>', [['vrai@x.example', '<faux@x.example>']]],
    [
      'Groupe: a@x.example, b@x.example;',
      [
        ['a@x.example', ''],
        ['b@x.example', ''],
      ],
    ],
    ['undisclosed-recipients:;', []],
    ['Personne', [['', 'Personne']]],
    ['', []],
  ])('%j', (value, expected) =>
    expect(readAddresses(value).map(({ address, name }) => [address, name])).toEqual(expected),
  );

  test('a line end in an address cannot make another one', () => {
    for (const { address } of readAddresses('a@x.example\r\nBcc: b@y.example')) expect(address).not.toMatch(/[\r\n]/);
  });

  test('whatever the field says, an address is empty or has one @ and no white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (value) => {
        for (const { address } of readAddresses(value)) expect(address).toMatch(/^$|^[^\s@<>]+@[^\s@<>]+$/);
      }),
    );
  });

  test('a list has no repeats', () =>
    expect(addressList('a@x.example, A@X.example, b@x.example')).toEqual(['a@x.example', 'b@x.example']));
});

describe('fields', () => {
  test('folded lines join, junk lines are skipped, bytes are decoded', () => {
    const block = Buffer.concat([
      Buffer.from('Subject: une\r\n longue\r\n\tligne\r\nn importe quoi\r\nTo: '),
      Buffer.from([0xe9]),
      Buffer.from('\r\n'),
    ]);
    expect(readFields(block)).toEqual([
      { name: 'subject', value: 'une  longue \tligne' },
      { name: 'to', value: 'é' },
    ]);
  });

  test('a subject is one clean line', () => expect(readText('=?utf-8?Q?a=0D=0ABcc:_b=00?=')).toBe('a Bcc: b'));

  test.each([
    ['<a@b>', ['<a@b>']],
    ['<a@b> <c@d>\r\n <a@b>', ['<a@b>', '<c@d>']],
    ['a@b', ['<a@b>']],
    ['"x" <a@b> trailing', ['<a@b>']],
    ['rien', []],
    ['', []],
  ])('ids of %j', (value, expected) => expect(readIds(value)).toEqual(expected));

  test('of endless references the first and the last are kept', () => {
    const ids = readIds(Array.from({ length: 5_000 }, (_, i) => `<${i}@x>`).join(' '));
    expect(ids.length).toBeLessThanOrEqual(200);
    expect(ids[0]).toBe('<0@x>');
    expect(ids.at(-1)).toBe('<4999@x>');
  });

  test.each([
    ['Thu, 12 Mar 2026 10:14:00 +0100', '2026-03-12T09:14:00.000Z'],
    ['Thu, 12 Mar 2026 10:14:00 +0100 (CET)', '2026-03-12T09:14:00.000Z'],
    ['12 Mar 2026 10:14:00 GMT', '2026-03-12T10:14:00.000Z'],
    ['Thu, 12 Mar 2026 10:14:00', '2026-03-12T10:14:00.000Z'],
    ['hier', undefined],
    ['', undefined],
    ['Thu, 12 Mar 99999 10:14:00 +0000', undefined],
  ])('date %j', (value, expected) => expect(readDate(value)).toBe(expected));

  test.each([
    ['text/plain; charset="utf-8"; name=x', 'charset', 'utf-8'],
    ['multipart/mixed; Boundary=abc', 'boundary', 'abc'],
    ['multipart/mixed', 'boundary', ''],
    ['text/plain; charset', 'charset', ''],
  ])('%j has %s %j', (value, name, expected) => expect(parameter(value, name)).toBe(expected));

  test('a media type is lower case and without comments', () =>
    expect(mediaType('Text/HTML (x); a=b')).toBe('text/html'));
});

describe('who vouches for the sender (RFC 8601)', () => {
  const ours = ['mx.cpam.example'];
  const domain = (values: string[], from = 'm@portail.example'): string | null =>
    authenticatedDomain(
      values.map((value) => ({ name: 'authentication-results', value })),
      ours,
      from,
    );

  test.each<[string, string | null]>([
    ['mx.cpam.example; dmarc=pass header.from=portail.example', 'portail.example'],
    ['MX.cpam.example 1; dkim=pass header.d=portail.example', 'portail.example'],
    ['mx.cpam.example; spf=pass smtp.mailfrom=robot@portail.example', 'portail.example'],
    ['mx.cpam.example; dkim=pass header.i=@portail.example', 'portail.example'],
    ['mx.cpam.example; spf=pass smtp.mailfrom=x@relais.example; dkim=pass header.d=portail.example', 'portail.example'],
    ['mx.cpam.example; spf = pass smtp.mailfrom = portail.example', 'portail.example'],
    ['mx.cpam.example; spf=fail smtp.mailfrom=portail.example', null],
    ['mx.cpam.example; none', null],
    ['mx.ailleurs.example; dmarc=pass header.from=portail.example', null],
    // A relay passed, the author did not.
    ['mx.cpam.example; dkim=pass header.d=relais.example; dmarc=fail header.from=portail.example', null],
    // Comments and quoted strings carry the sender's own words.
    ['mx.cpam.example; spf=fail (dmarc=pass header.from=portail.example) smtp.mailfrom=x', null],
    ['mx.cpam.example; spf=fail (a (b) ; dmarc=pass header.from=portail.example) smtp.mailfrom=x', null],
    ['mx.cpam.example; spf=fail smtp.mailfrom="a; dmarc=pass header.from=portail.example"', null],
    ['mx.cpam.example; spf=fail smtp.mailfrom="a\\"; dmarc=pass header.from=portail.example"', null],
    ['dmarc=pass header.from=portail.example', null],
    ['', null],
  ])('%s', (value, expected) => expect(domain([value])).toBe(expected));

  test('the topmost field of ours counts, those below may be forged', () => {
    const forged = 'mx.cpam.example; dmarc=pass header.from=portail.example';
    expect(domain(['mx.cpam.example; dmarc=fail header.from=portail.example', forged])).toBeNull();
    expect(domain(['autre.example; spf=pass', forged])).toBe('portail.example');
  });

  test('without a trusted server nobody is vouched for', () =>
    expect(
      authenticatedDomain([{ name: 'authentication-results', value: 'x; dmarc=pass header.from=y.example' }], [], ''),
    ).toBeNull());
});

describe('safe file names', () => {
  test.each([
    ['rib.pdf', 'rib.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\moi\\rib.pdf', 'rib.pdf'],
    ['..', 'piece-jointe-3.pdf'],
    ['.htaccess', 'htaccess'],
    ['a\r\nb.pdf', 'a b.pdf'],
    ['rib\u202Efdp.exe', 'ribfdp.exe'],
    ['nul.txt', '_nul.txt'],
    ['été <2>.pdf', 'été _2_.pdf'],
    ['rib.pdf. . .', 'rib.pdf'],
    ['', 'piece-jointe-3.pdf'],
    ['\u2215etc\u2215x.pdf', 'x.pdf'],
    [`${'a'.repeat(500)}.pdf`, `${'a'.repeat(116)}.pdf`],
  ])('%j', (name, expected) => expect(safeFileName(name, 'application/pdf', 2)).toBe(expected));

  test('any name becomes one that harms nothing, and stays itself the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const safe = safeFileName(name, 'image/png', 0);
        expect(safe).toMatch(/^[^/\\\p{Cc}\p{Cf}\p{Surrogate}<>:"|?*]{1,125}$/u);
        expect(safe.startsWith('.')).toBe(false);
        expect(safeFileName(safe, 'image/png', 0)).toBe(safe);
      }),
    );
  });
});

describe('clean text', () => {
  test('any text loses its poison and keeps its lines', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
        expect(cleanLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });

  test('line ends of all systems become one', () => expect(cleanText('a\r\nb\rc\nd\u2028e')).toBe('a\nb\nc\nd\ne'));
});
