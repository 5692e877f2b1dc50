import type { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';

/** A line that is longer than it may be, of which nothing was kept. */
export const TOO_LONG = Symbol('too long');

const RETURN = '\r';

/**
 * The lines of a stream, as many at a time as have come. Ended by a line feed, a carriage return or both; U+2028, which
 * other readers cut at, may stand inside a JSON text. A line of more than `chars_max` characters is not held in memory.
 */
export async function* linesOf(
  input: NodeJS.ReadableStream,
  chars_max: number,
): AsyncGenerator<readonly (string | typeof TOO_LONG)[]> {
  input.setEncoding('utf8');
  /** The beginning of a line whose end has not come. */
  let pieces: string[] = [];
  let chars = 0;
  const keep = (piece: string): void => {
    chars += piece.length;
    if (chars > chars_max) pieces = [];
    else pieces.push(piece);
  };
  const take = (into: (string | typeof TOO_LONG)[]): void => {
    const line = chars > chars_max ? TOO_LONG : pieces.join('');
    pieces = [];
    chars = 0;
    if (line === TOO_LONG || !line.includes(RETURN)) into.push(line);
    else into.push(...(line.endsWith(RETURN) ? line.slice(0, -1) : line).split(RETURN));
  };
  for await (const chunk of input as AsyncIterable<string>) {
    const lines: (string | typeof TOO_LONG)[] = [];
    let from = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      keep(chunk.slice(from, at));
      take(lines);
      from = at + 1;
    }
    if (from < chunk.length) keep(chunk.slice(from));
    if (lines.length > 0) yield lines;
  }
  const last: (string | typeof TOO_LONG)[] = [];
  if (chars > 0) take(last);
  if (last.length > 0) yield last;
}

/**
 * One line of `--jsonl` input, read by its schema; undefined where it cannot be read, which is told on stderr.
 * @param number of the line, from 1
 * @param chars_max named when the line was longer
 * @param isPlain what it says yes to is not shown to the schema, which takes longer than reading the JSON
 */
export function readJsonLine<T>(
  text: string | typeof TOO_LONG,
  number: number,
  schema: z.ZodType<T>,
  chars_max: number,
  isPlain?: (value: unknown) => value is T,
): T | undefined {
  try {
    return parseLine(text, number, schema, chars_max, isPlain);
  } catch (error) {
    if (!(error instanceof AiguillageError)) throw error;
    process.stderr.write(`aiguillage: ${error.message}\n`);
    return undefined;
  }
}

function parseLine<T>(
  text: string | typeof TOO_LONG,
  number: number,
  schema: z.ZodType<T>,
  chars_max: number,
  isPlain?: (value: unknown) => value is T,
): T {
  if (text === TOO_LONG) throw new AiguillageError('BAD_INPUT', `Line ${number}: longer than ${chars_max} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AiguillageError('BAD_INPUT', `Line ${number}: not a JSON object.`);
  }
  if (isPlain?.(value) === true) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AiguillageError(
    'BAD_INPUT',
    `Line ${number}, field ${issue.path.join('.') || '(root)'}: ${issue.message}.`,
  );
}
