/**
 * Bytes to text. Members' programs label text wrongly every day: UTF-8 that is windows-1252 (« � »), windows-1252 that
 * is UTF-8 (« Ã© »), a charset nobody has heard of. What the bytes are decides over what the label says.
 */

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const looseUtf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

/** Labels seen in mail that TextDecoder does not know. */
const ALIASES: Readonly<Record<string, string>> = {
  'ansi_x3.4-1968': 'us-ascii',
  ascii7: 'us-ascii',
  'iso-8859-1-windows-1252': 'windows-1252',
  'iso-8859-8-i': 'iso-8859-8',
  'utf-8-mac': 'utf-8',
  utf8mb4: 'utf-8',
  'ks_c_5601-1987': 'euc-kr',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  'x-mac-roman': 'macintosh',
  'iso-2022-jp-2': 'iso-2022-jp',
};
const MEANS_UTF8 = new Set([
  '',
  'utf-8',
  'utf8',
  'us-ascii',
  'ascii',
  'usascii',
  'utf-7',
  'unknown-8bit',
  '8bit',
  'binary',
]);

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function hasHighByte(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte >= 0x80);
}

/** UTF-7 (RFC 2152) still comes from old programs; `+AOk-` is base64 of UTF-16. */
function decodeUtf7(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) => {
      if (encoded === '') return '+';
      const units = Buffer.from(encoded, 'base64');
      let text = '';
      for (let i = 0; i + 1 < units.length; i += 2) text += String.fromCharCode(units.readUInt16BE(i));
      return text;
    });
}

/** UTF-8, or windows-1252 when that explains the bytes better: a mail cut in the middle of a letter stays UTF-8. */
function decodeUtf8(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return looseUtf8.decode(bytes);
  const text = looseUtf8.decode(bytes);
  let broken = 0;
  let whole = 0;
  for (const character of text) {
    if (character === '\uFFFD') broken += 1;
    else if (character.charCodeAt(0) >= 0x80) whole += 1;
  }
  return whole > broken * 2 ? text : windows1252.decode(bytes);
}

/**
 * Decodes `bytes` as `label` says, unless the bytes say otherwise. Never throws. An unknown label is treated as UTF-8
 * with windows-1252 behind it.
 */
export function decodeBytes(bytes: Uint8Array, label = ''): string {
  const wanted = label
    .toLowerCase()
    .replace(/\*.*$/, '')
    .replace(/[^a-z0-9_.:-]/g, '');
  if (wanted === 'utf-7' || wanted === 'unicode-1-1-utf-7') return decodeUtf7(bytes);
  if (MEANS_UTF8.has(wanted)) return decodeUtf8(bytes);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(ALIASES[wanted] ?? wanted);
  } catch {
    return decodeUtf8(bytes);
  }
  if (decoder.encoding === 'utf-8') return decodeUtf8(bytes);
  const single = /^(?:windows-|iso-8859|macintosh|koi8|ibm)/.test(decoder.encoding);
  // Valid UTF-8 with accents is never windows-1252 by chance. UTF-16 and the escape charsets are valid UTF-8 by nature.
  if (single && hasHighByte(bytes) && isUtf8(bytes)) return looseUtf8.decode(bytes);
  const text = decoder.decode(bytes);
  return text.includes('\uFFFD') && hasHighByte(bytes) && isUtf8(bytes) ? looseUtf8.decode(bytes) : text;
}
