import type { Examples } from '../domain/rulebook.ts';
import type { LoadedSet } from './context.ts';
import type { Place } from './problems.ts';
import type { YamlFile } from './yaml.ts';

/** What a set holds that can be tried one by one, with its place: the rows of a report. */

export interface ExampleSet {
  /** `rule:ceam.commande`, `flag:danger-vital` or `motif:<provisional>`. */
  readonly of: string;
  readonly place: Place;
  readonly count: number;
}

export function exampleSetsOf({ flags, routing, provisional }: LoadedSet): ExampleSet[] {
  const sets = (
    kind: string,
    yaml: YamlFile,
    list: string,
    entries: readonly { readonly id: string; readonly examples: Examples }[],
  ): ExampleSet[] =>
    entries.map(({ id, examples }, i) => ({
      of: `${kind}:${id}`,
      place: yaml.at([list, i, 'id']),
      count: examples.match.length + examples.no_match.length,
    }));
  const named = provisional?.data.provisional_motifs ?? [];
  return [
    ...sets('flag', flags.yaml, 'flags', flags.data.flags),
    ...sets('rule', routing.yaml, 'rules', routing.data.rules),
    ...(provisional === undefined ? [] : sets('motif', provisional.yaml, 'provisional_motifs', named)),
  ];
}

/** Of the scenarios, in their order. */
export function scenarioPlacesOf({ tests }: LoadedSet): Place[] {
  return (tests?.data.tests ?? []).map((_, i) => tests!.yaml.at(['tests', i, 'name']));
}
