import type { z } from 'zod';
import type { ReplyTemplate } from '../domain/rulebook.ts';
import type { LoadedTemplate } from './context.ts';
import { validate } from './issues.ts';
import { LIMITS } from './limits.ts';
import { problemAt, type Place, type Problem } from './problems.ts';
import { templateHead } from './schema-desk.ts';
import { parseYaml, type YamlFile } from './yaml.ts';

/** replies/*.md: a framed text; what may stand in `{{…}}` is in domain/template.ts. */
export function readTemplate(file: string, text: string): { template?: LoadedTemplate; problems: Problem[] } {
  const { framed, problems } = readFramed(file, text, templateHead);
  if (framed === undefined) return { problems };
  const { head, body, yaml, bodyAt } = framed;
  return { template: { data: { ...(head as Omit<ReplyTemplate, 'body'>), body }, yaml, bodyAt }, problems };
}

export interface Framed<Head> {
  readonly head: Head;
  readonly yaml: YamlFile;
  readonly body: string;
  /** Place of an offset of the body. */
  bodyAt(offset: number): Place;
}

/**
 * A head between two lines `---`, a plain text, and `...` as the last line: a file cut short is refused, as for YAML.
 */
export function readFramed<T extends z.ZodType>(
  file: string,
  text: string,
  schema: T,
): { framed?: Framed<z.output<T>>; problems: Problem[] } {
  const at = (line: number, col = 1): Place => ({ file, line, col });
  const lines = text.split('\n');
  const close = lines.indexOf('---', 1);
  if (lines[0] !== '---' || close < 0) {
    return {
      problems: [
        problemAt(at(1), {
          what: 'le modèle n’a pas d’en-tête',
          expected: 'une ligne « --- », les clés, une ligne « --- », puis le texte',
        }),
      ],
    };
  }
  let last = lines.length - 1;
  while (last > close && lines[last] === '') last -= 1;
  if (lines[last] !== '...') {
    return {
      problems: [
        problemAt(at(last + 1, (lines[last] ?? '').length + 1), {
          what: 'le fichier est coupé : la dernière ligne manque',
          expected: 'une dernière ligne « ... »',
        }),
      ],
    };
  }
  const yaml = parseYaml(file, `${lines.slice(1, close).join('\n')}\n`, { first_line: 2, marker: false });
  const head = validate(schema, yaml);
  if (head.data === undefined) return { problems: head.problems };
  const first = lines.findIndex((line, i) => i > close && line !== '');
  const body = lines.slice(first, last).join('\n').trimEnd();
  if (body === '' || first >= last)
    return { problems: [problemAt(at(close + 2), { what: 'le modèle n’a pas de texte' })] };
  if (body.length > LIMITS.template_chars_max) {
    return {
      problems: [
        problemAt(at(first + 1), {
          what: 'texte trop long',
          expected: `au plus ${LIMITS.template_chars_max} caractères`,
        }),
      ],
    };
  }
  const bodyAt = (offset: number): Place => {
    const before = body.slice(0, offset).split('\n');
    return at(first + before.length, before.at(-1)!.length + 1);
  };
  return { framed: { head: head.data, yaml, body, bodyAt }, problems: [] };
}
