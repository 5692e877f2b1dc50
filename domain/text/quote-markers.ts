import type { Lines } from './lines.ts';

/**
 * Where quoted text begins: the attribution line, the separator and the header block that mail programs of French
 * members and partners write. All patterns run on folded lines of at most 400 characters.
 */
export interface Marker {
  /** First line after the marker. */
  readonly end: number;
  readonly kind: 'reply' | 'forward';
}

const MONTH =
  'jan(?:v|uary|uar)?|fev(?:r)?|feb(?:ruary)?|mars|mar(?:ch)?|avr|apr(?:il)?|mai|may|juin|june?|juil|july?|aout|aug(?:ust)?|sep(?:t)?|oct|nov|dec';
const DATE = new RegExp(
  `\\b\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}\\b|\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}(?:er)?\\.? (?:${MONTH})|\\b(?:${MONTH})[a-z]*\\.? \\d{1,2}\\b`,
);
const TIME = /\b\d{1,2} ?[:h] ?\d{2}\b/;

const WROTE = /(?:^|[\s,>")])(?:a ecrit|ecrivait|ecrit|wrote|schrieb|schreef)(?: (?:le|on) [^@]{6,60})? ?:$/;
/** « La CPAM m'a écrit : » is the member telling a story, not a mail program. */
const TOLD = /\b(?:m|t|nous|vous|lui|leur) (?:a|ont|avez|avait|avaient) (?:deja |bien )?ecrit/;
const ATTRIBUTION_START = /^(?:le|on|am|op) (?=.{0,40}\d)/;

/** « Le 12 mars 2026 à 10:14, X a écrit : », on one to four lines, and its relatives. */
export function attributionAt(lines: Lines, index: number): Marker | undefined {
  if (lines.isQuoted(index)) return undefined;
  // Zimbra puts a dash before it.
  const line = lines.folded(index);
  const first = line.startsWith('- ') ? line.slice(2) : line;
  const dated = ATTRIBUTION_START.test(first);
  if (!dated && !(first.endsWith(':') && WROTE.test(first))) return undefined;
  let joined = '';
  for (let k = 0; k < 4 && index + k < lines.length; k += 1) {
    const next = k === 0 ? first : lines.folded(index + k);
    if (next === '' || lines.isQuoted(index + k)) return undefined;
    joined = joined === '' ? next : `${joined} ${next}`;
    if (!WROTE.test(joined)) continue;
    if (TOLD.test(joined)) return undefined;
    const end = index + k + 1;
    const followed = lines.isQuoted(lines.nextWritten(end, 4));
    const hasDate = DATE.test(joined);
    const sure = dated && hasDate && (TIME.test(joined) || joined.includes('@'));
    // Without date or address only a quoted line right after makes « X a écrit : » an attribution.
    if (sure || (followed && (hasDate || joined.includes('@') || joined.split(' ').length <= 9))) {
      return { end, kind: 'reply' };
    }
    return undefined;
  }
  return undefined;
}

const SEPARATOR_WORDS: ReadonlyMap<string, Marker['kind']> = new Map([
  ['message d origine', 'reply'],
  ['message original', 'reply'],
  ['message initial', 'reply'],
  ['message precedent', 'reply'],
  ['mail original', 'reply'],
  ['mail d origine', 'reply'],
  ['e-mail d origine', 'reply'],
  ['courriel original', 'reply'],
  ['courrier original', 'reply'],
  ['original message', 'reply'],
  ['original appointment', 'reply'],
  ['reply message', 'reply'],
  ['ursprungliche nachricht', 'reply'],
  ['oorspronkelijk bericht', 'reply'],
  ['message transfere', 'forward'],
  ['message reexpedie', 'forward'],
  ['message transmis', 'forward'],
  ['message suivi', 'forward'],
  ['mail transfere', 'forward'],
  ['courriel transfere', 'forward'],
  ['e-mail transfere', 'forward'],
  ['message redirige', 'forward'],
  ['forwarded message', 'forward'],
  ['forwarded mail', 'forward'],
]);
/** Apple Mail writes these without dashes; the rest of the line must be empty. */
const BARE_SEPARATOR =
  /^(?:debut du (?:message|courriel|mail|e-mail) (?:transfere|reexpedie)|begin forwarded message) ?:?$/;
const RULER = /^[-_=~\s]{2,}|[-_=~\s]{2,}$/g;
/** Orange, Wanadoo, SFR and La Poste webmail. */
const MESSAGE_OF = /^message du ?:? ?\d{1,2}[/ ]/;

/** « -----Message d'origine----- », « Début du message transféré : », « Message du 12/03/26 10:14 ». */
export function separatorAt(lines: Lines, index: number): Marker | undefined {
  const line = lines.folded(index);
  if (line.length < 8 || line.length > 90) return undefined;
  if (BARE_SEPARATOR.test(line)) return { end: index + 1, kind: 'forward' };
  if (MESSAGE_OF.test(line) && TIME.test(line) && fieldOf(lines.folded(lines.nextWritten(index + 1, 3))) === 'from') {
    return { end: index + 1, kind: 'reply' };
  }
  // The dashes may have been taken from the folded line's start, so look at the line itself.
  if (!/^[\s*>]*[-_=~]{2,}/.test(lines.at(index))) return undefined;
  const kind = SEPARATOR_WORDS.get(line.replace(RULER, '').replace(/ ?:$/, '').trim());
  return kind === undefined ? undefined : { end: index + 1, kind };
}

type Field = 'from' | 'sent' | 'to' | 'subject' | 'other';
const FIELDS: readonly (readonly [Field, RegExp])[] = [
  ['from', /^(?:de|from|von|van|expediteur|envoye par) ?: ?/],
  ['sent', /^(?:envoye(?: le)?|sent|date(?: d envoi)?|gesendet|verzonden|datum) ?: ?/],
  ['to', /^(?:a|to|pour|an|aan|destinataires?) ?: ?/],
  ['subject', /^(?:objet|sujet|subject|betreff|onderwerp) ?: ?/],
  [
    'other',
    /^(?:cc|cci|bcc|copie(?: a| cachee)?|importance|priorite|repondre a|reply-to|pieces? jointes?|attachments?|organisation|categories) ?: ?/,
  ],
];

function fieldOf(line: string): Field | undefined {
  if (!line.includes(':')) return undefined;
  for (const [field, pattern] of FIELDS) if (pattern.test(line)) return field;
  return undefined;
}

const MAX_BLOCK_LINES = 16;

/**
 * « De : / Envoyé : / À : / Objet : » in any order and in English: at least three of the four, the sender among them,
 * and a sign that a mail program wrote it (« Envoyé », a time, an address). A member who opens a letter with
 * « De : Mme Martin / À : la CPAM / Objet : attestation » is not quoting.
 */
export function headerBlockAt(lines: Lines, index: number): Marker | undefined {
  const opening = fieldOf(lines.folded(index));
  if (opening === undefined || opening === 'other') return undefined;
  const seen = new Set<Field>();
  let machine = false;
  let sentField = false;
  let end = index;
  let loose = 0;
  for (let i = index; i < Math.min(index + MAX_BLOCK_LINES, lines.length); i += 1) {
    const line = lines.folded(i);
    const field = fieldOf(line);
    if (field === undefined) {
      // A long list of addressees runs over lines; HTML paragraphs leave an empty line between the fields.
      loose += 1;
      if (loose > 3) break;
      continue;
    }
    // An empty line and then a second sender: the next block of a longer thread, already inside this one.
    if (field !== 'other' && seen.has(field) && loose > 0) break;
    seen.add(field);
    end = i + 1;
    loose = 0;
    if (field === 'sent' && (/^(?:envoye|sent)/.test(line) ? /\d/.test(line) : TIME.test(line))) machine = true;
    if (field === 'sent' && /^(?:envoye|sent)/.test(line)) sentField = true;
    if (field === 'from' && line.includes('@')) machine = true;
  }
  seen.delete('other');
  // All four with « Envoyé » among them are Outlook's, even left empty.
  if (sentField && seen.size === 4) machine = true;
  if (!machine || seen.size < 3 || !seen.has('from')) return undefined;
  return { end, kind: 'reply' };
}

/** A line of dashes or underscores, which Outlook and our HTML conversion put above a quote. */
export function isRuler(line: string): boolean {
  return line.length <= 200 && /^[ \t]*[-_=*]{5,}[ \t]*$/.test(line);
}
