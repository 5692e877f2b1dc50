import { z } from 'zod';
import { conceptScanner } from '../../classifiers/concepts.ts';
import { factsOf } from '../../classifiers/prepare.ts';
import { loadModel } from '../../classifiers/train.ts';
import { readEnv } from '../../config/env.ts';
import { provenRulebook, useProvenProgram } from '../../config/proven.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import type { Evidence, Facts, MotifModel, TextPart } from '../../domain/facts.ts';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';
import { decide } from '../../domain/route.ts';
import { linesOf, readJsonLine, TOO_LONG } from './lines.ts';

const LINE_CHARS_MAX = 8_000_000;
/** Answers are written together, as the mails they answer came together, up to so many characters. */
const WRITTEN_CHARS_MAX = 16_384;
const WARNINGS_MAX = 20;

/** What labelled mails carry along (docs/corpus.md); nothing here looks at it. */
const LABELS = new Set('voice motif accept secondary level flags public hard note'.split(' '));

/** Keys nobody knows of are told, and let pass. */
const line = z.looseObject({
  id: z.union([z.string(), z.number()], { error: 'expected a string or a number' }),
  mailbox: z.string().optional(),
  channel: z.enum(['mail', 'bot']).optional(),
  from: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  attachments: z.array(z.string()).optional(),
  subject: z.string().nullish(),
  body: z.string().nullish(),
});

type Mail = z.infer<typeof line>;

/** What {@link line} says yes to as well, said at once; what is rare or wrong is left to it. */
function isPlain(value: unknown): value is Mail {
  if (typeof value !== 'object' || value === null) return false;
  const { id, mailbox, channel, from, at, attachments, subject, body } = value as Record<keyof Mail, unknown>;
  return (
    (typeof id === 'string' || Number.isFinite(id)) &&
    (isText(subject) || subject === null) &&
    (isText(body) || body === null) &&
    isText(mailbox) &&
    isText(from) &&
    (channel === undefined || channel === 'mail') &&
    (attachments === undefined ||
      (Array.isArray(attachments) && attachments.every((name) => typeof name === 'string'))) &&
    (at === undefined || line.shape.at.safeParse(at).success)
  );
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/**
 * `classify --jsonl`: one decision a line, in the order of the input; no database, no server. A line that cannot be read is
 * named on stderr and left out; the others go on.
 * @returns how many lines could not be read
 */
export async function classify(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<number> {
  const env = readEnv();
  const book = compileRulebook(await provenRulebook(env.config_dir ?? SHIPPED_CONFIG), conceptScanner);
  await useProvenProgram(conceptScanner);
  const model = await loadModel();
  const warn = onceEach(new Set(book.mailboxes.map((mailbox) => mailbox.id)));
  let number = 0;
  let bad = 0;
  let written = '';
  const write = async (): Promise<void> => {
    const full = written !== '' && !output.write(written);
    written = '';
    // A slow reader must not make us hold a million answers.
    if (full) await new Promise((resolve) => output.once('drain', resolve));
  };
  for await (const lines of linesOf(input, LINE_CHARS_MAX)) {
    for (const text of lines) {
      number += 1;
      if (text !== TOO_LONG && text.trim() === '') continue;
      const mail = readJsonLine(text, number, line, LINE_CHARS_MAX, isPlain);
      if (mail === undefined) bad += 1;
      else {
        warn(mail, number);
        written += answer(mail, book, model);
      }
      if (written.length > WRITTEN_CHARS_MAX) await write();
    }
    await write();
  }
  return bad;
}

/** The decision on one mail, as it is written. */
function answer(mail: Mail, book: CompiledRulebook, model: MotifModel): string {
  const now = mail.at ?? new Date().toISOString();
  const facts = factsOf({ ...mail, subject: mail.subject ?? '', body: mail.body ?? '' }, book, now);
  const decision = decide(facts, book, model, new Date(now));
  return `${JSON.stringify({
    id: mail.id,
    motif: decision.motif,
    confidence: decision.confidence,
    abstained: decision.abstained,
    ranked: decision.ranked,
    level: decision.level,
    pole: decision.pole,
    queue: decision.queue,
    queue_confidence: Number(decision.queue_confidence.toFixed(4)),
    flags: decision.flags.map((flag) => flag.id),
    public: decision.public,
    evidence: decision.evidence.map((span) => ({ for: span.for, text: slice(facts, span) })),
  })}\n`;
}

/** Says once for each what a line holds that nobody reads; a thousand lines with one misspelt key need one word. */
function onceEach(mailboxes: ReadonlySet<string>): (mail: Mail, number: number) => void {
  const said = new Set<string>();
  const say = (number: number, what: string): void => {
    if (said.has(what) || said.size >= WARNINGS_MAX) return;
    said.add(what);
    process.stderr.write(`aiguillage: Line ${number}: ${what}.\n`);
  };
  return (mail, number) => {
    for (const key of Object.keys(mail))
      if (!(key in line.shape) && !LABELS.has(key))
        say(number, `field ${key.slice(0, 40)} is not read (${Object.keys(line.shape).join(', ')} are)`);
    const { mailbox } = mail;
    if (mailbox !== undefined && !mailboxes.has(mailbox))
      say(number, `mailbox ${mailbox.slice(0, 40)} is not configured; its mail is read like a member's`);
  };
}

function slice(facts: Facts, { part, start, end }: Evidence): string {
  return partOf(facts, part).slice(start, end);
}

function partOf(facts: Facts, part: TextPart): string {
  switch (part) {
    case 'subject':
      return facts.subject;
    case 'body':
      return facts.body;
    case 'quoted':
      return facts.quoted;
    case 'attachment-name':
      return facts.attachments.join('\n');
    case 'header':
      return '';
  }
}
