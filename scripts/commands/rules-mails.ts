import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { factsOf } from '../../classifiers/prepare.ts';
import { instantMs } from '../../domain/days.ts';
import { AiguillageError } from '../../domain/errors.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import type { PastMail } from '../../domain/simulate.ts';
import type { Said } from '../../domain/simulate/truth.ts';

/** Mails of a file for `rules simulate --mails`: lines as `classify` takes them, with labels where somebody judged. */

const LINE_CHARS_MAX = 8_000_000;
const MAILS_MAX = 200_000;

const line = z.object({
  id: z.union([z.string(), z.number()]),
  mailbox: z.string().optional(),
  channel: z.enum(['mail', 'bot']).optional(),
  from: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  attachments: z.array(z.string()).optional(),
  subject: z.string().nullish(),
  body: z.string().nullish(),
  motif: z.string().nullish(),
  accept: z.array(z.string()).nullish(),
  level: z.enum(['n1', 'expert']).nullish(),
  flags: z.array(z.string()).nullish(),
});

export interface FileMails {
  /** In the order of their arrival. */
  readonly mails: readonly PastMail[];
  /** Lines without an instant: they are taken to arrive at `now`, all at once, which no queue could bear. */
  readonly undated: number;
}

/** @throws AiguillageError BAD_INPUT naming the line */
export async function readMails(file: string, book: Pick<Rulebook, 'mailboxes'>, now: Date): Promise<FileMails> {
  const mails: PastMail[] = [];
  let undated = 0;
  let number = 0;
  const input = createReadStream(file);
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (text.trim() === '') continue;
      if (mails.length >= MAILS_MAX)
        throw new AiguillageError('BAD_INPUT', `Un fichier a au plus ${MAILS_MAX} courriels.`);
      const mail = readLine(text, number);
      if (mail.at === undefined) undated += 1;
      const raw = { ...mail, subject: mail.subject ?? '', body: mail.body ?? '' };
      mails.push({ id: String(mail.id), facts: factsOf(raw, book, now.toISOString()), said: said(mail) });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined || error instanceof AiguillageError) throw error;
    throw new AiguillageError('BAD_INPUT', `--mails : le fichier « ${file} » n’existe pas ou ne peut être lu.`);
  }
  const at = (mail: PastMail): number => instantMs(mail.facts.received_at);
  // A stable sort: mails of one instant stay in the order of the file.
  return { mails: mails.sort((a, b) => at(a) - at(b)), undated };
}

function readLine(text: string, number: number): z.infer<typeof line> {
  if (text.length > LINE_CHARS_MAX) throw new AiguillageError('BAD_INPUT', `Ligne ${number} : trop longue.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AiguillageError('BAD_INPUT', `Ligne ${number} : ce n’est pas un objet JSON.`);
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AiguillageError(
    'BAD_INPUT',
    `Ligne ${number}, champ « ${issue.path.join('.') || 'ligne'} » : ce n’est pas la forme attendue.`,
  );
}

function said({ motif, accept, level, flags }: z.infer<typeof line>): Said | undefined {
  const found: Said = {
    ...(motif == null ? {} : { motifs: [motif, ...(accept ?? [])] }),
    ...(level == null ? {} : { level }),
    ...(flags == null ? {} : { flags, no_flags: 'others' as const }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}
