import { foldText } from '../domain/text/fold.ts';
import { decodeBytes } from './charset.ts';
import { cleanText } from './clean.ts';
import { unflow } from './flowed.ts';
import { htmlToPlain } from './html.ts';
import type { MimeNode, TextLeaf } from './mime.ts';

/** The words of a mail, chosen among its parts. */
export interface ChosenText {
  readonly text: string;
  /** Content of message/delivery-status parts (RFC 3464): for machines, not for the reader. */
  readonly delivery_status: string;
  /** A part was longer than what is kept of it. */
  readonly truncated: boolean;
  /** Text parts that were looked at. */
  readonly leaves: number;
}

interface Choice {
  text: string;
  html: boolean;
}

interface Context {
  delivery_status: string;
  truncated: boolean;
  leaves: number;
}

/** A plain part this long is taken without a look at the HTML beside it. */
const PLAIN_ENOUGH_CHARS = 300;
const LOOKS_HTML = /^\s*<(?:!doctype html|html|head|body|div|p|table|span|meta)\b/i;

/** Text of a MIME tree: one of each multipart/alternative, the others one after the other. */
export function chooseText(root: MimeNode | undefined): ChosenText {
  const context: Context = { delivery_status: '', truncated: false, leaves: 0 };
  const text = root === undefined ? '' : read(root, context).text.trim();
  return { text, ...context };
}

function read(node: MimeNode, context: Context): Choice {
  const children = node.children;
  if (node.leaf !== undefined && children.length === 0) return readLeaf(node.leaf, context);
  if (node.type === 'multipart/alternative') return pick(children, context);
  // « text/html; boundary=… » with parts in it: both the words before them and theirs.
  const own = node.leaf === undefined ? [] : [readLeaf(node.leaf, context)];
  const choices = [...own, ...children.map((child) => read(child, context))].filter(({ text }) => text.trim() !== '');
  return {
    text: withoutTwins(choices)
      .map((choice) => choice.text)
      .join('\n'),
    html: choices.some((choice) => choice.html),
  };
}

function readLeaf(leaf: TextLeaf, context: Context): Choice {
  context.leaves += 1;
  if (leaf.truncated) context.truncated = true;
  const bytes = Buffer.concat(leaf.bytes);
  if (leaf.type === 'message/delivery-status') {
    context.delivery_status += `${cleanText(decodeBytes(bytes, leaf.charset))}\n\n`;
    return { text: '', html: false };
  }
  const text = decodeBytes(bytes, leaf.charset || declaredInHtml(leaf.type, bytes));
  if (leaf.type === 'text/html' || LOOKS_HTML.test(text.slice(0, 500))) return { text: htmlToPlain(text), html: true };
  const plain = cleanText(text);
  return { text: leaf.flowed ? unflow(plain, leaf.delete_space) : plain, html: false };
}

/** HTML without a charset in its part header may name it in a meta element. */
function declaredInHtml(type: string, bytes: Buffer): string {
  if (type !== 'text/html') return '';
  return /<meta[^>]{0,200}charset=["']?([a-z0-9_-]{2,40})/i.exec(bytes.toString('latin1', 0, 2_048))?.[1] ?? '';
}

/**
 * RFC 2046 §5.1.4 says the last alternative is the richest; for reading, the plain one is the sender's own words without
 * layout, unless it is a stub (« votre logiciel ne lit pas le HTML ») or was spoilt on the way.
 */
function pick(children: readonly MimeNode[], context: Context): Choice {
  const isHtml = (node: MimeNode): boolean =>
    node.leaf === undefined ? node.children.some(isHtml) : node.leaf.type === 'text/html';
  let plain: Choice = { text: '', html: false };
  for (const child of children.filter((node) => !isHtml(node))) {
    const choice = read(child, context);
    if (choice.text.trim() !== '') plain = choice;
  }
  const spoilt = plain.text.includes('\uFFFD');
  if (plain.text.trim().length >= PLAIN_ENOUGH_CHARS && !spoilt) return plain;
  let html: Choice = { text: '', html: true };
  for (const child of children.filter(isHtml)) {
    const choice = read(child, context);
    if (choice.text.trim() !== '') html = choice;
  }
  if (html.text === '' || plain.text.trim() === '') return html.text === '' ? plain : html;
  const richer = html.text.length > plain.text.trim().length * 1.5 + 20;
  return richer || (spoilt && !html.text.includes('\uFFFD')) ? html : plain;
}

/** Programs that send the same words as text and as HTML in multipart/mixed. */
function withoutTwins(choices: readonly Choice[]): readonly Choice[] {
  const [first, second] = choices;
  if (choices.length !== 2 || first === undefined || second === undefined || first.html === second.html) return choices;
  const words = (choice: Choice): string => foldText(choice.text.slice(0, 4_000)).replace(/[^\p{L}\p{N}]+/gu, '');
  const [a, b] = [words(first), words(second)];
  return a === b || (a.length > 40 && b.length > 40 && a.slice(0, 400) === b.slice(0, 400))
    ? [first.html ? second : first]
    : choices;
}
