import { textFacts } from '../domain/facts.ts';
import { compileCondition, parsePhrase, type CompiledCondition } from '../domain/match.ts';
import type { Condition, Predicate } from '../domain/rulebook.ts';

/**
 * What follows from a condition, as far as it can be told for sure without reading a mail. « Don't know » is `false`
 * everywhere: what is warned of must be so.
 */

/** True when nothing matches `narrow` without matching `wide`. */
export function implies(narrow: Predicate, wide: Predicate): boolean {
  if (isGroup(wide)) {
    return (
      (wide.all ?? []).every((part) => implies(narrow, part)) &&
      (wide.any === undefined || impliesOneOf(narrow, wide.any)) &&
      (wide.none ?? []).every((part) => excludes(narrow, part))
    );
  }
  if (isGroup(narrow)) {
    return (
      (narrow.all ?? []).some((part) => implies(part, wide)) ||
      (narrow.any !== undefined && narrow.any.every((part) => implies(part, wide)))
    );
  }
  return impliesLine(narrow, wide);
}

function impliesOneOf(narrow: Predicate, wide: readonly Predicate[]): boolean {
  if (wide.some((part) => implies(narrow, part))) return true;
  if (!isGroup(narrow)) return false;
  return (
    narrow.any?.every((part) => impliesOneOf(part, wide)) === true ||
    (narrow.all ?? []).some((part) => impliesOneOf(part, wide))
  );
}

/** True when nothing matches both. */
export function excludes(a: Predicate, b: Predicate): boolean {
  if (isGroup(b)) {
    return (
      (b.all ?? []).some((part) => excludes(a, part)) ||
      b.any?.every((part) => excludes(a, part)) === true ||
      (b.none ?? []).some((part) => implies(a, part))
    );
  }
  if (isGroup(a)) return excludes(b, a);
  for (const key of ['motif', 'mailbox', 'public', 'level', 'has_attachment', 'foreign_language'] as const) {
    const [one, other] = [values(a, key), values(b, key)];
    if (one !== undefined && other !== undefined) return !one.some((value) => other.includes(value));
  }
  return false;
}

/** True when no mail at all can match. */
export function isImpossible(condition: Condition): boolean {
  const { all = [], any, none = [] } = condition;
  if (all.some((part) => isGroup(part) && isImpossible(part))) return true;
  if (all.some((one, i) => all.slice(0, i).some((other) => excludes(one, other)))) return true;
  if (none.some((part) => implies({ all }, part))) return true;
  return (
    any?.every(
      (part) =>
        (isGroup(part) && isImpossible(part)) ||
        none.some((refused) => implies(part, refused)) ||
        all.some((asked) => excludes(part, asked)),
    ) === true
  );
}

function isGroup(predicate: Predicate): predicate is Condition {
  return 'all' in predicate || 'any' in predicate || 'none' in predicate;
}

function values(predicate: Predicate, key: string): readonly unknown[] | undefined {
  return key in predicate ? [(predicate as Record<string, unknown>)[key]].flat() : undefined;
}

/** Lists of which one entry is enough. */
const EITHER = ['motif', 'mailbox', 'public', 'level', 'flag', 'sender_domain', 'written_data'];
/** The higher the number, the fewer the mails; and the other way round. */
const AT_LEAST = ['waiting_days_min', 'prior_contacts_min', 'model_min'];

function impliesLine(narrow: Predicate, wide: Predicate): boolean {
  const phrases = [phrasesOf(narrow), phrasesOf(wide)] as const;
  if (phrases[0] !== undefined && phrases[1] !== undefined) return impliesPhrases(phrases[0], phrases[1], wide);
  const key = Object.keys(wide)[0]!;
  const [few, many] = [values(narrow, key), values(wide, key)];
  if (few === undefined || many === undefined) return false;
  if (EITHER.includes(key)) return few.every((value) => many.includes(value));
  if (AT_LEAST.includes(key)) return Number(few[0]) >= Number(many[0]);
  if (key === 'date_within_days') return Number(few[0]) <= Number(many[0]);
  return few[0] === many[0];
}

interface Phrases {
  readonly list: readonly string[];
  readonly every: boolean;
}

function phrasesOf(predicate: Predicate): Phrases | undefined {
  if ('any_phrase' in predicate) return { list: predicate.any_phrase, every: false };
  return 'all_phrases' in predicate ? { list: predicate.all_phrases, every: true } : undefined;
}

function impliesPhrases(narrow: Phrases, wide: Phrases, predicate: Predicate): boolean {
  if (wide.every) {
    const sure = (phrase: string): boolean => narrow.list.some((each) => each === phrase);
    return (narrow.every || narrow.list.length === 1) && wide.list.every(sure);
  }
  const known = new Set(wide.list);
  const seen = (phrase: string): boolean => known.has(phrase) || recognised(phrase, predicate);
  return narrow.every ? narrow.list.some(seen) : narrow.list.every(seen);
}

const recognisers = new WeakMap<Predicate, CompiledCondition | undefined>();
const TEXTS_MAX = 60;

/** « carte vitale perdue » holds « carte vitale » whatever stands around it. */
function recognised(phrase: string, wide: Predicate): boolean {
  const texts = textsOf(phrase);
  if (texts === undefined) return false;
  if (!recognisers.has(wide)) {
    // A phrase that must end its sentence is not sure to do so within a longer one.
    const list = 'any_phrase' in wide ? wide.any_phrase.filter((each) => !parsePhrase(each).final) : [];
    recognisers.set(wide, list.length === 0 ? undefined : compileCondition({ any: [{ any_phrase: list }] }, ''));
  }
  const recognises = recognisers.get(wide);
  return recognises !== undefined && texts.every((body) => recognises(textFacts(body), CONTEXT).matched);
}

/** Every text a phrase stands for; undefined where they cannot be listed (gaps, beginnings of words, too many). */
function textsOf(source: string): readonly string[] | undefined {
  let texts = [''];
  for (const node of parsePhrase(source).nodes) {
    if (node.kind === 'gap' || node.forms.some((form) => form.some(({ kind }) => kind === 'prefix'))) return undefined;
    const forms = node.forms.map((form) => form.map(({ text }) => text).join(' '));
    texts = texts.flatMap((text) => forms.map((form) => `${text} ${form}`.trim()));
    if (texts.length > TEXTS_MAX) return undefined;
  }
  return texts;
}

const CONTEXT = { now: new Date(0), motif: null, level: 'n1', flags: [] } as const;
