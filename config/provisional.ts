import type { Condition, Motif, Predicate } from '../domain/rulebook.ts';
import {
  checkCondition,
  checkExampleNames,
  checkExamples,
  checkPhrase,
  checkPossible,
  predicates,
} from './conditions.ts';
import { ids, type Findings, type Loaded, type LoadedSet } from './context.ts';
import type { ProvisionalEntry, ProvisionalFile } from './schema-provisional.ts';
import type { Path } from './yaml.ts';

/** motifs-provisoires.yaml: names, dates, words and examples, and what an entry has from its parent. */

/** The motifs of the nomenclature, then the provisional ones with what they have from their parents. */
export function resolveProvisional(motifs: readonly Motif[], entries: readonly ProvisionalEntry[]): Motif[] {
  const resolved = entries.flatMap((entry): Motif[] => {
    // A set with an unknown parent does not load; until that is said, its id is known and not called a misspelling.
    const parent = motifs.find(({ id }) => id === entry.parent) ?? motifs[0];
    if (parent === undefined) return [];
    const { id, label, why, from, until, examples } = entry;
    const dates = { from, ...(until === undefined ? {} : { until }) };
    const provisional = { parent: parent.id, why, ...dates, when: conditionOf(entry), examples };
    return [{ ...parent, id, label, level: entry.level ?? parent.level, pole: entry.pole ?? parent.pole, provisional }];
  });
  return [...motifs, ...resolved];
}

function conditionOf({ phrases, when }: ProvisionalEntry): Condition {
  return when ?? { any: [{ any_phrase: phrases ?? [] }] };
}

export function checkProvisional(set: LoadedSet, found: Findings): void {
  if (set.provisional === undefined) return;
  const { yaml, data } = set.provisional;
  const motifs = new Map(set.motifs.data.motifs.map((motif) => [motif.id, motif]));
  const queues = ids(set.pools.data.queues);
  found.unique(yaml, data.provisional_motifs, ['provisional_motifs']);
  data.provisional_motifs.forEach((entry, i) => {
    const path = ['provisional_motifs', i];
    if (motifs.has(entry.id)) {
      found.error(yaml.at([...path, 'id']), {
        what: 'identifiant déjà pris',
        value: entry.id,
        expected: 'un nom qui n’est pas dans motifs.yaml',
      });
    }
    const parents = new Set(motifs.keys());
    found.known(yaml, [...path, 'parent'], entry.parent, parents, 'motif inconnu', 'motifs.yaml');
    found.known(yaml, [...path, 'pole'], entry.pole, queues, 'pôle inconnu', 'pools.yaml');
    const parent = motifs.get(entry.parent);
    if ((entry.level ?? parent?.level) === 'expert' && (entry.pole ?? parent?.pole) === 'n1') {
      found.error(yaml.at([...path, entry.pole === undefined ? 'level' : 'pole']), {
        what: 'un motif expert a besoin d’un pôle',
        value: entry.pole ?? 'expert',
        expected: 'une file de pools.yaml autre que n1',
      });
    }
    checkWords(entry, path, set, set.provisional!, found);
  });
  checkRuleOutcomes(set, found);
}

/** Its condition looks at the mail alone, holds words, and recognises its own examples. */
function checkWords(
  entry: ProvisionalEntry,
  path: Path,
  set: LoadedSet,
  { yaml }: Loaded<ProvisionalFile>,
  found: Findings,
): void {
  const before = found.problems.length;
  entry.phrases?.forEach((phrase, j) => checkPhrase(phrase, [...path, 'phrases', j], yaml, found));
  if (entry.when !== undefined) {
    const at = [...path, 'when'];
    const flags = ids(set.flags.data.flags);
    for (const { predicate, at: place } of predicates(entry.when, at, 1)) {
      if (predicate === 'too-deep' || !asksMore(predicate)) continue;
      found.error(yaml.at(place), {
        what: 'un motif provisoire ne regarde que le message',
        expected: 'une condition sur le texte, la boîte, le public, l’expéditeur ou les pièces jointes',
      });
    }
    checkCondition(entry.when, at, set, yaml, found, { known: flags, in_flag: false, all: flags });
    if (!hasWords(entry.when)) {
      found.error(yaml.at(at), {
        what: 'aucune expression : tout message du cas passerait sous ce motif',
        expected: 'any_phrase, all_phrases ou regex sous all ou any',
      });
    }
  }
  const examples = [...path, 'examples'];
  const sound = found.problems.length === before;
  if (sound && checkPossible(conditionOf(entry), [...path, 'when'], yaml, found)) {
    checkExamples(conditionOf(entry), entry.examples, examples, yaml, found, `motif:${entry.id}`);
  }
  checkExampleNames(entry.examples, examples, set, yaml, found);
}

/** Motif, level, flags and history are decided after it. */
function asksMore(predicate: Predicate): boolean {
  return 'motif' in predicate || 'level' in predicate || 'flag' in predicate || 'prior_contacts_min' in predicate;
}

/** True when the condition cannot hold without words of the mail. */
function hasWords({ all, any }: Condition): boolean {
  const words = (predicate: Predicate): boolean =>
    'any_phrase' in predicate ||
    'all_phrases' in predicate ||
    'regex' in predicate ||
    (('all' in predicate || 'any' in predicate || 'none' in predicate) && hasWords(predicate));
  return all?.some(words) === true || (any !== undefined && any.every(words));
}

/** A rule that gave one would go on doing so when its dates are over. */
function checkRuleOutcomes({ routing, provisional }: LoadedSet, found: Findings): void {
  const names = ids(provisional!.data.provisional_motifs);
  routing.data.rules.forEach((rule, i) => {
    if (rule.then.motif === undefined || !names.has(rule.then.motif)) return;
    found.error(routing.yaml.at(['rules', i, 'then', 'motif']), {
      what: 'une règle ne donne pas de motif provisoire : ses propres phrases le font',
      value: rule.then.motif,
      expected: 'un identifiant de motifs.yaml',
    });
  });
}
