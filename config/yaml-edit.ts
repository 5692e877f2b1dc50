import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { AiguillageError } from '../domain/errors.ts';
import type { Path } from './yaml.ts';

/**
 * Changes one place of a YAML text and leaves every other byte as it is: comments, order, quotes and blank lines are the
 * supervisor's own. The library would write the whole document anew; here its ranges say where to cut.
 * All functions throw AiguillageError BAD_INPUT where the place does not exist or the result would not read as meant.
 */

/** What is written: plain values, in the order of their keys. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Sets the scalar at a path; a key that is not there yet is added at the end of its map. */
export function setScalar(text: string, path: Path, value: string | number | boolean): string {
  const document = read(text);
  const node = document.getIn(path, true);
  if (isScalar(node) && node.range != null) {
    const written = isFlowAt(document, path) ? inline(value) : scalar(value);
    return checked(text, splice(text, node.range[0], node.range[1], written), path, value);
  }
  const [key, map] = [String(path.at(-1)), document.getIn(path.slice(0, -1), true)];
  if (node !== undefined || !isMap(map) || map.items.length === 0) throw missing(path);
  if (map.flow === true) return checked(text, intoFlow(text, map, `${key}: ${inline(value)}`), path, value);
  const at = lineEnd(text, endOf(text, map));
  return checked(
    text,
    splice(text, at, at, `\n${pad(columnOf(text, firstKey(map)))}${key}: ${scalar(value)}`),
    path,
    value,
  );
}

/**
 * Adds an item to a list.
 * @param before the index it takes; at the end when left out
 */
export function addItem(text: string, path: Path, item: YamlValue, before?: number): string {
  const document = read(text);
  const list = document.getIn(path, true);
  if (!isSeq(list) || list.range == null) throw missing(path);
  const index = before ?? list.items.length;
  if (index < 0 || index > list.items.length) throw missing(path);
  return checked(text, withItem(text, document, list, path, item, index), [...path, index], item, 'insert');
}

function withItem(text: string, document: Document, list: YAMLSeq, path: Path, item: YamlValue, index: number): string {
  const [start, end] = list.range!;
  if (list.flow === true && list.items.length > 0) {
    if (index === list.items.length) return intoFlow(text, list, inline(item));
    const at = (list.items[index] as Node).range![0];
    return splice(text, at, at, `${inline(item)}, `);
  }
  if (list.flow === true) {
    const owner = document.getIn(path.slice(0, -1), true);
    if (!isMap(owner) || owner.flow === true) return splice(text, start, end, `[${inline(item)}]`);
    // « key: [] » becomes a list of lines, under its key.
    const column = columnOf(text, firstKey(owner)) + 2;
    return splice(text, blankBefore(text, start), end, `\n${block(item, column)}`);
  }
  const dashes = list.items.map((one) => dashBefore(text, (one as Node).range![0]));
  const column = dashes[0]! - lineStart(text, dashes[0]!);
  if (index < list.items.length) {
    const at = aboveComments(text, lineStart(text, dashes[index]!));
    return splice(text, at, at, `${block(item, column)}\n`);
  }
  const at = lineEnd(text, endOf(text, list.items.at(-1) as Node));
  return splice(text, at, at, `\n${block(item, column)}`);
}

/** The result must say what the text said, and this one thing more. */
function checked(before: string, after: string, path: Path, value: YamlValue, how: 'set' | 'insert' = 'set'): string {
  const meant = JSON.parse(JSON.stringify(read(before).toJS())) as unknown;
  let place = meant as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (how === 'insert') (place as unknown as unknown[]).splice(Number(last), 0, value);
  else place[last] = value;
  const document = parseDocument(after);
  const said: unknown = document.errors.length > 0 ? undefined : JSON.parse(JSON.stringify(document.toJS()));
  if (!isDeepStrictEqual(said, JSON.parse(JSON.stringify(meant)))) throw missing(path);
  return after;
}

function read(text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new AiguillageError('BAD_INPUT', 'The file is not readable YAML.');
  return document;
}

const missing = (path: Path): AiguillageError =>
  new AiguillageError('BAD_INPUT', `Nothing can be written at ${path.join('.')}.`);

/** Lines of one item of a list whose dashes stand in `column`. */
function block(item: YamlValue, column: number): string {
  const lines = stringify([item], { lineWidth: 0, blockQuote: false }).trimEnd().split('\n');
  return lines.map((line) => (line === '' ? line : pad(column) + line)).join('\n');
}

const scalar = (value: string | number | boolean): string =>
  stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();

/** Between brackets a comma or a bracket would end a plain word: everything is quoted that is not a number. */
function inline(value: YamlValue): string {
  if (typeof value === 'string') return /^[\p{L}][\p{L}\p{N}.-]*$/u.test(value) ? scalar(value) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one: YamlValue) => inline(one)).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value as Record<string, YamlValue>).map(([key, one]) => `${key}: ${inline(one)}`);
  return `{ ${pairs.join(', ')} }`;
}

/** With the line ends the text has. */
const splice = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + (text.includes('\r\n') ? by.replaceAll('\n', '\r\n') : by) + text.slice(end);
const pad = (columns: number): string => ' '.repeat(columns);
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  const stop = end === -1 ? text.length : end;
  return text[stop - 1] === '\r' ? stop - 1 : stop;
};
const columnOf = (text: string, at: number): number => at - lineStart(text, at);

function firstKey(map: YAMLMap): number {
  return (map.items[0]!.key as Node).range![0];
}

/** The last character that belongs to a node, without the blank lines and comments behind it. */
function endOf(text: string, node: Node): number {
  let last = node;
  // The range of a list of lines ends behind what follows it; its last leaf knows better.
  while ((isMap(last) || isSeq(last)) && last.flow !== true && last.items.length > 0) {
    const item: unknown = isMap(last) ? (last.items.at(-1)!.value ?? last.items.at(-1)!.key) : last.items.at(-1);
    last = item as Node;
  }
  return text.slice(0, last.range![1]).trimEnd().length;
}

function dashBefore(text: string, at: number): number {
  const dash = text.lastIndexOf('-', at - 1);
  if (dash < lineStart(text, at)) throw new AiguillageError('BAD_INPUT', 'A list is written in an unusual way.');
  return dash;
}

/** Comments right above an item are about it; a heading (« # --- … ») is about all that follows. */
function aboveComments(text: string, at: number): number {
  let start = at;
  while (start > 0) {
    const before = lineStart(text, start - 1);
    const line = text.slice(before, start).trim();
    if (!line.startsWith('#') || /^#\s*(?:---|===)/.test(line)) break;
    start = before;
  }
  return start;
}

function blankBefore(text: string, at: number): number {
  return text.slice(0, at).replace(/[ \t]+$/, '').length;
}

/** Behind the last item of « [a, b] » or « { a: 1 } ». */
function intoFlow(text: string, node: YAMLMap | YAMLSeq, written: string): string {
  const close = text.lastIndexOf(isSeq(node) ? ']' : '}', node.range![1] - 1);
  const at = text.slice(0, close).replace(/[\s,]+$/, '').length;
  return splice(text, at, at, `, ${written}`);
}

function isFlowAt(document: Document, path: Path): boolean {
  return path.some((_, i) => {
    const node = document.getIn(path.slice(0, i), true);
    return (isMap(node) || isSeq(node)) && node.flow === true;
  });
}
