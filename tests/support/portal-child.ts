/**
 * One answer to a portal from a process of its own, because whom Node trusts is read once, at its start
 * (NODE_EXTRA_CA_CERTS). argv: the portal's URL, the secret. Prints the result, and whether the body was about to leave.
 */
import { sendAnswer } from '../../mail/portal-sender.ts';

const [url, secret] = process.argv.slice(2);
let leaving = false;
const result = await sendAnswer(
  { url: url!, key: { id: 'caisse', secret: secret! }, timeout_ms: 5_000 },
  {
    ...{ delivery: 'd1', conversation: 'c1', account: 'a1', reference: 'AG-1', kind: 'reply' },
    ...{ subject: 'Votre demande', body: 'Bonjour.', sent_at: '2026-11-23T09:00:00.000Z' },
  },
  async () => {
    leaving = true;
    return true;
  },
  new Date(),
);
process.stdout.write(JSON.stringify({ result, leaving }));
