import { cleanText } from './clean.ts';

/** Tags that end and begin a line in the plain stripper. */
const BREAKS = new Set(['br', 'p', 'div', 'tr', 'li', 'table', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'blockquote', 'hr']);
/** Their content is not text. */
const RAW = new Set(['script', 'style', 'title']);
const VOID = new Set([
  'br',
  'img',
  'hr',
  'meta',
  'link',
  'input',
  'col',
  'area',
  'base',
  'wbr',
  'source',
  'embed',
  'param',
  'p',
  'li',
  'td',
  'tr',
  'o:p',
  'font',
]);

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  /** Offset after the tag. */
  readonly end: number;
}

/** The tag that begins at `at` (a "<"), or undefined when it is a lone character such as « < 30 jours ». */
function tagAt(html: string, at: number): Tag | undefined {
  if (html.startsWith('<!--', at)) {
    const end = html.indexOf('-->', at + 4);
    return { name: '!', closing: false, end: end < 0 ? html.length : end + 3 };
  }
  const match = /^<(\/?)([a-zA-Z!?][a-zA-Z0-9:-]{0,30})/.exec(html.slice(at, at + 40));
  if (match === null) return undefined;
  const end = html.indexOf('>', at + match[0].length);
  return { name: match[2]!.toLowerCase(), closing: match[1] === '/', end: end < 0 ? html.length : end + 1 };
}

/** How deep the elements of a page stand in each other at most; linear. */
export function nesting(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const tag = tagAt(html, at);
    at = tag?.end ?? at + 1;
    if (tag === undefined || VOID.has(tag.name) || tag.name.startsWith('!')) continue;
    depth = tag.closing ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ecirc: 'ê',
  ccedil: 'ç',
  ugrave: 'ù',
  ocirc: 'ô',
  icirc: 'î',
  acirc: 'â',
  ucirc: 'û',
  euml: 'ë',
  iuml: 'ï',
  oelig: 'œ',
  euro: '€',
  rsquo: '’',
  lsquo: '‘',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  deg: '°',
};

function unescape(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

/** Offset of `</name` in any case, -1 when there is none. */
function closingTag(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? -1;
}

/** Tags off, entities decoded, in one pass whatever the nesting. For what the real conversion must not be given. */
export function stripTags(html: string): string {
  const out: string[] = [];
  /** Names whose closing tag is known not to come any more: looking again each time would be quadratic. */
  const unclosed = new Set<string>();
  let from = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', from)) {
    out.push(html.slice(from, at));
    const tag = tagAt(html, at);
    if (tag === undefined) {
      out.push('<');
      from = at + 1;
      continue;
    }
    from = tag.end;
    if (BREAKS.has(tag.name)) out.push('\n');
    else if (tag.name === 'td' || tag.name === 'th') out.push(' ');
    if (RAW.has(tag.name) && !tag.closing && !unclosed.has(tag.name)) {
      const end = closingTag(html, tag.name, from);
      // An unclosed <style> would swallow the mail: then its content is shown rather than lost.
      if (end >= 0) from = end;
      else unclosed.add(tag.name);
    }
  }
  out.push(html.slice(from));
  return cleanText(
    unescape(out.join(''))
      .replace(/[ \t\u00a0]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n'),
  ).trim();
}
