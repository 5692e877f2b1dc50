import { readFile, stat } from 'node:fs/promises';
import { validate } from '../../config/issues.ts';
import { formatProblems } from '../../config/problems.ts';
import { loadFile } from '../../config/schema-tests.ts';
import { parseYaml } from '../../config/yaml.ts';
import { buildFacts } from '../../domain/build-facts.ts';
import { instantMs } from '../../domain/days.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { Facts } from '../../domain/facts.ts';
import type { Load } from '../../domain/overflow.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { splitQuotes } from '../../domain/text/quotes.ts';
import { splitSignature } from '../../domain/text/signature.ts';
import { createParsePool } from '../../mail/parse-pool.ts';

/** What `rules explain` is given without a database: a mail file, or pasted text. */
export interface Pasted {
  readonly mailbox?: string | undefined;
  /** ISO instant of arrival. */
  readonly at?: string | undefined;
}

const MAIL_BYTES_MAX = 50 * 1024 * 1024;
const TEXT_CHARS_MAX = 1_000_000;
const LOAD_BYTES_MAX = 100_000;

/** The facts of a mail file, parsed in the killable child as at ingestion (law 12). @throws AiguillageError BAD_INPUT */
export async function factsOfFile(file: string, given: Pasted, book: Rulebook, now: Date): Promise<Facts> {
  const { size } = await stat(file);
  if (size > MAIL_BYTES_MAX) throw new AiguillageError('BAD_INPUT', `Un courriel a au plus ${MAIL_BYTES_MAX} octets.`);
  const pool = createParsePool({ children: 1 });
  try {
    const mail = await pool.parse(await readFile(file));
    const to = [...mail.to_addresses, ...mail.cc_addresses];
    const addressed = book.mailboxes.find(({ address }) => to.includes(address.toLowerCase()))?.id;
    const mailbox = mailboxOf(book, given.mailbox ?? addressed);
    const profile = book.mailboxes.find(({ id }) => id === mailbox);
    // A Date field is only what the sender says; production counts from the server's.
    const received_at = arrival(given.at ?? mail.date, now);
    return buildFacts({ ...mail, mailbox, received_at }, profile, { prior_contacts: 0 });
  } finally {
    await pool.close();
  }
}

/** « Objet : » in the first line of a pasted text, as it is copied from a mail program. */
const SUBJECT = /^\s*(?:objet|sujet|subject)\s*:\s*(.*)(?:\r?\n|$)/i;

/** The facts of pasted text: the subject where its first line names one, the rest is the mail. @throws BAD_INPUT */
export function factsOfText(text: string, given: Pasted, book: Rulebook, now: Date): Facts {
  if (text.trim() === '') throw new AiguillageError('BAD_INPUT', 'Il n’y a pas de texte à expliquer.');
  if (text.length > TEXT_CHARS_MAX)
    throw new AiguillageError('BAD_INPUT', `Un texte a au plus ${TEXT_CHARS_MAX} signes.`);
  const subject = SUBJECT.exec(text);
  const { body, quoted } = splitQuotes(subject === null ? text : text.slice(subject[0].length));
  const mailbox = mailboxOf(book, given.mailbox);
  const profile = book.mailboxes.find(({ id }) => id === mailbox);
  const mail = {
    ...{ mailbox, quoted, attachments: [], from_address: '' },
    subject: subject?.[1]?.trim() ?? '',
    body: splitSignature(body).body,
    received_at: arrival(given.at, now),
  };
  return buildFacts(mail, profile, { prior_contacts: 0 });
}

function arrival(at: string | undefined, now: Date): Date {
  return at === undefined ? now : new Date(instantMs(at));
}

/** @throws AiguillageError BAD_INPUT naming the mailboxes */
function mailboxOf(book: Rulebook, asked: string | undefined): string {
  const ids = book.mailboxes.map(({ id }) => id);
  const mailbox = asked ?? ids[0];
  if (mailbox !== undefined && ids.includes(mailbox)) return mailbox;
  throw new AiguillageError('BAD_INPUT', `--mailbox : l’une de ${ids.join(', ')}.`);
}

/** The load of a YAML file: queue id → backlog, arrivals_today, handed_today… @throws AiguillageError BAD_INPUT */
export async function loadOfFile(file: string): Promise<Load> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new AiguillageError('BAD_INPUT', '--load : ce fichier n’existe pas ou ne peut être lu.');
  });
  if (text.length > LOAD_BYTES_MAX) throw new AiguillageError('BAD_INPUT', '--load : ce fichier est trop long.');
  const { data, problems } = validate(loadFile, parseYaml(file, text, { marker: false }));
  if (data === undefined) throw new AiguillageError('BAD_INPUT', `--load :\n${formatProblems(problems)}`);
  return JSON.parse(JSON.stringify(data)) as Load;
}
