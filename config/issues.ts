import { counted } from '../domain/counted.ts';
import { z } from 'zod';
import { problemAt, shorten, suggest, type Problem, type ProblemText } from './problems.ts';
import type { Path, YamlFile } from './yaml.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Record<string, string> = {
  string: 'un texte',
  number: 'un nombre',
  int: 'un nombre entier',
  boolean: 'oui ou non',
  array: 'une liste (des tirets, ou des crochets)',
  object: 'un bloc de clés',
};

/** Validates a parsed file; every fault comes with its place. `data` is only there when there was none. */
export function validate<T extends z.ZodType>(schema: T, yaml: YamlFile): { data?: z.output<T>; problems: Problem[] } {
  if (yaml.problems.length > 0) return { problems: [...yaml.problems] };
  // An empty message stands for "no sentence of our own"; the schema's own sentences win over it.
  const read = schema.safeParse(yaml.value, { error: () => '' });
  if (read.success) return { data: read.data, problems: [] };
  return { problems: read.error.issues.flatMap((issue) => explain(issue, [], schema, yaml)) };
}

function explain(issue: Issue, base: Path, schema: z.ZodType, yaml: YamlFile): Problem[] {
  const path = [...base, ...issue.path] as (string | number)[];
  if (issue.code === 'invalid_union' && issue.message === '') {
    return bestBranch(issue.errors).flatMap((inner) => explain(inner, path, schema, yaml));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) =>
      problemAt(yaml.atKey([...path, key]), {
        what: `clé inconnue « ${shorten(key)} »`,
        expected: `une de ces clés : ${known.join(', ')}`,
        ...optional(suggest(key, known)),
      }),
    );
  }
  const value = valueAt(yaml.value, path);
  if (value === undefined && issue.code !== 'custom') {
    return [problemAt(yaml.at(path), { what: `il manque la clé « ${String(path.at(-1))} »`, ...expectation(issue) })];
  }
  const key = [...path].reverse().find((step) => typeof step === 'string');
  const what = key === undefined ? 'valeur refusée' : `${key} : valeur refusée`;
  const written = yaml.written(path);
  return [
    problemAt(yaml.at(path), {
      what,
      ...(typeof value === 'object' && value !== null ? {} : { value: shorten(written ?? value ?? 'vide') }),
      ...quoted(issue, written),
      ...near(issue, value),
    }),
  ];
}

/** Of the forms a value may take, the one it resembles most: the branch that got furthest in. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]): number =>
    Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'invalid_type' ? 0 : 1)));
  return [...branches].sort((a, b) => depth(b) - depth(a))[0] ?? [];
}

/** `id: 01` is a number to YAML; the cure is a pair of quotes, so say that. */
function quoted(issue: Issue, written: string | undefined): Pick<ProblemText, 'expected'> {
  if (issue.code === 'invalid_type' && issue.expected === 'string' && written !== undefined && written !== '') {
    return { expected: `un texte : mettez-le entre guillemets, "${shorten(written)}"` };
  }
  return expectation(issue);
}

function expectation(issue: Issue): Pick<ProblemText, 'expected'> {
  if (issue.message !== '') return { expected: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      return { expected: TYPES[issue.expected] ?? issue.expected };
    case 'invalid_value':
      return { expected: issue.values.map(String).join(', ') };
    case 'too_small':
      return { expected: bound(issue.origin, issue.inclusive === false ? 'plus de' : 'au moins', issue.minimum) };
    case 'too_big':
      return { expected: bound(issue.origin, issue.inclusive === false ? 'moins de' : 'au plus', issue.maximum) };
    case 'invalid_format':
      return { expected: `la forme ${issue.format}` };
    default:
      return {};
  }
}

function bound(origin: string, words: string, limit: number | bigint): string {
  if (origin === 'string') return `${words} ${counted(Number(limit), 'caractère')}`;
  return `${words} ${origin === 'array' ? counted(Number(limit), 'élément') : limit}`;
}

function near(issue: Issue, value: unknown): Pick<ProblemText, 'did_you_mean'> {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return {};
  return optional(suggest(value, issue.values.map(String)));
}

function optional(did_you_mean: string | undefined): Pick<ProblemText, 'did_you_mean'> {
  return did_you_mean === undefined ? {} : { did_you_mean };
}

/** A scalar where a list may stand keeps its place although the schema sees a list of one. */
function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here === 'object' && here !== null) here = (here as Record<string | number, unknown>)[step];
    else return here;
  }
  return here;
}

/** The keys the schema knows at `path`, for "did you mean". */
export function keysAt(schema: z.ZodType, path: Path): string[] {
  let here: z.ZodType | undefined = schema;
  for (const step of path) {
    here = open(here);
    if (here instanceof z.ZodObject) here = (here.shape as Record<string, z.ZodType>)[String(step)];
    else if (here instanceof z.ZodArray) here = here.element as z.ZodType;
    else return [];
  }
  here = open(here);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

/** Takes off what wraps a schema: optional, default, preprocess, transform, lazy, the object among a union's forms. */
function open(schema: z.ZodType | undefined): z.ZodType | undefined {
  let here = schema;
  for (let i = 0; i < 20 && here !== undefined; i++) {
    if (here instanceof z.ZodOptional || here instanceof z.ZodDefault) here = here.unwrap() as z.ZodType;
    else if (here instanceof z.ZodPipe) here = (here.in instanceof z.ZodTransform ? here.out : here.in) as z.ZodType;
    else if (here instanceof z.ZodLazy) here = here.unwrap() as z.ZodType;
    else if (here instanceof z.ZodUnion)
      here = here.options.find((form) => open(form as z.ZodType) instanceof z.ZodObject) as z.ZodType | undefined;
    else return here;
  }
  return here;
}
