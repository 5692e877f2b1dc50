import { cleanLine } from './clean.ts';
import { allValues, type HeaderField } from './headers.ts';

interface MethodResult {
  readonly method: string;
  readonly result: string;
  /** `header.d`, `smtp.mailfrom`, … */
  readonly properties: ReadonlyMap<string, string>;
}

/**
 * The statements of an Authentication-Results value between its semicolons (RFC 8601 §2.2). Comments go and quoted
 * strings stay whole: both may carry text of the sender, such as `(dmarc=pass header.from=bank.example)`.
 */
function statements(value: string): string[][] {
  const all: string[][] = [];
  let words: string[] = [];
  let word = '';
  let depth = 0;
  let quoted = false;
  const endWord = (): void => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (let i = 0; i < value.length; i += 1) {
    const c = value[i]!;
    if (c === '\\' && (quoted || depth > 0)) {
      i += 1;
      if (quoted) word += '?';
    } else if (depth > 0) {
      if (c === '(') depth += 1;
      else if (c === ')') depth -= 1;
    } else if (quoted) {
      if (c === '"') quoted = false;
      // A quoted value is one opaque word: nothing in it may look like a separator or a property.
      else word += /[\s=;]/.test(c) ? '?' : c;
    } else if (c === '(') depth = 1;
    else if (c === '"') quoted = true;
    else if (c === ';') {
      endWord();
      all.push(words);
      words = [];
    } else if (/\s/.test(c)) endWord();
    else word += c;
  }
  endWord();
  all.push(words);
  return all;
}

/** `a = b` may be written with spaces around the sign. */
function joinEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (last !== undefined && (word.startsWith('=') || last.endsWith('='))) joined[joined.length - 1] = last + word;
    else joined.push(word);
  }
  return joined;
}

function readMethod(words: readonly string[]): MethodResult | undefined {
  const [head, ...rest] = joinEquals(words).map((word) => word.toLowerCase());
  const match = /^([a-z0-9-]+)(?:\/\d+)?=([a-z]+)$/.exec(head ?? '');
  if (match === null) return undefined;
  const properties = new Map<string, string>();
  for (const word of rest) {
    const equals = word.indexOf('=');
    if (equals > 0 && !properties.has(word.slice(0, equals)))
      properties.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return { method: match[1]!, result: match[2]!, properties };
}

function domainOf(value: string | undefined): string {
  const domain = (value ?? '').split('@').at(-1) ?? '';
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain) && domain.length <= 253 ? domain : '';
}

const isAligned = (domain: string, from: string): boolean => domain === from || from.endsWith(`.${domain}`);

/**
 * The domain that passed DMARC, else DKIM, else SPF, according to the topmost Authentication-Results field of a server
 * in `trusted` (authserv-ids, RFC 8601 §2.5); null when there is none. Results for the domain in From come first. A
 * failed DMARC overrides a passed SPF or DKIM: those then speak of a relay, not of the author (RFC 7489 §6.6.2).
 */
export function authenticatedDomain(
  fields: readonly HeaderField[],
  trusted: readonly string[],
  from_address: string,
): string | null {
  const ids = new Set(trusted.map((id) => id.toLowerCase()));
  if (ids.size === 0) return null;
  for (const value of allValues(fields, 'authentication-results')) {
    const [server, ...rest] = statements(cleanLine(value, 8_000));
    // authserv-id, optionally followed by a version number
    if (!ids.has((server?.[0] ?? '').toLowerCase())) continue;
    const results = rest.map(readMethod).filter((result) => result !== undefined);
    const from = domainOf(from_address);
    const dmarc = results.find((result) => result.method === 'dmarc');
    if (dmarc !== undefined && dmarc.result === 'fail') return null;
    if (dmarc?.result === 'pass') {
      const domain = domainOf(dmarc.properties.get('header.from')) || from;
      if (domain !== '') return domain;
    }
    const passed = results.filter((result) => result.result === 'pass');
    const dkim = passed
      .filter((result) => result.method === 'dkim')
      .map(({ properties }) => domainOf(properties.get('header.d') ?? properties.get('header.i')));
    const spf = passed
      .filter((result) => result.method === 'spf')
      .map(({ properties }) => domainOf(properties.get('smtp.mailfrom') ?? properties.get('smtp.helo')));
    const domains = [...dkim, ...spf].filter((domain) => domain !== '');
    return domains.find((domain) => isAligned(domain, from)) ?? domains[0] ?? null;
  }
  return null;
}
