import { decodeBytes } from './charset.ts';

/** An RFC 2047 encoded word; the language after `*` is RFC 2231. Spaces in the text are wrong and common. */
const WORD = /=\?([^?\s]{1,80})\?([bq])\?([^?\r\n]*)\?=/gi;

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding === 'b' || encoding === 'B') return Buffer.from(text, 'base64');
  return unquote(text.replaceAll('_', ' '));
}

/** Quoted-printable without line rules: `=E9` becomes its byte, anything else stays (RFC 2047 §4.2, RFC 2045 §6.7). */
export function unquote(text: string): Buffer {
  const source = Buffer.from(text, 'latin1');
  const out = Buffer.alloc(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i += 1) {
    const byte = source[i]!;
    if (byte === 0x3d && i + 2 < source.length) {
      const high = hexValue(source[i + 1]!);
      const low = hexValue(source[i + 2]!);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/**
 * Decodes the encoded words of a header value. Neighbours with one charset and encoding are joined before decoding:
 * many programs cut in the middle of a letter, against RFC 2047 §5(3). White space between words goes (§6.2).
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let out = '';
  let at = 0;
  let charset = '';
  let encoding = '';
  let pending: Buffer[] = [];
  const flush = (): void => {
    if (pending.length > 0) out += decodeBytes(Buffer.concat(pending), charset);
    pending = [];
  };
  for (const match of value.matchAll(WORD)) {
    const between = value.slice(at, match.index);
    const adjacent = pending.length > 0 && between.trim() === '';
    const same = adjacent && match[1]!.toLowerCase() === charset && match[2]!.toLowerCase() === encoding;
    if (!same) flush();
    if (!adjacent) out += between;
    charset = match[1]!.toLowerCase();
    encoding = match[2]!.toLowerCase();
    pending.push(wordBytes(encoding, match[3]!));
    at = match.index + match[0].length;
  }
  flush();
  return out + value.slice(at);
}
