import { Scanner } from '../domain/match/scan.ts';
import type { Word } from '../domain/match/words.ts';
import { ASKS } from './concepts/asks.ts';
import { CARE } from './concepts/care.ts';
import { DESPAIR } from './concepts/despair.ts';
import { EMERGENCY } from './concepts/emergency.ts';
import { EVENTS } from './concepts/events.ts';
import { HARDSHIP } from './concepts/hardship.ts';
import { MONEY } from './concepts/money.ts';
import { PAPERS } from './concepts/papers.ts';
import { PEOPLE } from './concepts/people.ts';
import { SCOPE } from './concepts/scope.ts';
import { VIOLENCE } from './concepts/violence.ts';

/**
 * Named concepts: the many words people have for one thing (domain §4) and the criteria that decide between motifs
 * (who writes, what is asked, what happened). One line each: `name = phrase, phrase`, in the phrase language of the rules
 * (domain/match/phrase.ts), so that « je ne suis pas enceinte » is no pregnancy. The model learns what each is worth.
 */
export interface NamedHit {
  readonly name: string;
  /** Word positions, both included. */
  readonly first: number;
  readonly last: number;
}

const SOURCES = [PEOPLE, CARE, EVENTS, MONEY, PAPERS, ASKS, VIOLENCE, DESPAIR, EMERGENCY, HARDSHIP, SCOPE];
/** Concepts of passages alone begin so. */
export const PASSAGE_ONLY = 'd-';

const names: string[] = [];
/** Proven rules that read the same mails may be compiled with it: each mail is then scanned once for both. */
export const conceptScanner = new Scanner(true);
/** By phrase number of the scanner: the concepts it speaks for; nothing for phrases of others. */
const conceptsOf: (number[] | undefined)[] = [];

for (const line of SOURCES.flatMap((source) => source.split('\n'))) {
  const at = line.indexOf(' = ');
  if (at < 0) continue;
  const concept = names.push(line.slice(0, at)) - 1;
  for (const source of line.slice(at + 3).split(', ')) {
    const number = conceptScanner.add(source.trim());
    const list = (conceptsOf[number] ??= []);
    if (!list.includes(concept)) list.push(concept);
  }
}

export const CONCEPTS: readonly string[] = names;

/**
 * The concepts that stand in `words`, in no particular order; a denied phrase is not one.
 * @param from added to all positions
 * @param hits what is found is put behind what stands there
 */
export function findConcepts(words: readonly Word[], from = 0, hits: NamedHit[] = []): NamedHit[] {
  conceptScanner.scan(words).forEach((places, phrase) => {
    const concepts = conceptsOf[phrase];
    if (concepts === undefined) return;
    for (const { first, last } of places)
      for (const concept of concepts) hits.push({ name: names[concept]!, first: first + from, last: last + from });
  });
  return hits;
}
