import { nextStep, type SendResult } from '../domain/delivery.ts';
import type { MailboxProfile } from '../domain/rulebook.ts';
import type { RowJob } from '../queues/contracts.ts';
import type { Portal } from '../config/portals.ts';
import { portalAddress } from '../store/bot-handover.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import { claimDelivery, markData, recordOutcome, type Delivery } from '../store/deliveries.ts';
import type { MailboxMode } from '../store/mailboxes.ts';
import { composeMail } from './compose.ts';
import type { Sender } from './delivery.ts';
import { answerJson, sendAnswer, sha256Hex, type PortalAnswer } from './portal-sender.ts';

/** Instants of a sending at which a fault test may end the process; nothing else ever listens. */
export type CrashPoint =
  /** The claim is committed, no byte has left. */
  | 'delivery.claimed'
  /** Everything but the final dot is written; the row still says '' . */
  | 'delivery.before-data'
  /** `data` is committed, the dot is not written. */
  | 'delivery.after-data'
  /** The server has answered 250, nothing is recorded. */
  | 'delivery.accepted'
  | 'delivery.recorded';

/** What a mailbox sends with: its profile of the active rulebook and its connection. */
export interface MailboxSender {
  readonly profile: Pick<MailboxProfile, 'address' | 'label'>;
  readonly sender: Sender;
  readonly ack_sender?: 'null' | 'mailbox' | undefined;
}

export interface OutboxDeps {
  readonly store: Store;
  /** Undefined while the mailbox has no usable connection: the delivery waits and is tried again. */
  readonly mailbox: (id: string) => Promise<MailboxSender | undefined>;
  /** Portals answers of the desk go back to (config/portals.ts). */
  readonly portals?: ReadonlyMap<string, Portal>;
  readonly clock: () => Date;
  readonly at?: (point: CrashPoint) => void;
}

export type Attempt =
  | { readonly kind: 'ended'; readonly status: 'sent' | 'failed' | 'ambiguous'; readonly code: string }
  | { readonly kind: 'later'; readonly ms: number; readonly why: string }
  | { readonly kind: 'not-ours'; readonly why: string };

/** May this mailbox send at all? While it observes nothing leaves: agents' replies are refused, none are kept back. */
export function sendingAllowed(mailbox: { readonly mode: MailboxMode } | undefined): boolean {
  return mailbox?.mode === 'live';
}

/**
 * Tries one delivery once (law 7). Three commits, in this order: the claim, before any byte; `data`, before the final
 * dot; the outcome. A process that dies between them leaves a row from which the sweep can tell whether trying again is
 * safe (store/delivery-desk.ts, recoverDeliveries).
 */
export async function attemptDelivery(deps: OutboxDeps, job: RowJob): Promise<Attempt> {
  const { store, clock, at } = deps;
  const claim = await store.write(SYSTEM, (tx) => claimDelivery(tx, job, clock()));
  if (claim.kind === 'early') return { kind: 'later', ms: claim.ms, why: 'not-before' };
  if (claim.kind === 'none') return { kind: 'not-ours', why: claim.why };
  const { delivery } = claim;
  at?.('delivery.claimed');

  const dated_at = clock();
  const prepared = await (delivery.via === 'smtp' ? prepare : prepareForPortal)(deps, delivery, dated_at);
  if ('result' in prepared) return record(deps, delivery, prepared.result, {});
  const result = await prepared.send(async () => {
    at?.('delivery.before-data');
    const ours = await store.write(SYSTEM, (tx) => markData(tx, delivery, clock()));
    at?.('delivery.after-data');
    return ours;
  });
  if (result.kind === 'fenced') return { kind: 'not-ours', why: 'fenced' };
  if (result.kind === 'accepted') at?.('delivery.accepted');
  return record(deps, delivery, result, { eml_sha256: prepared.sha256, dated_at });
}

type Settled = Exclude<SendResult, { kind: 'fenced' }>;
/** Either nothing can be sent now, or what is left is to send; `beforeDot` is called before the last byte. */
type Prepared =
  | { readonly result: Settled }
  | { readonly sha256: string; readonly send: (beforeDot: () => Promise<boolean>) => Promise<SendResult> };

async function prepare(deps: OutboxDeps, delivery: Delivery, date: Date): Promise<Prepared> {
  const mailbox = await deps.mailbox(delivery.mailbox);
  if (mailbox === undefined) return { result: { kind: 'deferred', phase: '', code: 'NO-CONNECTION', response: '' } };
  try {
    const mail = await composeMail(delivery, mailbox.profile, date, mailbox.ack_sender);
    return { sha256: mail.sha256, send: (beforeDot) => mailbox.sender.send(mail, beforeDot) };
  } catch {
    // An address or text that cannot stand in a mail will not get better; its words stay out of the record.
    return { result: { kind: 'refused', phase: '', code: 'COMPOSE', response: '' } };
  }
}

/** By the account's API: the portal the talk came from gets the answer, signed. */
async function prepareForPortal({ store, portals }: OutboxDeps, delivery: Delivery, date: Date): Promise<Prepared> {
  const to = await store.read(SYSTEM, (tx) => portalAddress(tx, delivery.conversation_id));
  const answers = to === undefined ? undefined : (portals?.get(to.portal)?.answers ?? undefined);
  if (to === undefined || answers === undefined)
    return { result: { kind: 'deferred', phase: '', code: 'NO-PORTAL', response: '' } };
  const answer: PortalAnswer = {
    delivery: delivery.id,
    conversation: to.bot,
    account: to.account,
    reference: to.ref,
    kind: delivery.kind === 'notice' ? 'notice' : 'reply',
    subject: delivery.subject,
    body: delivery.body,
    sent_at: date.toISOString(),
  };
  const sha256 = sha256Hex(answerJson(answer));
  // The portal reads by itself what is marked as sent.
  const send = async (before: () => Promise<boolean>): Promise<SendResult> =>
    answers === 'read'
      ? (await before())
        ? { kind: 'accepted', response: 'read' }
        : { kind: 'fenced' }
      : sendAnswer(answers, answer, before, date);
  return { sha256, send };
}

async function record(
  deps: OutboxDeps,
  delivery: Delivery,
  result: Settled,
  proof: { eml_sha256?: string; dated_at?: Date },
): Promise<Attempt> {
  const next = nextStep(result, delivery.attempts);
  const ours = await deps.store.write(SYSTEM, (tx) =>
    recordOutcome(tx, delivery, { result, next, ...proof }, deps.clock()),
  );
  deps.at?.('delivery.recorded');
  const code = result.kind === 'accepted' ? 'accepted' : result.code;
  if (!ours) return { kind: 'not-ours', why: 'fenced' };
  if (next.status === 'pending') return { kind: 'later', ms: next.delay_ms, why: code };
  return { kind: 'ended', status: next.status, code };
}
