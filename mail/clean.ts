/**
 * The edge: what PostgreSQL, a file system or a terminal cannot bear is taken out here, once. NUL is refused by text
 * columns, a lone surrogate by jsonb; escape sequences would speak to the terminal of whoever runs a command.
 */

const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u0080-\u009F]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Zero-width and direction controls, which make a name read otherwise than it is. */
const FORMAT_CONTROLS = /\p{Cf}/gu;

/** Text of several lines: line ends become "\n", controls and lone surrogates go. */
export function cleanText(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const plain = lines.replace(/[\u2028\u2029\u0085]/g, '\n').replace(CONTROLS, '');
  return plain.isWellFormed() ? plain : plain.replace(LONE_SURROGATE, '');
}

/** One line: every run of white space becomes a space. */
export function cleanLine(text: string, max_chars = 2_000): string {
  return cleanText(
    cleanText(text.slice(0, max_chars * 2))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, max_chars),
  );
}

/** At most `max_chars` characters, never half a surrogate pair. */
export function cut(text: string, max_chars: number): string {
  return text.length <= max_chars ? text : cleanText(text.slice(0, max_chars));
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/tiff': 'tif',
  'message/rfc822': 'eml',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/rfc822-headers': 'txt',
  'application/zip': 'zip',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};
/** Names that open a device on Windows, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const MAX_NAME_CHARS = 120;

/**
 * A file name that is only a name: last path element, no controls, no direction marks, nothing a shell or Windows
 * minds, extension kept. `part` numbers a file that came without a usable name.
 */
export function safeFileName(name: string, type: string, part: number): string {
  const base =
    name
      .slice(0, 4_000)
      .normalize('NFC')
      .replace(/[\u2044\u2215\u29F8\uFF0F]/g, '/')
      .replace(/[\uFE68\uFF3C]/g, '\\')
      .split(/[/\\]/)
      .at(-1) ?? '';
  let plain = cleanText(base)
    .replace(FORMAT_CONTROLS, '')
    .replace(/[<>:"|?*\uFFFD]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.~-]+/, '');
  // By hand: a pattern for the end of a long run of dots would start at each of them.
  let end = plain.length;
  while (end > 0 && (plain[end - 1] === '.' || plain[end - 1] === ' ')) end -= 1;
  plain = plain.slice(0, end);
  if (!/[\p{L}\p{N}]/u.test(plain)) {
    const extension = EXTENSIONS[type];
    return `piece-jointe-${part + 1}${extension === undefined ? '' : `.${extension}`}`;
  }
  if (plain.length > MAX_NAME_CHARS) {
    const dot = plain.lastIndexOf('.');
    const extension = dot > 0 && plain.length - dot <= 12 ? plain.slice(dot) : '';
    plain = cut(plain, MAX_NAME_CHARS - extension.length).trimEnd() + extension;
  }
  return DEVICE.test(plain) ? `_${plain}` : plain;
}
