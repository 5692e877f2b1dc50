import { AiguillageError, type ErrorCode } from '../domain/errors.ts';

/**
 * What may be said about a failure of a mail connection: one of our codes and words of our own. A server's answer may
 * quote the login, an address or a mail, so none of its text is ever kept.
 */

/** The properties imapflow and Node put on errors; every one may be missing. */
interface ConnectionError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly responseStatus?: unknown;
  readonly serverResponseCode?: unknown;
  readonly authenticationFailed?: unknown;
  readonly tlsFailed?: unknown;
  readonly mailboxMissing?: unknown;
}

/** A code of OpenSSL, Node or RFC 5530: letters, digits, `_` and `-` only, so that it cannot carry a value. */
const WORD = /^[A-Za-z0-9_-]{1,60}$/;
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;

/** A failure of the mail side; `detail` is a word of ours or a protocol code, safe to store and to show. */
export class MailProblem extends AiguillageError {
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, cause?: unknown) {
    super(code, `(${detail}).`, cause === undefined ? undefined : { cause });
    this.name = 'MailProblem';
    this.detail = detail;
  }
}

/** The failure as one of our errors; ours come back unchanged. */
export function problemOf(error: unknown): AiguillageError {
  if (error instanceof AiguillageError) return error;
  const seen: ConnectionError = typeof error === 'object' && error !== null ? error : {};
  const code = word(seen.code) ?? word(seen.name) ?? 'unknown';
  if (seen.authenticationFailed === true) {
    return new MailProblem('MAIL_LOGIN', word(seen.serverResponseCode) ?? 'refused', error);
  }
  if (seen.tlsFailed === true || TLS.test(code)) return new MailProblem('MAIL_CONNECTION', `tls ${code}`, error);
  return new MailProblem('MAIL_CONNECTION', code, error);
}

/** Why the server would not do what was asked, or undefined when the connection itself failed. */
export function refusal(error: unknown): 'missing' | 'refused' | undefined {
  const seen = error as ConnectionError;
  if (seen.responseStatus !== 'NO' && seen.responseStatus !== 'BAD') return undefined;
  return seen.mailboxMissing === true ? 'missing' : 'refused';
}

/** As it is written in `mailbox.last_error`: the code first, so that a program can read it too. */
export function problemLine(error: unknown): string {
  const problem = problemOf(error);
  return problem instanceof MailProblem ? `${problem.code}: ${problem.detail}` : problem.code;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && WORD.test(value) ? value : undefined;
}
