import { readEnvelope } from './envelope.ts';
import { judge } from './judge.ts';
import type { ParsedMail, ParseOptions } from './parsed.ts';
import { scanRaw } from './raw.ts';

/** How much of a raw mail the scan reads when the parser could not. */
const FALLBACK_BYTES = 256 * 1024;

/** What a mail becomes when the child could not end: everything the beginning of the raw mail gives, never nothing. */
export function fallbackMail(
  raw: Buffer,
  problem: 'timeout' | 'memory' | 'failed',
  options: ParseOptions = {},
): ParsedMail {
  const scan = scanRaw(raw, FALLBACK_BYTES);
  const text = scan.text.trim();
  return {
    ...readEnvelope(scan.fields, options.trusted_authserv_ids ?? []),
    body: text,
    quoted: '',
    signature: '',
    full_text: text,
    attachments: [],
    ...judge(scan.fields, text, '', ''),
    problem,
  };
}
