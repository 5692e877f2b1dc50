import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fallbackMail } from '../../mail/fallback.ts';
import { extractPart, parseMail } from '../../mail/parse.ts';

function load(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/mail/${name}.eml`, import.meta.url));
}

function mail(header: string, body = 'Bonjour'): Buffer {
  return Buffer.from(`From: Marie <marie@courriel.example>\r\n${header}\r\n\r\n${body}`);
}

const CARD = 'Bonjour, ma carte européenne n’est pas arrivée, j’ai payé 30 € à l’hôpital.';

describe('the new text of a mail', () => {
  test.each([
    ['gmail-html', "Bonjour, l'attestation envoyée concerne mon mari et pas moi.\nPouvez-vous m'envoyer la mienne ?"],
    ['outlook-html-seul', 'Bonjour,\n\nMon arrêt du 2 mars n’est toujours pas payé, il me reste 12 € pour le mois.'],
    ['utf8-annonce-windows1252', CARD],
    ['latin1-annonce-utf8', CARD],
    ['retours-chariot-seuls', "Bonjour,\nje n'ai pas reçu ma carte."],
    ['sans-ligne-vide', 'Bonjour, mon message commence ici sans ligne vide.\nMerci.'],
    [
      'flowed',
      "Bonjour, je vous écris au sujet de mon dossier de pension qui est en attente depuis novembre.\n\nCe n'est pas le cas.",
    ],
    [
      'texte-bouche-trou',
      "Bonjour,\nJe suis hospitalisée depuis le 1er mars et l'hôpital me demande une prise en charge. Pouvez-vous leur envoyer directement ?",
    ],
    ['thunderbird-transfert-html', 'Voici la résiliation de ma mutuelle, merci de mettre à jour.'],
    ['piece-jointe-texte', 'Bonjour, mon relevé est joint.\nSuite de mon message après la pièce.'],
  ])('%s', async (name, body) => {
    const parsed = await parseMail(load(name));
    expect(parsed.body).toBe(body);
    expect(parsed.problem).toBeNull();
  });

  test.each([
    ['multipart-sans-frontiere', 'Bonjour, ma demande de complémentaire est dans ce message.'],
    ['frontiere-introuvable', 'Bonjour, ce texte ne se trouve dans aucune partie.'],
  ])('%s is found another way and said so', async (name, body) => {
    const parsed = await parseMail(load(name));
    expect(parsed.body).toBe(body);
    expect(parsed.problem).toBe('raw-fallback');
  });

  test('HTML alone in an alternative is read, however short', async () => {
    const parsed = await parseMail(
      mail(
        'Content-Type: multipart/alternative; boundary=a',
        '--a\r\nContent-Type: text/html\r\n\r\n<b>oui</b>\r\n--a--',
      ),
    );
    expect(parsed.body).toBe('oui');
  });

  test('words before the first part are the text when no part has any', async () => {
    const parsed = await parseMail(
      mail(
        'Content-Type: multipart/mixed; boundary=a',
        'Voici mon RIB\r\n--a\r\nContent-Type: application/pdf; name=rib.pdf\r\n\r\nx\r\n--a--',
      ),
    );
    expect(parsed.body).toBe('Voici mon RIB');
    expect(parsed.attachments).toHaveLength(1);
  });

  test('an old notice about MIME before the parts is not the text', async () => {
    const parsed = await parseMail(
      mail(
        'Content-Type: multipart/mixed; boundary=a',
        'This is a multi-part message in MIME format.\r\n--a\r\nContent-Type: application/pdf; name=rib.pdf\r\n\r\nx\r\n--a--',
      ),
    );
    expect(parsed.body).toBe('');
  });

  test('a header with a lost Content-Type still shows its parts', async () => {
    const parsed = await parseMail(
      mail(
        'Subject: x',
        '--zz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9t=C3=A9\r\n--zz--\r\n',
      ),
    );
    expect(parsed.body).toBe('été');
  });
});

describe('who, to whom, in answer to what', () => {
  test('addresses, names, subject and references are decoded', async () => {
    const parsed = await parseMail(load('gmail-html'));
    expect(parsed).toMatchObject({
      from_address: 'marie.dupont@courriel.example',
      from_name: 'Marie Dupont',
      to_addresses: ['contact@cpam.example'],
      subject: "Re: Votre demande d'attestation",
      message_id: '<a1@courriel.example>',
      in_reply_to: '<r1@cpam.example>',
      refs: ['<r0@cpam.example>', '<r1@cpam.example>'],
      date: '2026-03-12T09:14:00.000Z',
    });
  });

  test('of several senders the first counts, and it is noted', async () => {
    const parsed = await parseMail(load('plusieurs-from'));
    expect(parsed.from_address).toBe('marie.dupont@courriel.example');
    expect(parsed.problem).toBe('duplicate-from');
  });

  test('a date that cannot be read is left out, never replaced by now', async () => {
    expect(await parseMail(load('date-invalide'))).not.toHaveProperty('date');
  });

  test('only the headers a rule or a reply needs are kept', async () => {
    const parsed = await parseMail(mail('Precedence: bulk\r\nX-Mailer: y\r\nReceived: secret'));
    expect(parsed.headers).toEqual({ precedence: 'bulk' });
  });

  test('a mail with nothing in it becomes a mail with nothing in it', async () => {
    const parsed = await parseMail(Buffer.alloc(0));
    expect(parsed).toMatchObject({ from_address: '', subject: '', body: '', attachments: [], problem: null });
  });
});

describe('attachments', () => {
  test('names are only names', async () => {
    const { attachments } = await parseMail(load('noms-de-fichiers'));
    expect(attachments.map(({ name }) => name)).toEqual([
      'passwd.pdf',
      'arrêt Bcc_ x@y.example.pdf',
      'ribfdp.exe',
      'livret de famille été.jpg',
      'piece-jointe-5.pdf',
      '_CON.pdf',
    ]);
  });

  test('the pixels of a signature are none, a photographed prescription is one', async () => {
    const { attachments } = await parseMail(load('images-dans-le-texte'));
    expect(attachments.map(({ name, part }) => ({ name, part }))).toEqual([{ name: 'photo.jpg', part: 1 }]);
  });

  test.each([
    'noms-de-fichiers',
    'images-dans-le-texte',
    'transfert-rfc822',
    'multipart-sans-frontiere',
    'piece-jointe-texte',
  ])('%s: each is found again under its number, with its size', async (name) => {
    const raw = load(name);
    const { attachments } = await parseMail(raw);
    expect(attachments.length).toBeGreaterThan(0);
    for (const { part, name: file, type, size } of attachments) {
      const found = await extractPart(raw, part);
      expect(found).toMatchObject({ name: file, type });
      expect(found?.content.length).toBe(size);
    }
  });

  test('the bytes are those that were sent', async () => {
    const found = await extractPart(load('noms-de-fichiers'), 1);
    expect(Buffer.from(found!.content).toString()).toBe('%PDF-1 deux');
  });

  test('a number that stands for nothing gives nothing', async () => {
    expect(await extractPart(load('gmail-html'), 0)).toBeNull();
    expect(await extractPart(load('noms-de-fichiers'), 99)).toBeNull();
  });

  test('an attached message is listed, and its text is there as quoted', async () => {
    const parsed = await parseMail(load('transfert-rfc822'));
    expect(parsed.body).toBe('Pour traitement, merci. France Services de Digoin.');
    expect(parsed.quoted).toContain('ma mutuelle a changé le 1er mars');
    expect(parsed.quoted).toContain('Objet : ma mutuelle a changé');
    expect(parsed.attachments.map(({ type }) => type)).toEqual(['message/rfc822']);
    expect(parsed.full_text).not.toContain('1er mars');
  });

  test('messages within messages are read only so far', async () => {
    const deep = (n: number): string =>
      `Subject: n${n}\r\n${n === 0 ? '\r\nfond' : `Content-Type: message/rfc822\r\n\r\n${deep(n - 1)}`}`;
    const { quoted } = await parseMail(Buffer.from(deep(6)));
    expect(quoted).toContain('n3');
    expect(quoted).not.toContain('n2');
  });
});

describe('limits', () => {
  test('a long text keeps its beginning and says so', async () => {
    const parsed = await parseMail(mail('Subject: x', `début ${'mot '.repeat(5_000)}`), {
      limits: { max_text_chars: 1_000 },
    });
    expect(parsed.full_text).toHaveLength(1_000);
    expect(parsed.body.startsWith('début')).toBe(true);
    expect(parsed.problem).toBe('text-truncated');
  });

  test('too many parts end in the text that is there', async () => {
    const body = `--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n`.repeat(50);
    const parsed = await parseMail(mail('Content-Type: multipart/mixed; boundary=b', `${body}--b--`), {
      limits: { max_parts: 10 },
    });
    expect(parsed.problem).toContain('too-many-parts');
    expect(parsed.body).toContain('Bonjour');
  });

  test('headers beyond the limit end in the text that is there', async () => {
    const parsed = await parseMail(mail(`X-Long: ${'a '.repeat(10_000)}`, 'Bonjour, ma demande.'), {
      limits: { max_header_bytes: 5_000 },
    });
    expect(parsed.problem).toContain('headers-too-large');
    expect(parsed.from_address).toBe('marie@courriel.example');
    expect(parsed.full_text).toContain('Bonjour, ma demande.');
  });
});

describe('what PostgreSQL cannot store never leaves the parser', () => {
  test('NUL, lone surrogates and terminal escapes are gone everywhere', async () => {
    const poison = 'a\u0000b\u001b[31m';
    const raw = Buffer.from(
      `From: "${poison}" <x@y.example>\r\nSubject: ${poison}\r\nMessage-ID: <${poison}@y.example>\r\nList-Id: ${poison}\r\n` +
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+2AA-${poison}\r\n` +
        `--b\r\nContent-Type: application/pdf; name="${poison}.pdf"\r\n\r\nx\r\n--b--`,
    );
    const parsed = await parseMail(raw);
    expect(parsed.full_text).toContain('ab');
    const all = JSON.stringify(parsed);
    expect(all).not.toMatch(/\\u00(?:00|1b)/);
    expect(all).not.toMatch(/\\ud[89a-f]/i);
  });
});

describe('a mail that the parser could not end', () => {
  test.each(['gmail-html', 'outlook-html-seul', 'utf8-annonce-windows1252', 'texte-bouche-trou'])(
    '%s still has sender, subject and text',
    (name) => {
      const mail = fallbackMail(load(name), 'timeout');
      expect(mail.from_address).toBe('marie.dupont@courriel.example');
      expect(mail.subject).not.toBe('');
      expect(mail.body).not.toBe('');
      expect(mail.problem).toBe('timeout');
    },
  );
});
