import { policyFor } from '../domain/sla.ts';
import { decide, type Decision } from '../domain/route.ts';
import { buildFacts } from '../domain/build-facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import type { MotifModel } from '../domain/facts.ts';
import { longestWindowDays } from '../domain/repeat.ts';
import { textLengths } from '../domain/replay.ts';
import { contentHash } from '../mail/content-hash.ts';
import { ANSWERED_HEADER } from '../mail/import-csv.ts';
import { hashMessageId } from '../mail/message-token.ts';
import type { ParsedMail, ParsePool } from '../mail/parse.ts';
import { findThread } from '../mail/threading.ts';
import type { Queues } from '../queues/queues.ts';
import { isTrial, marksOf, noteHanded, threadOfBot } from '../store/bot-handover.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { appendDecision } from '../store/decisions.ts';
import { appendEvents } from '../store/events.ts';
import { joinConversation, lockSender, openConversation, senderKey } from '../store/intake.ts';
import { lockKept } from '../store/joins.ts';
import {
  countStart,
  findSameContent,
  loadMessage,
  saveParsed,
  setOutcome,
  uncountStart,
  type Message,
} from '../store/messages.ts';
import { quarantineMessage } from '../store/quarantine.ts';
import { getRawBuffer } from '../store/raw.ts';
import { loadPriorContacts } from '../store/prior-contacts.ts';
import { noteRepeats } from '../store/repeats.ts';
import { openRequest, stopRequests } from '../store/requests.ts';
import { openUndeliveredTask } from '../store/undelivered.ts';
import { sentAs, reopenUnreached } from '../store/unreached.ts';
import { cancel, done, type Work } from './worker.ts';

/** A mail that killed its process this often is set aside (laws 1 and 2). */
export const DEATHS_MAX = 3;
const FAILED_RECIPIENT = 'x-failed-recipients';
/** Not a field of any mail: the RFC 3463 code its report gives. */
const FAILED_STATUS = 'aiguillage-failed-status';
/** What the ledger lets in is far below; this only bounds a corrupt row. */
const MAIL_BYTES_MAX = 256 * 1024 * 1024;

export interface TriageDeps {
  store: Store;
  queues: Pick<Queues, 'enqueue'>;
  parser: Pick<ParsePool, 'parse'>;
  rulebook: (tx: Tx) => Promise<CompiledRulebook>;
  /** The active model, read in the same transaction as the rulebook: no mail is decided by two models (law 11). */
  model: (tx: Tx) => Promise<MotifModel>;
  secret: string;
  clock: () => Date;
  /** Crash points of the fault tests; does nothing in production. */
  at?: (point: string) => void;
}

/** received → parsed → decided: parses one mail, attaches it to a conversation and decides it. */
export function createTriageWork(deps: TriageDeps): Work<'triage'> {
  return async (job, { log }) => {
    const { store, at } = deps;
    const starts = await store.write(SYSTEM, (tx) => countStart(tx, job.id, job.rev, ['received', 'parsed']));
    if (starts === undefined) return cancel('moved-on');
    if (starts > DEATHS_MAX) {
      await store.write(SYSTEM, (tx) => quarantineMessage(tx, job.id, 'process-deaths', deps.clock()));
      log.error({ message: job.id, starts }, 'quarantined after process deaths');
      return done;
    }
    at?.('triage.started');
    try {
      const message = await store.read(SYSTEM, (tx) => loadMessage(tx, job.id));
      if (message === undefined) return cancel('gone');
      const parsed = message.status === 'received' ? await parseAndSave(deps, message) : message;
      at?.('triage.parsed');
      const outcome = await attachAndDecide(deps, parsed.id);
      at?.('triage.decided');
      if (outcome === 'decided')
        await deps.queues.enqueue('dispatch', [job], { priority: parsed.urgent_hint ? 'urgent' : 'normal' });
      return done;
    } finally {
      await store.write(SYSTEM, (tx) => uncountStart(tx, job.id));
    }
  };
}

async function parseAndSave(deps: TriageDeps, message: Message): Promise<Message> {
  const raw = await deps.store.read(SYSTEM, (tx) => getRawBuffer(tx, message.sha256!, MAIL_BYTES_MAX));
  const mail = await deps.parser.parse(raw);
  return deps.store.write(SYSTEM, async (tx) => {
    const profile = (await deps.rulebook(tx)).mailboxes.find((mailbox) => mailbox.id === message.mailbox);
    const trusted = profile?.carries_requests === true && isTrusted(mail, profile.authenticated_senders);
    await saveParsed(tx, message.id, {
      from_address: mail.from_address,
      from_name: mail.from_name,
      to_addresses: [...mail.to_addresses],
      cc_addresses: [...mail.cc_addresses],
      reply_to: mail.reply_to,
      subject: mail.subject,
      body: mail.body,
      quoted: mail.quoted,
      signature: mail.signature,
      attachments: [...mail.attachments],
      // The recipient a bounce speaks of proves which conversation it belongs to (law 10).
      headers:
        mail.bounce === null
          ? mail.headers
          : { ...mail.headers, [FAILED_RECIPIENT]: mail.bounce.failed_recipient, [FAILED_STATUS]: mail.bounce.status },
      message_id: mail.message_id,
      message_id_hash: hashMessageId(mail.message_id),
      in_reply_to: mail.bounce?.original_message_id || mail.in_reply_to,
      refs: [...mail.refs],
      content_hash: contentHash(mail.message_id, mail.from_address, mail.full_text),
      automated_reason:
        mail.automated.kind === 'human' || trusted ? null : `${mail.automated.kind}:${mail.automated.reason}`,
      parse_problem: mail.problem,
    });
    return (await loadMessage(tx, message.id))!;
  });
}

/** A portal's mail is a request only when its sender is one we trust and the mail server vouched for it. */
function isTrusted(mail: ParsedMail, senders: readonly string[]): boolean {
  if (mail.authenticated === null) return false;
  const address = mail.from_address.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (domain !== mail.authenticated.toLowerCase() && !domain.endsWith(`.${mail.authenticated.toLowerCase()}`))
    return false;
  return senders.some((sender) => {
    const wanted = sender.toLowerCase();
    return wanted.includes('@') && !wanted.startsWith('@') ? wanted === address : wanted.replace(/^@/, '') === domain;
  });
}

/** One transaction under the sender's lock: what this mail is, which conversation it belongs to, and the decision. */
async function attachAndDecide(deps: TriageDeps, id: string): Promise<'decided' | 'ended'> {
  return deps.store.write(SYSTEM, async (tx) => {
    const now = deps.clock();
    const first = await loadMessage(tx, id);
    if (first === undefined || first.status !== 'parsed') return 'ended';
    const key = senderKey(first);
    await lockSender(tx, key, now);
    const message = (await loadMessage(tx, id))!;
    if (message.status !== 'parsed') return 'ended';

    const twin = await findSameContent(tx, message);
    if (twin !== undefined) {
      await setOutcome(tx, id, 'duplicate', 'dispatched', {
        duplicate_of: twin.id,
        ...(twin.conversation_id === null ? {} : { conversation_id: twin.conversation_id }),
      });
      await appendEvents(tx, SYSTEM, now, [
        {
          type: 'message.duplicate',
          occurred_at: message.received_at,
          conversation_id: twin.conversation_id,
          message_id: id,
          data: { of: twin.id },
        },
      ]);
      return 'ended';
    }
    const bounce = message.automated_reason?.startsWith('bounce:') === true;
    const writer = bounce ? (message.headers[FAILED_RECIPIENT] ?? '') : key;
    const thread =
      message.origin === 'bot'
        ? { conversation_id: await threadOfBot(tx, message), suggested_link: null }
        : await findThread(tx, message, writer, deps.secret);
    if (message.automated_reason !== null) return endAutomated(tx, message, bounce, thread.conversation_id, now);

    const book = await deps.rulebook(tx);
    const model = await deps.model(tx);
    const profile = book.mailboxes.find((mailbox) => mailbox.id === message.mailbox);
    const contacts = await loadPriorContacts(tx, key, message.received_at, {
      days: longestWindowDays(book.motifs),
      joins: thread.conversation_id,
    });
    const marks = marksOf(message);
    const prior = { prior_contacts: contacts.length, contacts, marks };
    const decision = decide(buildFacts(message, profile, prior), book, model, now);
    const conversation = thread.conversation_id === null ? undefined : await lockKept(tx, thread.conversation_id);
    let conversation_id: string;
    if (conversation === undefined) {
      conversation_id = await openConversation(tx, message, decision, {
        sender_key: key,
        now,
        suggested_link: thread.suggested_link,
      });
    } else {
      conversation_id = conversation.id;
      await joinConversation(tx, conversation, message, decision, now, book);
    }
    await setOutcome(tx, id, conversation === undefined ? 'conversation' : 'joined', 'decided', { conversation_id });
    await appendDecision(
      tx,
      { conversation_id, message_id: id },
      decision,
      { rulebook: book.digest, model: model.digest },
      now,
      { history: contacts, chars: textLengths(message), ...(marks === undefined ? {} : { marks }) },
    );
    if (message.origin === 'bot') await noteHanded(tx, message, conversation_id, book, decision.motif, now);
    const place = await tx
      .selectFrom('conversation')
      .select('queue')
      .where('id', '=', conversation_id)
      .executeTakeFirstOrThrow();
    await startClock(tx, book, message, conversation_id, decision, place.queue, now);
    await noteRepeats(tx, book, { message, conversation_id, contacts }, decision, now);
    if (message.origin === 'import') await replayAnswer(tx, message, conversation_id, now);
    return 'decided';
  });
}

async function startClock(
  tx: Tx,
  book: CompiledRulebook,
  message: Message,
  conversation_id: string,
  decision: Decision,
  queue: string,
  now: Date,
): Promise<void> {
  const profile = book.mailboxes.find((mailbox) => mailbox.id === message.mailbox);
  // Imported history may name a mailbox that is no longer configured: the first policy stands in.
  const { policy, calendar } = policyFor(profile ?? { sla: book.slas[0]!.id }, message.received_at, book);
  const motif = book.motifs.find((candidate) => candidate.id === decision.motif);
  await openRequest(tx, SYSTEM, now, {
    message_id: message.id,
    conversation_id,
    started_at: message.received_at,
    policy,
    calendar,
    legal_clock: motif?.legal_clock,
    mailbox: message.mailbox,
    origin: message.origin,
    trial: isTrial(message),
    motif: decision.motif,
    motif_parent: motif?.provisional?.parent,
    level: decision.level,
    // A message that joins is worked where its conversation already is.
    queue,
    pool: book.queues.find((candidate) => candidate.id === queue)?.kind === 'partner' ? queue : null,
  });
}

/** History tells when it was answered: the clock of its day stops there, and the conversation needs nobody. */
async function replayAnswer(tx: Tx, message: Message, conversation_id: string, now: Date): Promise<void> {
  const at = new Date(message.headers[ANSWERED_HEADER] ?? Number.NaN);
  if (Number.isNaN(at.getTime()) || at < message.received_at) return;
  await stopRequests(tx, SYSTEM, conversation_id, at, { kind: 'answered', reply_type: 'definitive' }, now);
  await tx
    .updateTable('conversation')
    .set({ status: 'closed', closing_code: 'answered', updated_at: now })
    .where('id', '=', conversation_id)
    .execute();
}

/** Automated mail never gets a reply, never starts a clock, never vanishes: it stays readable beside its thread. */
async function endAutomated(
  tx: Tx,
  message: Message,
  bounce: boolean,
  conversation_id: string | null,
  now: Date,
): Promise<'ended'> {
  await setOutcome(
    tx,
    message.id,
    bounce ? 'bounce' : 'automated',
    'dispatched',
    conversation_id === null ? {} : { conversation_id },
  );
  await appendEvents(tx, SYSTEM, now, [
    {
      type: bounce ? 'message.bounce' : 'message.automated',
      occurred_at: message.received_at,
      conversation_id,
      message_id: message.id,
      data: { reason: message.automated_reason, mailbox: message.mailbox },
    },
  ]);
  if (bounce && conversation_id !== null) {
    // A report says that it failed (RFC 3464 §2.3.3). Prose without a code for good may warn of a mail still under way.
    const reported = message.automated_reason === 'bounce:dsn';
    const for_good = reported || message.headers[FAILED_STATUS]?.startsWith('5') === true;
    const ours = for_good ? await sentAs(tx, conversation_id, message.in_reply_to) : undefined;
    if (ours !== undefined) await reopenUnreached(tx, ours, 'reply-returned', now);
    await openUndeliveredTask(tx, message, conversation_id, now);
  }
  return 'ended';
}
