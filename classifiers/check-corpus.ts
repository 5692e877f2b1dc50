import { z } from 'zod';
import { heardFlag } from '../domain/heard-flag.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { words } from '../domain/text/tokens.ts';

/** What labels may be; from the rulebook. */
export interface LabelNames {
  readonly motifs: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
  readonly mailboxes: ReadonlySet<string>;
}

/** The labels a rulebook allows; a doubt about another flag labels nothing. */
export function labelNames(book: Pick<Rulebook, 'motifs' | 'flags' | 'mailboxes'>): LabelNames {
  return {
    motifs: new Set(book.motifs.map(({ id }) => id)),
    flags: new Set(book.flags.filter(({ when }) => heardFlag(when) === undefined).map(({ id }) => id)),
    mailboxes: new Set(book.mailboxes.map(({ id }) => id)),
  };
}

export interface CorpusProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** A run of so many words shared by two mails means that one was made from the other. */
const SHARED_WORDS = 8;
/** « est-ce que j'ai le droit de » is French, not a copy: so many of the eight must be words of weight. */
const WEIGHTY_MIN = 3;
const WEIGHTY_CHARS = 5;
const PUBLICS = ['assure', 'employeur', 'ps', 'partenaire', 'institution', 'machine'] as const;
/** Addresses that belong to nobody (RFC 2606). */
const INVENTED = /@[\w.-]*\.example\b/;

const strings = z.array(z.string());
const line = z.strictObject({
  id: z.string().min(1),
  voice: z.string().min(1),
  mailbox: z.string().optional(),
  channel: z.enum(['mail', 'bot']).optional(),
  from: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  attachments: strings.optional(),
  subject: z.string(),
  body: z.string(),
  motif: z.string(),
  accept: strings.optional(),
  secondary: z.array(z.string()).max(2).optional(),
  level: z.enum(['n1', 'expert']),
  flags: strings,
  public: z.enum(PUBLICS),
  hard: z.boolean(),
  note: z.string().optional(),
  teaches: z.literal('passages').optional(),
});
type Line = z.infer<typeof line>;

/**
 * Every problem of a corpus: lines that are not labelled mails, labels the rulebook does not know, ids used twice,
 * addresses that might be somebody's, and mails that share a run of eight words. Pure.
 */
export function checkCorpus(
  files: readonly { readonly name: string; readonly text: string }[],
  names: LabelNames,
): CorpusProblem[] {
  const problems: CorpusProblem[] = [];
  const ids = new Map<string, string>();
  const runs = new Map<string, string>();
  for (const { name, text } of files) {
    for (const [index, raw] of text.split('\n').entries()) {
      if (raw.trim() === '') continue;
      const problem = (what: string): void => {
        problems.push({ file: name, line: index + 1, what });
      };
      const mail = readLine(raw, problem);
      if (mail === undefined) continue;
      const place = `${name}:${index + 1}`;
      const known = ids.get(mail.id);
      if (known === undefined) ids.set(mail.id, place);
      else problem(`id "${mail.id}" is used at ${known} already`);
      checkLabels(mail, names, problem);
      checkAddresses(mail, problem);
      checkRuns(mail, place, runs, problem);
    }
  }
  return problems;
}

function readLine(raw: string, problem: (what: string) => void): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    problem('not a JSON object');
    return undefined;
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) problem(`${issue.path.join('.') || '(line)'}: ${issue.message}`);
  return undefined;
}

function checkLabels(mail: Line, names: LabelNames, problem: (what: string) => void): void {
  for (const key of ['motif', 'accept', 'secondary'] as const)
    for (const motif of [mail[key] ?? []].flat())
      if (!names.motifs.has(motif)) problem(`${key}: "${motif}" is no motif of motifs.yaml`);
  for (const flag of mail.flags) if (!names.flags.has(flag)) problem(`flags: "${flag}" is no flag of flags.yaml`);
  if (mail.mailbox !== undefined && !names.mailboxes.has(mail.mailbox))
    problem(`mailbox: "${mail.mailbox}" is no mailbox of mailboxes.yaml`);
  if ([...(mail.accept ?? []), ...(mail.secondary ?? [])].includes(mail.motif))
    problem(`motif "${mail.motif}" stands in accept or secondary too`);
}

function checkAddresses(mail: Line, problem: (what: string) => void): void {
  for (const text of [mail.from ?? '', mail.subject, mail.body])
    for (const [address] of text.matchAll(/[\w.+-]*@[\w-]+\.[\w.-]+/g))
      if (!INVENTED.test(address)) problem(`address at ${address.split('@')[1]}: invented people write from .example`);
}

function checkRuns(mail: Line, place: string, runs: Map<string, string>, problem: (what: string) => void): void {
  const list = words(mail.body);
  let said = false;
  for (let i = 0; i + SHARED_WORDS <= list.length; i += 1) {
    const run = list.slice(i, i + SHARED_WORDS).join(' ');
    if (list.slice(i, i + SHARED_WORDS).filter((word) => word.length >= WEIGHTY_CHARS).length < WEIGHTY_MIN) continue;
    const other = runs.get(run);
    if (other === undefined) runs.set(run, place);
    else if (other !== place && !said) {
      problem(`shares « ${run} » with ${other}: write it anew`);
      said = true;
    }
  }
}
