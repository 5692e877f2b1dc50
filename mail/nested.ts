import { cleanText, cut } from './clean.ts';
import { firstValue, readFields, readText } from './headers.ts';
import type { MimeOptions } from './mime.ts';
import type { ParseLimits } from './parsed.ts';
import { openSource } from './source.ts';
import { readStructure, type Structure } from './structure.ts';

export interface NestedText {
  /** Text of the attached messages, each under its own small header. */
  readonly text: string;
  /** Header of the first attached message or of text/rfc822-headers: a bounce returns ours there (RFC 6522 §3). */
  readonly returned_headers: string;
}

/**
 * Text of the messages attached to a mail (message/rfc822), to be shown and searched as quoted text. Attached messages
 * within them are read down to `limits.max_depth`; all share one budget of parts.
 */
export async function readNested(structure: Structure, limits: ParseLimits, options: MimeOptions): Promise<NestedText> {
  const texts: string[] = [];
  let returned_headers = '';
  let parts_left = limits.max_parts - structure.parts;
  let chars = 0;

  const readOne = async (raw: Buffer, depth: number): Promise<void> => {
    const source = openSource(raw, limits.max_header_bytes);
    const fields = readFields(source.header);
    const inner = await readStructure(source, fields, { ...options, max_parts: Math.max(parts_left, 1) });
    parts_left -= inner.parts;
    const head = [
      ['De', firstValue(fields, 'from')],
      ['Date', firstValue(fields, 'date')],
      ['Objet', firstValue(fields, 'subject')],
    ]
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name} : ${readText(value!)}`);
    const text = cut(`${head.join('\n')}\n\n${inner.text}`, limits.max_text_chars);
    chars += text.length;
    texts.push(text);
    await readAll(inner, depth + 1);
  };
  const readAll = async (outer: Structure, depth: number): Promise<void> => {
    for (const { type, content } of outer.attachments) {
      if (content === undefined || parts_left <= 0 || chars >= limits.max_text_chars) continue;
      const raw = Buffer.concat(content);
      const isMessage = type === 'message/rfc822' || type === 'message/global';
      if (returned_headers === '' && depth === 0 && (isMessage || type === 'text/rfc822-headers')) {
        returned_headers =
          cleanText(openSource(raw, 64_000).header.toString('latin1')) || cleanText(raw.toString('latin1', 0, 64_000));
      }
      if (isMessage && depth < limits.max_depth) await readOne(raw, depth);
    }
  };
  await readAll(structure, 0);
  return { text: texts.join('\n\n'), returned_headers };
}
