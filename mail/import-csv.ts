import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { AiguillageError } from '../domain/errors.ts';
import { cellDate } from './import-dates.ts';
import type { ArchivedMail } from './import-mbox.ts';

const COLUMNS = ['received_at', 'from', 'subject', 'body'] as const;
/** Optional: when the other tool's agents answered; the figure of the past is computed from it. */
const ANSWERED = 'answered_at';
/** Carries that instant to triage, which honours it for imported mail only. */
export const ANSWERED_HEADER = 'x-aiguillage-answered-at';
type Column = (typeof COLUMNS)[number];

/**
 * A table of mails as another tool exports it: columns received_at, from, subject, body (and answered_at) in any order, separated by
 * commas, semicolons or tabs, in UTF-8 or in what French spreadsheets write. The same row always gives the same mail, so
 * that importing twice adds nothing.
 * @throws AiguillageError BAD_INPUT when a column is missing.
 */
export async function* readCsv(file: string): AsyncGenerator<ArchivedMail | 'unusable', void, undefined> {
  const text = decode(await readFile(file));
  const delimiter = guessDelimiter(text);
  let places: Record<Column, number> | undefined;
  let answered = -1;
  for (const cells of records(text, delimiter)) {
    if (places === undefined) {
      const names = cells.map((cell) => cell.trim().toLowerCase());
      places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<Column, number>;
      answered = names.indexOf(ANSWERED);
      const missing = COLUMNS.filter((column) => places![column] < 0);
      if (missing.length > 0)
        throw new AiguillageError('BAD_INPUT', `Colonnes absentes de la première ligne : ${missing.join(', ')}.`);
      continue;
    }
    if (cells.length === 1 && cells[0] === '') continue;
    const cell = (column: Column): string => cells[places![column]] ?? '';
    const received_at = cellDate(cell('received_at'));
    yield received_at === undefined
      ? 'unusable'
      : await compose(received_at, cell('from'), cell('subject'), cell('body'), cellDate(cells[answered] ?? ''));
  }
}

async function compose(
  received_at: Date,
  from: string,
  subject: string,
  body: string,
  answered_at: Date | undefined,
): Promise<ArchivedMail> {
  const digest = createHash('sha256')
    .update(JSON.stringify([received_at.toISOString(), from, subject, body]))
    .digest('hex');
  const composer = new MailComposer({
    // An object, never a string: a comma or a line end in the cell must not become another address.
    from: sender(from),
    subject: subject.replace(/[\r\n]+/g, ' '),
    text: body,
    textEncoding: 'base64',
    date: received_at,
    messageId: `<${digest.slice(0, 40)}@import.invalid>`,
    ...(answered_at === undefined ? {} : { headers: { [ANSWERED_HEADER]: answered_at.toISOString() } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return { raw, size: raw.length, received_at };
}

function sender(cell: string): { name: string; address: string } {
  const text = cell.replace(/[\r\n\0]+/g, ' ').trim();
  const bracketed = /^(.*?)<([^<>\s]+@[^<>\s]+)>\s*$/.exec(text);
  if (bracketed !== null) return { name: bracketed[1]!.replace(/"/g, '').trim(), address: bracketed[2]! };
  return /^[^\s<>,;]+@[^\s<>,;]+$/.test(text) ? { name: '', address: text } : { name: text, address: '' };
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function guessDelimiter(text: string): string {
  const first = text.slice(0, text.indexOf('\n') + 1 || text.length);
  const count = (sign: string): number => first.split(sign).length;
  return [';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',');
}

/** RFC 4180: quoted cells may hold delimiters, line ends and doubled quotes. */
function* records(text: string, delimiter: string): Generator<string[]> {
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i]!;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n') {
      cells.push(cell.replace(/\r$/, ''));
      yield cells;
      cells = [];
      cell = '';
    } else cell += sign;
  }
  if (cell !== '' || cells.length > 0) yield [...cells, cell.replace(/\r$/, '')];
}
