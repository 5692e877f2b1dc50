import type { Facts, ModelReading } from './facts.ts';
import { countDigits, findFiness, findRpps, findSiret, IDENTIFIER_DIGITS_MIN } from './identifiers.ts';
import type { KnownSender, Public } from './rulebook.ts';

/**
 * Who writes (domain §3.2: A, E, PS, P; §3.3: the publics of the mailboxes). A known address decides; a number of a firm or
 * a professional does unless the text plainly speaks as somebody else; else the model's word where it is sure; else the
 * mailbox's public.
 */
export interface RecognisedSender {
  readonly public: Public;
  readonly by: 'address' | 'siret' | 'rpps' | 'finess' | 'model' | 'mailbox';
}

/** Local parts that no person answers from (RFC 2142, RFC 5321 §4.5.5 and usage). */
const MACHINE =
  /^(?:no[-_.]?reply|ne[-_.]?pas[-_.]?repondre|mailer-daemon|postmaster|bounces?|daemon|notifications?)(?:[+@-]|$)/;
/** Public offices whose domains are reserved to them. */
const OFFICES: readonly KnownSender[] = [
  { domain: 'france-services.gouv.fr', public: 'partenaire' },
  { domain: 'gouv.fr', public: 'institution' },
  { domain: 'assemblee-nationale.fr', public: 'institution' },
  { domain: 'senat.fr', public: 'institution' },
  { domain: 'defenseurdesdroits.fr', public: 'institution' },
  { domain: 'justice.fr', public: 'institution' },
];
/** From this probability on the model's word stands against the mailbox's public, which the model has seen too: right more often at 0.4 than at 0.6 on voices it never heard. */
const SURE = 0.4;
/** A member who signs with the number of a former firm: from this probability on the text outweighs an identifier. */
const PLAIN = 0.85;
const READ_CHARS_MAX = 20_000;

/** Recognises the public of a sender; pure. @param known senders of the rulebook, before the offices every rulebook knows */
export function recogniseSender(
  facts: Facts,
  known: readonly KnownSender[],
  model: ModelReading | undefined,
): RecognisedSender {
  const address = facts.from.toLowerCase();
  if (MACHINE.test(address)) return { public: 'machine', by: 'address' };
  const listed = [...known, ...OFFICES].find(({ domain }) => isFrom(address, domain));
  if (listed !== undefined) return { public: listed.public, by: 'address' };
  const guess = model?.publics[0];
  const numbered = byNumber(facts.body.slice(0, READ_CHARS_MAX));
  if (numbered !== undefined && (guess === undefined || guess.score < PLAIN)) return numbered;
  if (guess !== undefined && guess.score >= SURE) return { public: guess.public, by: 'model' };
  return { public: facts.public, by: 'mailbox' };
}

function isFrom(address: string, domain: string): boolean {
  const of = address.slice(address.lastIndexOf('@') + 1);
  return of === domain || of.endsWith(`.${domain}`) || address === domain;
}

function byNumber(text: string): RecognisedSender | undefined {
  if (countDigits(text) < IDENTIFIER_DIGITS_MIN) return undefined;
  if (findRpps(text).length > 0) return { public: 'ps', by: 'rpps' };
  if (findFiness(text).length > 0) return { public: 'ps', by: 'finess' };
  if (findSiret(text).length > 0) return { public: 'employeur', by: 'siret' };
  return undefined;
}
