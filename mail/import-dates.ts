import { DateTime } from 'luxon';

/**
 * When a mail of an archive was received. Archives have no INTERNALDATE; in order of trust: the line the mailbox program
 * wrote (mbox "From "), the last server that took the mail in (topmost Received), what the sender's clock said (Date).
 */
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FROM_LINE =
  /^From \S.*?\b([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))? (?:([+-])(\d{2})(\d{2}) |[A-Z]{1,5} )?(\d{4})\b/;
const EARLIEST_MS = Date.UTC(1990, 0, 1);
const AHEAD_MS = 24 * 3_600_000;

/** The instant of an mbox separator, in UTC when it names no zone (RFC 4155); undefined when the line is not one. */
export function separatorDate(line: string): Date | undefined {
  const match = FROM_LINE.exec(line);
  if (match === null) return undefined;
  const month = MONTHS.indexOf(match[1]!.toLowerCase());
  if (month < 0) return undefined;
  const [day, hour, minute, second] = [match[2], match[3], match[4], match[5] ?? '0'].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const offset_min =
    match[6] === undefined ? 0 : (match[6] === '-' ? -1 : 1) * (Number(match[7]) * 60 + Number(match[8]));
  return new Date(Date.UTC(Number(match[9]), month, day, hour, minute, second) - offset_min * 60_000);
}

/** The date that the headers of a raw mail give, or undefined. */
export function headerDate(head: string, now: Date): Date | undefined {
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  const headers = head.slice(0, end).replace(/\r?\n[ \t]+/g, ' ');
  const received = /^received:.*;([^;]*)$/im.exec(headers)?.[1];
  const sent = /^date:(.*)$/im.exec(headers)?.[1];
  return plausible(parse(received), now) ?? plausible(parse(sent), now);
}

/** Refuses clocks that were never set, or that run in the future. */
export function plausible(date: Date | undefined, now: Date): Date | undefined {
  if (date === undefined || Number.isNaN(date.getTime())) return undefined;
  return date.getTime() >= EARLIEST_MS && date.getTime() <= now.getTime() + AHEAD_MS ? date : undefined;
}

/** A cell of a table: ISO, or as French spreadsheets write it, in the time of Paris unless it names a zone. */
export function cellDate(text: string): Date | undefined {
  const options = { zone: 'Europe/Paris', locale: 'fr' };
  const cell = text.trim();
  for (const candidate of [
    DateTime.fromISO(cell, options),
    DateTime.fromSQL(cell, options),
    ...['d/M/yyyy H:mm:ss', 'd/M/yyyy H:mm', 'd/M/yyyy'].map((format) => DateTime.fromFormat(cell, format, options)),
  ]) {
    if (candidate.isValid) return candidate.toJSDate();
  }
  return undefined;
}

function parse(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  // RFC 5322 comments: "+0100 (CET)".
  return new Date(text.replace(/\([^()]*\)/g, ' ').trim());
}
