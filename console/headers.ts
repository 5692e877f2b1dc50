import type { FastifyInstance } from 'fastify';

/** Headers every answer carries. The API answers JSON only: a browser that shows one as a page may load nothing. */
const CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/**
 * The console's own page. Nothing inline, nothing from elsewhere; blob: is for attachments a person chose to look at.
 * Trusted types: a string never becomes markup, whatever a mail holds.
 */
export const PAGES_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-src blob:; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** A page of one sentence, for a sign-in that ended outside the console: no script, the console's own style. */
export const REFUSAL_CSP =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** The documentation's page needs its own script and styles; swagger-ui writes a few inline styles. */
export const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** A downloaded file must stay inert even if a browser is talked into showing it. */
export const DOWNLOAD_CSP = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // Answers hold mails of members: no cache, shared or not, may keep them.
  'cache-control': 'no-store',
} as const;

export function secureHeaders(app: FastifyInstance, public_url: string): void {
  const https = new URL(public_url).protocol === 'https:';
  // On request, so that errors and refusals carry them too.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
    reply.header('content-security-policy', CSP);
    if (https) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
  });
}
