import { NEGATIONS, tokenize } from '../text/tokens.ts';
import { readWords } from './words.ts';

/**
 * Phrases, as supervisors write them:
 *   bon de transport        these words in this order, whatever the accents, capitals, plurals and apostrophes
 *   opéré(e) … demain       `…` (or `...`): up to four words in between, inside one sentence
 *   suicid*                 a word that begins so
 *   (mon|ma) (mari|femme)   one of these, of one or more words; `(de|)` may be missing
 *   en finir.               a final dot: the sentence, or this part of it, must end there
 * A phrase that holds no negation does not match a negated text: « suicid* » leaves « je ne suis pas suicidaire ».
 */
export interface Step {
  readonly kind: 'word' | 'prefix';
  readonly text: string;
}
/** One place in a phrase: a gap, or the forms that may stand there; an empty form means that nothing need stand. */
export type Node = { readonly kind: 'gap' } | { readonly kind: 'forms'; readonly forms: readonly (readonly Step[])[] };

export interface Phrase {
  readonly source: string;
  /** It must stand at the end of its sentence or clause. */
  readonly final: boolean;
  readonly nodes: readonly Node[];
  /** It holds a negation itself, so a negation in the text does not turn it round. */
  readonly negative: boolean;
}

export const GAP_WORDS_MAX = 4;
/** Each gap multiplies the tries at a word by five. */
const GAPS_MAX = 3;
const NODES_MAX = 16;
const FORMS_MAX = 60;
const FORM_WORDS_MAX = 8;
/** Short prefixes match half of the language (« in* »). */
const PREFIX_CHARS_MIN = 3;

/** A phrase that cannot be used; the message says why, in French, for `rules check`. */
export class PhraseError extends Error {}

/** A pair of parentheses with what is glued to it; inside, only endings (« opéré(e) ») may have some of their own. */
const GROUP = /([\p{L}\p{N}]*)\(((?:[^()]|(?<=[\p{L}\p{N}])\(\p{L}+\))*)\)([\p{L}\p{N}]*)/gu;
const ENDING = /\((\p{L}+)\)/u;
const GAP = /…|\.\.\./u;

/** A set is checked, then compiled: each of its phrases is asked for several times. */
const parsed = new Map<string, Phrase>();
const PARSED_MAX = 40_000;

/** @throws PhraseError */
export function parsePhrase(source: string): Phrase {
  let phrase = parsed.get(source);
  if (phrase === undefined) {
    phrase = parse(source);
    if (parsed.size >= PARSED_MAX) parsed.clear();
    parsed.set(source, phrase);
  }
  return phrase;
}

function parse(source: string): Phrase {
  const nodes = /[()]/.test(source) ? groupedNodes(source) : plainNodes(source);
  check(nodes);
  // « mort-né » denies nothing; « (n'ai|pas) … » does.
  const negative = source.split(/[\s()|]+/u).some((piece) => readPiece(piece).negative);
  return { source, nodes, negative, final: /[^.]\.\s*$/u.test(source) };
}

function groupedNodes(source: string): Node[] {
  if (/[()]/.test(source.replace(GROUP, '')))
    throw new PhraseError('des parenthèses qui se ferment, sans autre groupe dedans');
  const nodes: Node[] = [];
  let at = 0;
  for (const match of source.matchAll(GROUP)) {
    nodes.push(...plainNodes(source.slice(at, match.index)), groupNode(match[1]!, match[2]!, match[3]!));
    at = match.index + match[0].length;
  }
  return [...nodes, ...plainNodes(source.slice(at))];
}

function plainNodes(text: string): Node[] {
  return text.split(GAP).flatMap((piece, i) => {
    const words = stepsOf(piece).map((step): Node => ({ kind: 'forms', forms: [[step]] }));
    return i === 0 ? words : [{ kind: 'gap' }, ...words];
  });
}

/** `(a|b)`, or glued to a word its endings: `opéré(e)`, `envoy(é|er)`. */
function groupNode(before: string, inside: string, after: string): Node {
  const glued = before !== '' || after !== '';
  if (!glued && !inside.includes('|'))
    throw new PhraseError('une seule forme entre parenthèses ; écrivez (a|b) ou (a|)');
  if (GAP.test(inside)) throw new PhraseError('« … » se met hors des parenthèses');
  const endings = inside.includes('|') ? inside.split('|') : ['', inside];
  const forms = endings.flatMap((ending) => withEndings(before + ending.trim() + after)).map(stepsOf);
  if (forms.length > FORMS_MAX) throw new PhraseError(`plus de ${FORMS_MAX} formes entre parenthèses`);
  if (forms.some((form) => form.length > FORM_WORDS_MAX))
    throw new PhraseError(`plus de ${FORM_WORDS_MAX} mots dans une forme`);
  return { kind: 'forms', forms };
}

/** « opéré(e) » inside a group stands for both. */
function withEndings(form: string): string[] {
  return ENDING.test(form) ? [form.replace(ENDING, ''), form.replace(ENDING, '$1')].flatMap(withEndings) : [form];
}

function stepsOf(text: string): Step[] {
  return text.split(/\s+/u).flatMap((piece) => {
    const { steps, wrong } = readPiece(piece);
    if (wrong !== undefined) throw new PhraseError(wrong);
    return steps;
  });
}

/** What stands between two spaces of a phrase. */
interface Piece {
  readonly steps: readonly Step[];
  readonly negative: boolean;
  readonly wrong: string | undefined;
}

/** Thousands of phrases are made of the same few hundred words. */
const pieces = new Map<string, Piece>();
const PIECES_MAX = 20_000;

function readPiece(text: string): Piece {
  let piece = pieces.get(text);
  if (piece === undefined) {
    const negative = readWords(text).some((word) => NEGATIONS.has(word.text) && !word.accented);
    piece = { negative, ...pieceSteps(text) };
    if (pieces.size >= PIECES_MAX) pieces.clear();
    pieces.set(text, piece);
  }
  return piece;
}

function pieceSteps(text: string): Pick<Piece, 'steps' | 'wrong'> {
  const found: Step[] = [];
  // Cut after each star: what stands before it are whole words and, last, the beginning of one.
  for (const part of text.split(/(?<=\*)/u)) {
    const steps = readWords(part).map((word): Step => ({ kind: 'word', text: word.text }));
    if (!part.endsWith('*')) {
      found.push(...steps);
      continue;
    }
    const beginning = tokenize(part).at(-1);
    if (beginning === undefined || beginning.end !== part.length - 1)
      return { steps: [], wrong: '« * » se met à la fin d’un mot' };
    if (beginning.text.length < PREFIX_CHARS_MIN)
      return { steps: [], wrong: `au moins ${PREFIX_CHARS_MIN} lettres avant « * »` };
    found.push(...steps.slice(0, -1), { kind: 'prefix', text: beginning.text });
  }
  return { steps: found, wrong: undefined };
}

function check(nodes: readonly Node[]): void {
  const gaps = nodes.filter((node) => node.kind === 'gap').length;
  if (nodes[0]?.kind === 'gap' || nodes.at(-1)?.kind === 'gap') throw new PhraseError('« … » se met entre deux mots');
  if (gaps > GAPS_MAX) throw new PhraseError(`plus de ${GAPS_MAX} « … »`);
  if (nodes.length > NODES_MAX) throw new PhraseError(`plus de ${NODES_MAX} mots`);
  if (nodes.every((node) => node.kind === 'gap' || node.forms.some((form) => form.length === 0)))
    throw new PhraseError('aucun mot');
}
