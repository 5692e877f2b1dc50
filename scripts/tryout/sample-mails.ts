import { createHash } from 'node:crypto';
import { readCorpus } from '../../classifiers/files.ts';
import type { Example } from '../../classifiers/examples.ts';

/** A mail to be put in a sample mailbox. */
export interface SampleMail {
  readonly mailbox: string;
  readonly raw: string;
  /** INTERNALDATE the server will report. */
  readonly received_at: Date;
  /** What it is, for the reader of the table. */
  readonly kind: 'request' | 'follow-up' | 'copy' | 'out-of-office' | 'bounce' | 'newsletter' | 'empty';
}

const FIRST_NAMES = [
  'Amina',
  'Bruno',
  'Chantal',
  'Denis',
  'Élodie',
  'Farid',
  'Gwenaëlle',
  'Hugo',
  'Inès',
  'Joël',
  'Khadija',
  'Lucien',
];
const LAST_NAMES = [
  'Delattre',
  'Vasseur',
  'Lefebvre',
  'Benali',
  'Carpentier',
  'Dubois',
  'Hennebelle',
  'Moreau',
  'Nguyen',
  'Pruvost',
];

/**
 * `count` mails as they arrive on a Monday: mostly requests of the written corpus, some dated before the week-end, some
 * follow-ups, one mail sent to two mailboxes, machine mail, an empty one. Deterministic but for `run`, which makes the
 * mails of two runs different mails.
 */
export async function sampleMails(
  count: number,
  run: string,
  now: Date,
  mailboxes: readonly string[],
): Promise<SampleMail[]> {
  const { examples } = await readCorpus();
  const pool = spread(examples.filter((example) => example.body.trim() !== '' && example.channel !== 'bot'));
  const mails: SampleMail[] = [];
  for (let i = 0; mails.length < count; i += 1) {
    const example = pool[i % pool.length]!;
    // One in ten lay over the week-end; the others came this morning.
    const age_h = i % 10 === 9 ? 50 + (i % 20) : (i % 60) / 10;
    const received_at = new Date(now.getTime() - age_h * 3_600_000);
    const request = fromExample(example, i, run, received_at, mailboxes);
    mails.push(request);
    const extra = extraMail(i, request, example, run, now, mailboxes);
    if (extra !== undefined && mails.length < count) mails.push(extra);
  }
  return mails;
}

/** Round-robin over the motifs, so that a small demo shows them all. */
function spread(examples: readonly Example[]): Example[] {
  const byMotif = new Map<string, Example[]>();
  // By a hash of their names: neighbours in the corpus share a voice.
  const mixed = examples
    .map((example) => ({ example, key: createHash('sha256').update(example.id).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { example } of mixed) byMotif.set(example.motif, [...(byMotif.get(example.motif) ?? []), example]);
  const lists = [...byMotif.values()];
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i]))
    .flat()
    .filter((example) => example !== undefined);
}

function fromExample(
  example: Example,
  i: number,
  run: string,
  received_at: Date,
  mailboxes: readonly string[],
): SampleMail {
  const mailbox =
    example.mailbox !== undefined && mailboxes.includes(example.mailbox) ? example.mailbox : mailboxes[0]!;
  const first = FIRST_NAMES[i % FIRST_NAMES.length]!;
  const last = LAST_NAMES[(i * 7) % LAST_NAMES.length]!;
  return {
    mailbox,
    received_at,
    kind: 'request',
    raw: mime({
      from: `${encodeWord(`${first} ${last}`)} <${ascii(first)}.${ascii(last)}.${i}@courriel.example>`,
      to: `${mailbox}@cpam.example`,
      subject: example.subject,
      id: `${run}.${i}@courriel.example`,
      date: received_at,
      body: example.body,
      attachments: example.attachments ?? [],
    }),
  };
}

function extraMail(
  i: number,
  request: SampleMail,
  example: Example,
  run: string,
  now: Date,
  mailboxes: readonly string[],
): SampleMail | undefined {
  const base = { mailbox: request.mailbox, received_at: now };
  const to = `${request.mailbox}@cpam.example`;
  const common = { to, date: now, attachments: [] };
  switch (i % 25) {
    case 3:
      return {
        ...base,
        kind: 'out-of-office',
        raw: mime({
          ...common,
          from: 'absent@mairie.example',
          subject: 'Réponse automatique : absent du bureau',
          id: `${run}.ooo.${i}@mairie.example`,
          body: 'Je suis absent jusqu’à lundi.',
          extra: ['Auto-Submitted: auto-replied'],
        }),
      };
    case 8:
      return {
        ...base,
        kind: 'newsletter',
        raw: mime({
          ...common,
          from: 'lettre@association.example',
          subject: 'La lettre du mois',
          id: `${run}.nl.${i}@association.example`,
          body: 'Nos actualités.',
          extra: ['List-Id: <lettre.association.example>', 'Precedence: bulk'],
        }),
      };
    case 13: {
      // The same mail, sent to a second mailbox of ours.
      const other = mailboxes.find((id) => id !== request.mailbox);
      return other === undefined
        ? undefined
        : {
            ...request,
            mailbox: other,
            kind: 'copy',
            raw: request.raw.replace(/^To: .*/m, `To: ${other}@cpam.example`),
          };
    }
    case 18:
      return {
        ...base,
        kind: 'follow-up',
        raw: mime({
          ...common,
          from: /^From: (.*)$/m.exec(request.raw)![1]!,
          subject: `Re: ${example.subject}`,
          id: `${run}.${i}.suite@courriel.example`,
          body: 'Bonjour,\n\nJe complète mon message : je suis joignable tous les matins.\n\nMerci',
          extra: [`In-Reply-To: <${run}.${i}@courriel.example>`],
        }),
      };
    case 22:
      return {
        ...base,
        kind: 'empty',
        raw: mime({
          ...common,
          from: `vide.${i}@courriel.example`,
          subject: '',
          id: `${run}.vide.${i}@courriel.example`,
          body: '',
        }),
      };
    default:
      return undefined;
  }
}

interface MimeParts {
  from: string;
  to: string;
  subject: string;
  id: string;
  date: Date;
  body: string;
  attachments: readonly string[];
  extra?: readonly string[];
}

function mime(parts: MimeParts): string {
  const headers = [
    `From: ${parts.from}`,
    `To: ${parts.to}`,
    `Subject: ${encodeWord(parts.subject)}`,
    `Message-ID: <${parts.id}>`,
    `Date: ${parts.date.toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    ...(parts.extra ?? []),
  ];
  const text = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', base64(parts.body)];
  if (parts.attachments.length === 0) return [...headers, ...text, ''].join('\r\n');
  const boundary = 'aiguillage-sample';
  const files = parts.attachments.flatMap((name) => [
    `--${boundary}`,
    `Content-Type: application/pdf; name="${encodeWord(name)}"`,
    `Content-Disposition: attachment; filename="${encodeWord(name)}"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64('%PDF-1.4 sample'),
  ]);
  return [
    ...headers,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...text,
    ...files,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

/** RFC 2047 encoded words of at most 75 characters, cut between characters. */
function encodeWord(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && text.length < 60) return text;
  const words: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (Buffer.byteLength(chunk + character) > 42) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  return [...words, chunk].map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
}

function ascii(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
