import {
  ACCUSATORY,
  ASK_AFTER,
  ASK_BEFORE,
  BY_MAIL,
  ELSEWHERE,
  NO_ASK,
  OTHER_FORM,
  PIECES,
  PROTECTED,
  SAFE_WAY,
} from './linter-phrases.ts';
import type { Motif, ReplyTemplate } from './rulebook.ts';
import { variablesOf, type TemplateVariable } from './template.ts';
import { fold, originalSpan, type Folded } from './text/fold.ts';

/**
 * Reads a reply before it leaves (domain §2.4, §2.5). It refuses only what the Assurance Maladie says it never does:
 * ask for a NIR, bank details or medical data on open mail. Everything else is advice: people answer (law 8).
 */
export interface Finding {
  readonly code:
    | 'asks-nir'
    | 'asks-rib'
    | 'asks-medical'
    | 'asks-other-form'
    | 'accusatory'
    | 'asks-known-piece'
    | 'ack-mention-missing'
    | 'template-expired';
  readonly severity: 'refuse' | 'warn';
  /** French, for the agent. */
  readonly message: string;
  /** UTF-16 offsets into the text that was given. */
  readonly start: number;
  readonly end: number;
}

export interface LintFacts {
  /** The mailbox answers on open mail (domain §2.5); false for the authenticated account. */
  readonly open_mail: boolean;
  /** Names of all files the member has sent in this thread. */
  readonly attachments: readonly string[];
  /** The motif of the conversation, when there is one. */
  readonly motif?: Pick<Motif, 'teleservice'> | undefined;
}

const TEXT_CHARS_MAX = 50_000;
const NAMES_MAX = 200;

/** Findings in the order of the text. */
export function lintReply(text: string, facts: LintFacts): Finding[] {
  const findings: Finding[] = [];
  const names = facts.attachments.slice(0, NAMES_MAX).map((name) => fold(name.slice(0, 200)).text);
  for (const sentence of sentences(text.slice(0, TEXT_CHARS_MAX))) {
    const found = (span: RegExpExecArray, rest: Pick<Finding, 'code' | 'severity' | 'message'>): void => {
      const { start, end } = originalSpan(sentence.folded, span.index, span.index + span[0].length);
      findings.push({ ...rest, start: sentence.start + start, end: sentence.start + end });
    };
    const folded = sentence.folded.text;
    // Blanks of the same length: offsets stay true.
    const asking = folded.replace(NO_ASK, (part) => ' '.repeat(part.length));
    if (facts.open_mail && byMail(folded)) {
      for (const { code, pattern, message } of PROTECTED) {
        const span = askedFor(pattern, asking);
        if (span !== undefined) found(span, { code, severity: 'refuse', message });
      }
    }
    for (const { asked, named } of PIECES) {
      const span = askedFor(asked, asking);
      if (span === undefined || !names.some((name) => named.test(name))) continue;
      const message = 'Une pièce jointe du fil porte un nom qui y ressemble. Vérifiez avant de la demander de nouveau.';
      found(span, { code: 'asks-known-piece', severity: 'warn', message });
    }
    const repeat = facts.motif?.teleservice === undefined ? OTHER_FORM.exec(folded) : null;
    if (repeat !== null) {
      const message =
        'On ne peut pas demander à la personne de répéter son envoi sous une autre forme (CRPA L112-8) : il n’existe pas de téléservice dédié pour ce motif.';
      found(repeat, { code: 'asks-other-form', severity: 'warn', message });
    }
    for (const { pattern, message } of ACCUSATORY) {
      const span = pattern.exec(folded);
      if (span !== null) found(span, { code: 'accusatory', severity: 'warn', message });
    }
  }
  return findings.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Mentions of R112-11-1, and the delay that Services Publics+ adds. */
const ACK_MENTIONS: readonly TemplateVariable[] = ['received_on', 'service_name', 'service_contact', 'delay'];

/** What an acknowledgment template leaves out; nothing for other templates. */
export function lintAcknowledgment(template: Pick<ReplyTemplate, 'kind' | 'body'>): Finding[] {
  if (template.kind !== 'ack') return [];
  const used = variablesOf(template.body);
  return ACK_MENTIONS.filter((name) => !used.includes(name)).map((name) => ({
    code: 'ack-mention-missing',
    severity: 'warn',
    message: `L’accusé de réception ne contient pas {{${name}}} (CRPA R112-11-1).`,
    start: 0,
    end: 0,
  }));
}

/** True when some finding forbids the sending. */
export function isRefused(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'refuse');
}

/** « Dans votre compte ameli » or « par courrier » make a request harmless, unless an answer by mail is offered too. */
function byMail(folded: string): boolean {
  return BY_MAIL.test(folded) || !(SAFE_WAY.test(folded) || ELSEWHERE.test(folded));
}

/** How far before « … est nécessaire » the thing it speaks of may stand. */
const REACH_CHARS = 80;

/** The first place where the sentence wants what `pattern` names. */
function askedFor(pattern: RegExp, sentence: string): RegExpExecArray | undefined {
  const ask = ASK_BEFORE.exec(sentence);
  for (const span of sentence.matchAll(new RegExp(pattern, 'g'))) {
    const end = span.index + span[0].length;
    if ((ask !== null && ask.index < span.index) || ASK_AFTER.test(sentence.slice(end, end + REACH_CHARS))) return span;
  }
  return undefined;
}

interface Sentence {
  readonly folded: Folded;
  readonly start: number;
}

/** A list under « merci de nous envoyer : » belongs to its sentence; a line end alone ends nothing, mail is wrapped. */
function sentences(text: string): Sentence[] {
  const found: Sentence[] = [];
  let start = 0;
  const end = (at: number): void => {
    if (at > start) found.push({ folded: fold(text.slice(start, at)), start });
    start = at;
  };
  for (const stop of text.matchAll(/[.!?…](?=\s)|\n[ \t]*\n/g)) {
    const blank_line = stop[0].startsWith('\n');
    if (blank_line && /[:;,]$/.test(text.slice(start, stop.index).trimEnd())) continue;
    end(stop.index + stop[0].length);
  }
  end(text.length);
  return found;
}
