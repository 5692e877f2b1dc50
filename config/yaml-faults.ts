import type { YAMLError } from 'yaml';

/** What the YAML library says, for people who never met YAML. */
const SENTENCES: Record<string, string> = {
  DUPLICATE_KEY: 'cette clé est écrite deux fois dans le même bloc',
  TAB_AS_INDENT: 'une tabulation sert de retrait ; utilisez des espaces',
  BAD_INDENT: 'le retrait (les espaces en début de ligne) ne correspond pas au bloc',
  MISSING_CHAR: 'il manque un guillemet, un crochet, une accolade ou un deux-points',
  UNEXPECTED_TOKEN: 'ce signe n’a pas sa place ici',
  BLOCK_AS_IMPLICIT_KEY: 'un deux-points de trop : mettez le texte entre guillemets',
  MULTILINE_IMPLICIT_KEY: 'une clé tient sur une seule ligne ; il manque sans doute un deux-points',
  BAD_ALIAS: 'ce renvoi (*nom) ne désigne rien',
  MULTIPLE_DOCS: 'le fichier contient plusieurs documents',
  TAG_RESOLVE_FAILED: 'les étiquettes « ! » ne sont pas admises',
  BAD_SCALAR_START: 'un texte qui commence par ce signe doit être entre guillemets',
};

/** Blanks that look like a space and are none to YAML: non-breaking, thin, figure, ideographic, zero-width. */
export const FALSE_SPACE = /[\u00A0\u202F\u2007\u2009\u3000\u200B]/u;
export const FALSE_SPACE_SAID = 'une espace insécable s’est glissée ici ; remplacez-la par une espace ordinaire';

/** A fault as it is told: where it was made, which is often not where the library noticed it. */
export interface Told {
  /** Offset into the text. */
  readonly at: number;
  readonly what: string;
}

/** Lines around the place the library names in which the real fault may stand. */
const LINES_BEFORE = 2;
const LINES_AFTER = 1;
/** So far back an open bracket is looked for. */
const BRACKET_LINES_MAX = 40;

/** Finds out what was mistyped, from the little the library says of it. */
export function tellFault({ code, message, pos }: Pick<YAMLError, 'code' | 'message' | 'pos'>, text: string): Told {
  const at = Math.min(pos[0], text.length);
  if (code === 'DUPLICATE_KEY' || code === 'TAG_RESOLVE_FAILED') return { at, what: SENTENCES[code]! };
  const blank = falseBlank(text, at);
  if (blank !== undefined) return blank;
  const bracket = /flow (?:sequence|map)\b.* end with/i.test(message) ? openBracket(text, at) : undefined;
  if (bracket !== undefined) return bracket;
  if (/Sequence item without - indicator|must start at the same column/.test(message))
    return { at: firstSign(text, at), what: SENTENCES['BAD_INDENT']! };
  if (/Missing closing .?quote/.test(message)) return { at, what: 'il manque le guillemet qui ferme ce texte' };
  return missingColon(text, at) ?? { at, what: SENTENCES[code] ?? `le YAML n’est pas lisible ici (${code})` };
}

/** A tabulation or a non-breaking space where only spaces count: in the indentation, or behind « : » and « - ». */
function falseBlank(text: string, at: number): Told | undefined {
  const { starts, index } = linesAround(text, at);
  const order = [...Array(LINES_BEFORE + 1 + LINES_AFTER).keys()].map((i) => index - LINES_BEFORE + i);
  for (const line of order) {
    const start = starts[line];
    if (start === undefined) continue;
    const shown = text.slice(start).split('\n', 1)[0]!;
    const indent = /^[\s\u200B]*/u.exec(shown)![0];
    const tab = indent.indexOf('\t');
    if (tab >= 0 && indent.length < shown.length) return { at: start + tab, what: SENTENCES['TAB_AS_INDENT']! };
    const found = FALSE_SPACE.exec(indent) ?? undefined;
    if (found !== undefined && indent.length < shown.length) return { at: start + found.index, what: FALSE_SPACE_SAID };
    const behind = /^\s*(?:-|(?:- +)?[\w-]+ ?:)(?=[\u00A0\u202F\u2007\u2009\u3000\u200B])/u.exec(shown);
    if (behind !== null) return { at: start + behind[0].length, what: FALSE_SPACE_SAID };
  }
  return undefined;
}

/** The bracket that is still open before `at`. Quotes count only where a text may begin, or « l'agent » would open one. */
function openBracket(text: string, at: number): Told | undefined {
  const { starts, index } = linesAround(text, at);
  const open: number[] = [];
  let quote = '';
  for (let i = starts[Math.max(0, index - BRACKET_LINES_MAX)]!; i < at; i += 1) {
    const sign = text[i]!;
    if (quote !== '') {
      if (sign === '\\' && quote === '"') i += 1;
      else if (sign === quote) quote = '';
    } else if (/["']/.test(sign) && /[\s,:[{]/.test(text[i - 1] ?? ' ')) quote = sign;
    else if (sign === '#' && /\s/.test(text[i - 1] ?? ' ')) i = (text.indexOf('\n', i) + 1 || at) - 1;
    else if (sign === '[' || sign === '{') open.push(i);
    else if (sign === ']' || sign === '}') open.pop();
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const [name, end] = text[last] === '[' ? ['ce crochet « [ »', ']'] : ['cette accolade « { »', '}'];
  return { at: last, what: `${name} ne se ferme pas : il manque « ${end} », ou la suite n’est pas assez en retrait` };
}

/** « then { … } » without its colon: the library complains of the colons inside. */
function missingColon(text: string, at: number): Told | undefined {
  const { starts, index } = linesAround(text, at);
  const start = starts[index]!;
  const found = /^\s*(?:- +)?([a-z_]+)(?= *[[{])/.exec(text.slice(start).split('\n', 1)[0]!);
  return found === null
    ? undefined
    : { at: start + found[0].length, what: `il manque un deux-points après « ${found[1]!} »` };
}

/** Offset of the first sign of the line. */
function firstSign(text: string, at: number): number {
  const { starts, index } = linesAround(text, at);
  return starts[index]! + /^ */.exec(text.slice(starts[index]))![0].length;
}

/** Where lines begin, and which of them holds `at`. */
function linesAround(text: string, at: number): { starts: number[]; index: number } {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return { starts, index: starts.findLastIndex((start) => start <= at) };
}
