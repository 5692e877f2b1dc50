import { RE2JS } from 're2js';
import type { Condition, Level, Predicate } from '../rulebook.ts';
import type { Place, Reading } from './reading.ts';
import type { Scanner } from './scan.ts';

/** What is already decided when a condition is looked at. */
export interface MatchContext {
  readonly now: Date;
  /** null: no motif yet, as while flags are raised. */
  readonly motif: string | null;
  readonly level: Level;
  readonly flags: readonly string[];
  /** Earlier contacts about the same motif; without it the number in the facts stands. */
  readonly prior_contacts?: number | undefined;
  /** What the model gives each flag, 0–1; absent where no model was asked. */
  readonly model_flags?: ReadonlyMap<string, number> | undefined;
}

/** What an example may leave out; predicates on it then count as given (see domain/rulebook.ts, Example). */
type GivenName = 'motif' | 'level' | 'flag' | 'mailbox' | 'public' | 'from' | 'attachments' | 'prior_contacts';
export type Given = ReadonlySet<GivenName>;
export const NOTHING_GIVEN: Given = new Set();

/** Mails leave nothing out, and are asked a hundred times. */
function leaves(given: Given, name: GivenName): boolean {
  return given !== NOTHING_GIVEN && given.has(name);
}

/** true, false, or undefined where an example does not say. */
export interface Answer {
  readonly is: boolean | undefined;
  readonly places: readonly Place[];
}
export type Test = (reading: Reading, context: MatchContext, given: Given) => Answer;
/** Asks whether another flag is up; only flags above in the file may be asked, so this ends. */
export type FlagTest = (id: string, reading: Reading, context: MatchContext) => boolean;

const PLACES_MAX = 12;
const YES: Answer = { is: true, places: [] };
const NO: Answer = { is: false, places: [] };
const UNKNOWN: Answer = { is: undefined, places: [] };

/** @throws PhraseError, or RE2JSException for a regex that RE2 refuses; the loader has said where by then. */
export function compileTest(condition: Condition, scanner: Scanner, flagUp?: FlagTest, own_flag = ''): Test {
  const part = (list: readonly Predicate[] | undefined): Test[] =>
    (list ?? []).map((each) => compilePredicate(each, scanner, flagUp, own_flag));
  const all = part(condition.all);
  const any = part(condition.any);
  const none = part(condition.none);
  // What must stand first: it fails for nearly every mail.
  return (reading, context, given) => {
    let known = false;
    let places: Place[] | undefined;
    for (const test of all) {
      const answer = test(reading, context, given);
      if (answer.is === false) return NO;
      known ||= answer.is === true;
      if (answer.places.length > 0) (places ??= []).push(...answer.places);
    }
    let held = false;
    let failed = false;
    for (const test of any) {
      const answer = test(reading, context, given);
      failed ||= answer.is === false;
      if (answer.is !== true) continue;
      held = true;
      if (answer.places.length > 0) (places ??= []).push(...answer.places);
    }
    // What an example leaves out helps no `any` along, unless nothing else is asked there.
    if (failed && !held) return NO;
    known ||= held;
    for (const test of none) {
      const { is } = test(reading, context, given);
      if (is === true) return NO;
      known ||= is === false;
    }
    return known ? { is: true, places: places?.slice(0, PLACES_MAX) ?? [] } : UNKNOWN;
  };
}

function compilePredicate(
  predicate: Predicate,
  scanner: Scanner,
  flagUp: FlagTest | undefined,
  own_flag: string,
): Test {
  if ('motif' in predicate) return whether('motif', predicate.motif, (_reading, context) => context.motif);
  if ('level' in predicate) return whether('level', predicate.level, (_reading, context) => context.level);
  if ('mailbox' in predicate) return whether('mailbox', predicate.mailbox, (reading) => reading.facts.mailbox);
  if ('public' in predicate) return whether('public', predicate.public, (reading) => reading.facts.public);
  if ('flag' in predicate) {
    const wanted = [predicate.flag].flat();
    return (reading, context, given) => {
      if (leaves(given, 'flag')) return UNKNOWN;
      return wanted.some((id) => context.flags.includes(id) || flagUp?.(id, reading, context) === true) ? YES : NO;
    };
  }
  if ('any_phrase' in predicate || 'all_phrases' in predicate) return phrases(predicate, scanner);
  if ('regex' in predicate) {
    const pattern = RE2JS.compile(predicate.regex, RE2JS.CASE_INSENSITIVE);
    return (reading) => seen(reading.regex(pattern));
  }
  if ('sender_domain' in predicate) {
    const wanted = predicate.sender_domain.map((name) => name.toLowerCase());
    return (reading, _context, given) => {
      if (leaves(given, 'from')) return UNKNOWN;
      const from = reading.facts.from.toLowerCase();
      const domain = from.slice(from.lastIndexOf('@') + 1);
      return wanted.some((name) => from === name || domain === name || domain.endsWith(`.${name}`)) ? YES : NO;
    };
  }
  if ('has_attachment' in predicate) {
    return (reading, _context, given) =>
      leaves(given, 'attachments')
        ? UNKNOWN
        : predicate.has_attachment === reading.facts.attachments.length > 0
          ? YES
          : NO;
  }
  if ('prior_contacts_min' in predicate) {
    return (reading, context, given) => {
      if (leaves(given, 'prior_contacts')) return UNKNOWN;
      return (context.prior_contacts ?? reading.facts.prior_contacts) >= predicate.prior_contacts_min ? YES : NO;
    };
  }
  if ('waiting_days_min' in predicate) return (reading) => seen(reading.waiting(predicate.waiting_days_min));
  if ('date_within_days' in predicate) return (reading) => seen(reading.ahead(predicate.date_within_days));
  if ('written_data' in predicate)
    return (reading) => seen(predicate.written_data.flatMap((kind) => reading.written(kind)));
  if ('foreign_language' in predicate)
    return (reading) => (reading.foreign() === predicate.foreign_language ? YES : NO);
  if ('model_min' in predicate) return heard(own_flag, predicate.model_min);
  if ('model_hears' in predicate) return heard(predicate.model_hears.flag, predicate.model_hears.min);
  return compileTest(predicate, scanner, flagUp, own_flag);
}

function heard(flag: string, min: number): Test {
  return (_reading, { model_flags }) =>
    model_flags === undefined ? UNKNOWN : (model_flags.get(flag) ?? 0) >= min ? YES : NO;
}

function seen(places: readonly Place[]): Answer {
  return places.length === 0 ? NO : { is: true, places };
}

function whether(
  name: 'motif' | 'level' | 'mailbox' | 'public',
  wanted: string | readonly string[],
  read: (reading: Reading, context: MatchContext) => string | null,
): Test {
  const list = [wanted].flat() as readonly string[];
  return (reading, context, given) => {
    if (leaves(given, name)) return UNKNOWN;
    const value = read(reading, context);
    return value !== null && list.includes(value) ? YES : NO;
  };
}

function phrases(
  predicate: Extract<Predicate, { any_phrase: unknown } | { all_phrases: unknown }>,
  scanner: Scanner,
): Test {
  if ('any_phrase' in predicate) {
    const set = scanner.addSet(predicate.any_phrase);
    return (reading) => seen(reading.anyOf(set));
  }
  const numbers = predicate.all_phrases.map((source) => scanner.add(source));
  return (reading) => {
    const places = numbers.map((number) => reading.phrase(number));
    return places.some((list) => list.length === 0) ? NO : seen(places.flat());
  };
}
