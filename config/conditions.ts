import { RE2JS } from 're2js';
import { compileForExamples, parsePhrase, PhraseError } from '../domain/match.ts';
import type { Condition, Example, Examples, Predicate } from '../domain/rulebook.ts';
import { ids, type Findings, type LoadedSet } from './context.ts';
import { isImpossible } from './implies.ts';
import { LIMITS } from './limits.ts';
import { shorten } from './problems.ts';
import type { Path, YamlFile } from './yaml.ts';

/** Names, phrases, patterns and examples of every flag and rule. A rule that fails its own examples does not load. */
export function checkConditions(set: LoadedSet, found: Findings): void {
  const flag_ids = ids(set.flags.data.flags);
  const above = new Set<string>();
  set.flags.data.flags.forEach((flag, i) => {
    const { yaml } = set.flags;
    const path = ['flags', i];
    const parts: [Condition, Path][] = [[flag.when, [...path, 'when']]];
    if (flag.raise !== undefined) parts.push([flag.raise.when, [...path, 'raise', 'when']]);
    let sound = true;
    for (const [condition, at] of parts) {
      sound = checkCondition(condition, at, set, yaml, found, { known: above, in_flag: true, all: flag_ids }) && sound;
    }
    above.add(flag.id);
    // The examples of what cannot be would only say the same again.
    for (const [condition, at] of parts) sound = sound && checkPossible(condition, at, yaml, found);
    if (sound) checkExamples(flag.when, flag.examples, [...path, 'examples'], yaml, found, `flag:${flag.id}`);
    checkExampleNames(flag.examples, [...path, 'examples'], set, yaml, found);
  });
  set.routing.data.rules.forEach((rule, i) => {
    const { yaml } = set.routing;
    const at = ['rules', i, 'when'];
    const sound = checkCondition(rule.when, at, set, yaml, found, { known: flag_ids, in_flag: false, all: flag_ids });
    if (sound && checkPossible(rule.when, at, yaml, found))
      checkExamples(rule.when, rule.examples, ['rules', i, 'examples'], yaml, found, `rule:${rule.id}`);
    checkExampleNames(rule.examples, ['rules', i, 'examples'], set, yaml, found);
  });
}

export interface FlagNames {
  /** Flags that may be asked for here. */
  readonly known: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
  readonly in_flag: boolean;
}

/** True when the condition can be compiled. */
export function checkCondition(
  condition: Condition,
  path: Path,
  set: LoadedSet,
  yaml: YamlFile,
  found: Findings,
  flags: FlagNames,
): boolean {
  const before = found.problems.length;
  const motifs = ids(set.all_motifs);
  const mailboxes = ids(set.mailboxes.data.mailboxes);
  for (const { predicate, at } of predicates(condition, path, 1)) {
    if (predicate === 'too-deep') {
      found.error(yaml.at(at), {
        what: 'trop de conditions l’une dans l’autre',
        expected: `au plus ${LIMITS.nesting_max} niveaux`,
      });
      continue;
    }
    const each = (key: string, list: readonly string[], check: (value: string, where: Path) => void): void =>
      list.forEach((value, i) => check(value, [...at, key, i]));
    if (flags.in_flag && ('motif' in predicate || 'level' in predicate)) {
      found.error(yaml.at(at), {
        what: 'un signalement ne dépend ni du motif ni du niveau',
        expected: 'une condition sur le texte, la boîte, le public ou l’expéditeur',
      });
    }
    const asked = (['model_min', 'model_hears'] as const).find((key) => key in predicate);
    if (!flags.in_flag && asked !== undefined) {
      found.error(yaml.at(at), {
        what: `${asked} ne vaut que dans un signalement`,
        expected: 'une condition de flags.yaml',
      });
    }
    if ('motif' in predicate)
      each('motif', [predicate.motif].flat(), (v, p) =>
        found.known(yaml, p, v, motifs, 'motif inconnu', 'motifs.yaml'),
      );
    if ('mailbox' in predicate)
      each('mailbox', [predicate.mailbox].flat(), (v, p) =>
        found.known(yaml, p, v, mailboxes, 'boîte inconnue', 'mailboxes.yaml'),
      );
    const knownFlag = (value: string, where: Path): void => {
      if (flags.in_flag && flags.all.has(value) && !flags.known.has(value)) {
        found.error(yaml.at(where), {
          what: 'ce signalement est défini plus bas',
          value,
          expected: 'un signalement placé au-dessus dans le fichier',
        });
      } else found.known(yaml, where, value, flags.known, 'signalement inconnu', 'flags.yaml');
    };
    if ('flag' in predicate) each('flag', [predicate.flag].flat(), knownFlag);
    if ('model_hears' in predicate) knownFlag(predicate.model_hears.flag, [...at, 'model_hears', 'flag']);
    if ('any_phrase' in predicate) each('any_phrase', predicate.any_phrase, (v, p) => checkPhrase(v, p, yaml, found));
    if ('all_phrases' in predicate)
      each('all_phrases', predicate.all_phrases, (v, p) => checkPhrase(v, p, yaml, found));
    if ('regex' in predicate) checkRegex(predicate.regex, [...at, 'regex'], yaml, found);
  }
  return found.problems.length === before;
}

export function* predicates(
  condition: Condition,
  path: Path,
  depth: number,
): Generator<{ predicate: Predicate | 'too-deep'; at: Path }> {
  for (const group of ['all', 'any', 'none'] as const) {
    for (const [i, predicate] of (condition[group] ?? []).entries()) {
      const at = [...path, group, i];
      if ('all' in predicate || 'any' in predicate || 'none' in predicate) {
        if (depth >= LIMITS.nesting_max) yield { predicate: 'too-deep', at };
        else yield* predicates(predicate, at, depth + 1);
      } else yield { predicate, at };
    }
  }
}

export function checkPhrase(phrase: string, path: Path, yaml: YamlFile, found: Findings): void {
  try {
    parsePhrase(phrase);
  } catch (error) {
    if (!(error instanceof PhraseError)) throw error;
    found.error(yaml.at(path), { what: 'expression inutilisable', value: shorten(phrase), expected: error.message });
  }
}

function checkRegex(regex: string, path: Path, yaml: YamlFile, found: Findings): void {
  try {
    const pattern = RE2JS.compile(regex, RE2JS.CASE_INSENSITIVE);
    if (pattern.matcher('').find()) {
      found.error(yaml.at(path), {
        what: 'cette expression régulière reconnaît un texte vide',
        value: shorten(regex),
        expected: 'au moins un caractère',
      });
    }
  } catch {
    found.error(yaml.at(path), {
      what: 'expression régulière refusée',
      value: shorten(regex),
      expected: 'la syntaxe RE2, sans référence arrière ni regard avant ou arrière',
    });
  }
}

/** A condition that contradicts itself is never meant, and in a flag it would silence an alarm. */
export function checkPossible(condition: Condition, path: Path, yaml: YamlFile, found: Findings): boolean {
  if (!isImpossible(condition)) return true;
  found.error(yaml.at(path), {
    what: 'cette condition ne peut jamais être vraie',
    expected: 'des lignes qui ne se contredisent pas (all, any et none ensemble)',
  });
  return false;
}

export function checkExamples(
  condition: Condition,
  examples: Examples,
  path: Path,
  yaml: YamlFile,
  found: Findings,
  example_of: string,
): void {
  const recognises = compileForExamples(condition);
  const fails = (list: readonly Example[], key: 'match' | 'no_match', what: string): void =>
    list.forEach((example, i) => {
      // What must be recognised stands by its words with the model's consent; what must not, without it.
      if (recognises(example, key === 'match') === (key === 'match')) return;
      const text = typeof example === 'string' ? example : example.body;
      found.error(yaml.at([...path, key, i]), { what, value: shorten(text), example_of });
    });
  fails(examples.match, 'match', 'l’exemple devrait être reconnu et ne l’est pas');
  fails(examples.no_match, 'no_match', 'l’exemple ne devrait pas être reconnu et l’est');
}

/** A misspelt motif in a `no_match` example would make it pass for the wrong reason. */
export function checkExampleNames(
  examples: Examples,
  path: Path,
  set: LoadedSet,
  yaml: YamlFile,
  found: Findings,
): void {
  for (const key of ['match', 'no_match'] as const) {
    examples[key].forEach((example, i) => {
      if (typeof example === 'string') return;
      const at = [...path, key, i];
      found.known(yaml, [...at, 'motif'], example.motif, ids(set.all_motifs), 'motif inconnu', 'motifs.yaml');
      found.known(
        yaml,
        [...at, 'mailbox'],
        example.mailbox,
        ids(set.mailboxes.data.mailboxes),
        'boîte inconnue',
        'mailboxes.yaml',
      );
      example.flags?.forEach((flag, j) =>
        found.known(yaml, [...at, 'flags', j], flag, ids(set.flags.data.flags), 'signalement inconnu', 'flags.yaml'),
      );
    });
  }
}
