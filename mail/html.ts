import { compile, type FormatCallback } from 'html-to-text';
import { cleanText } from './clean.ts';
import { nesting, stripTags } from './strip-tags.ts';

/** Deeper nesting than any mail program writes; each level would copy its whole content once more. */
const MAX_NESTING = 250;
/** Longer HTML goes through the plain stripper: its text would be cut anyway. */
const MAX_HTML_CHARS = 3_000_000;

/** Gmail and Outlook indent with a blockquote that has no border and a left margin; that is no quotation. */
const blockquote: FormatCallback = (element, walk, builder) => {
  const attributes = (element as unknown as { attribs?: Record<string, string> }).attribs ?? {};
  const indent = /border:\s*(?:none|medium none|0)/i.test(attributes['style'] ?? '') && attributes['type'] !== 'cite';
  builder.openBlock({ leadingLineBreaks: 1 });
  walk((element as unknown as { children?: never[] }).children ?? [], builder);
  builder.closeBlock({
    trailingLineBreaks: 1,
    blockTransform: (text: string) =>
      indent
        ? text
        : text
            .trim()
            .split('\n')
            .map((line) => `> ${line}`)
            .join('\n'),
  });
};

const BLOCK = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const HEADING = { leadingLineBreaks: 2, trailingLineBreaks: 1, uppercase: false };

const convert = compile({
  wordwrap: false,
  // Text outside <body> counts too: broken HTML puts it there. A selector that matches nothing means the whole document.
  baseElements: { selectors: ['aiguillage-none'], returnDomByDefault: true },
  limits: { maxInputLength: MAX_HTML_CHARS, maxDepth: MAX_NESTING + 10 },
  formatters: { citation: blockquote },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'title', format: 'skip' },
    { selector: 'blockquote', format: 'citation' },
    { selector: 'p', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'hr', options: { leadingLineBreaks: 1, trailingLineBreaks: 1, length: 40 } },
    { selector: 'table', format: 'block', options: BLOCK },
    { selector: 'tr', format: 'block', options: BLOCK },
    { selector: 'td', format: 'inlineSurround', options: { suffix: ' ' } },
    { selector: 'th', format: 'inlineSurround', options: { suffix: ' ' } },
    { selector: 'center', format: 'block', options: BLOCK },
    { selector: 'address', format: 'block', options: BLOCK },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: HEADING })),
  ],
});

/** HTML to plain text: blockquotes become `> ` lines, links their text, images nothing. Bounded work, never throws. */
export function htmlToPlain(html: string): string {
  if (html.length > MAX_HTML_CHARS || nesting(html) > MAX_NESTING) return stripTags(html.slice(0, MAX_HTML_CHARS));
  let text: string;
  try {
    text = cleanText(convert(html)).replaceAll('\u00a0', ' ').trim();
  } catch {
    return stripTags(html);
  }
  return text === '' ? stripTags(html) : text;
}
