import type { DeliveryPhase, SendResult } from '../domain/delivery.ts';

/**
 * What a failed transaction means for the mail, judged by where the failure came from: a « 5xx » to our login or greeting
 * says something about us and passes; to the recipient or the text it says something about this mail and stays.
 */

/** The properties nodemailer puts on its errors; any may be missing. */
interface SmtpError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** Login wanted, refused, too weak, or to be encrypted (RFC 4954 §6): about our account, whatever command it answers. */
const ACCOUNT_REPLIES = new Set([530, 534, 535, 538]);

/**
 * @param phase how far we had gone: `data` once the dot was written
 * @param recipient hidden in the response, with its local part alone too
 */
export function judge(
  error: unknown,
  phase: DeliveryPhase,
  recipient: string,
): Exclude<SendResult, { kind: 'fenced' }> {
  const seen = (typeof error === 'object' && error !== null ? error : {}) as SmtpError;
  const reply = typeof seen.responseCode === 'number' ? seen.responseCode : undefined;
  const code = wordOf(seen, reply);
  const response = maskResponse(typeof seen.response === 'string' ? seen.response : '', recipient);
  const answered_no = reply !== undefined && reply >= 400 && reply <= 599;
  if (phase === 'data') {
    // EMESSAGE is how the answer to the dot itself arrives. Any other end of the connection leaves us in the dark.
    if (seen.code !== 'EMESSAGE' || !answered_no) return { kind: 'ambiguous', code, response };
  }
  const about_mail = phase === 'rcpt' || phase === 'data';
  // 503 complains about the order of commands, so about the session.
  const for_good = answered_no && reply >= 500 && reply !== 503 && !ACCOUNT_REPLIES.has(reply);
  if (about_mail && for_good && (seen.code === 'EENVELOPE' || seen.code === 'EMESSAGE')) {
    return { kind: 'refused', phase, code, response };
  }
  // No reply but our own library refused the envelope or the size: the same mail meets the same wall each time.
  if (about_mail && reply === undefined && (seen.code === 'EENVELOPE' || seen.code === 'EMESSAGE')) {
    return { kind: 'refused', phase, code, response };
  }
  return { kind: 'deferred', phase, code, response };
}

/** A short code for events and lists: `EENVELOPE-550`. Letters, digits and dashes only. */
function wordOf(error: SmtpError, reply: number | undefined): string {
  const name = typeof error.code === 'string' && /^[A-Z0-9_]{1,30}$/.test(error.code) ? error.code : 'ERROR';
  return reply === undefined ? name : `${name}-${reply}`;
}

const RESPONSE_CHARS_MAX = 300;

/**
 * A server's line as it may be stored: servers quote addresses, users and links back to us. The numbers at its start are
 * what helps; words with an « @ », a link, or the recipient's own name are replaced.
 */
export function maskResponse(response: string, recipient: string): string {
  const local = recipient.slice(0, Math.max(0, recipient.lastIndexOf('@'))).toLowerCase();
  return response
    .slice(0, 2_000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, ' ')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (isPersonal(word, local) ? '•••' : word))
    .join(' ')
    .slice(0, RESPONSE_CHARS_MAX);
}

function isPersonal(word: string, local: string): boolean {
  if (word.includes('@') || word.includes('://')) return true;
  // Long runs of digits: a NIR or a telephone number used as a name.
  if ((word.match(/\d/g)?.length ?? 0) >= 9 && !/^\d\.\d{1,3}\.\d{1,3}$/.test(word)) return true;
  return local.length >= 3 && word.toLowerCase().includes(local);
}
