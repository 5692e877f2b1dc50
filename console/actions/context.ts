import type { MailboxProfile, Motif, Rulebook } from '../../domain/rulebook.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { portalOf } from '../../store/bot-handover.ts';
import type { Actor, Tx } from '../../store/database.ts';
import type { Conversation } from '../../store/intake.ts';
import { mailboxMode } from '../../store/mailboxes.ts';
import { lastIncoming, type ThreadMessage } from '../../store/thread.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';

/** How long a reply may be taken back, unless main.ts says otherwise. */
export const UNDO_MS = 10_000;

/** What every action of the desk works with: one transaction, one person, one instant. */
export interface ActionContext {
  readonly tx: Tx;
  readonly agent: Agent;
  readonly book: Rulebook;
  readonly now: Date;
  readonly deps: ConsoleDeps;
}

/** Runs an action in one transaction as this person, then adds the jobs it names. */
export async function act<T>(
  deps: ConsoleDeps,
  agent: Agent,
  action: (context: ActionContext) => Promise<T>,
  as: Actor = actorOf(agent),
): Promise<T> {
  const book = await deps.rulebook();
  const now = deps.clock();
  return deps.store.write(as, (tx) => action({ tx, agent, book, now, deps }));
}

/**
 * Adds the job of a delivery once its row is committed. A queue that is away costs seconds, never a mail: the sweep adds
 * the job again (law 2).
 */
export async function enqueueReplies(deps: ConsoleDeps, jobs: readonly RowJob[], delay_ms: number): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await deps.queues.enqueue('reply', jobs, { delay_ms });
  } catch (error) {
    deps.log.warn({ jobs: jobs.length, name: (error as Error).name }, 'reply jobs left to the sweep');
  }
}

export function undoMs(deps: ConsoleDeps): number {
  return deps.undo_ms ?? UNDO_MS;
}

/** The motif a person gave, else the machine's, as the rulebook describes it. */
export function motifOf(
  book: Rulebook,
  conversation: Pick<Conversation, 'motif' | 'motif_confirmed'>,
): Motif | undefined {
  const id = conversation.motif_confirmed ?? conversation.motif;
  return book.motifs.find((motif) => motif.id === id);
}

/** The mailbox a conversation answers from. @throws Refusal REPLY_REFUSED when the configuration no longer has it */
export function profileOf(book: Rulebook, mailbox: string): MailboxProfile {
  const profile = book.mailboxes.find((candidate) => candidate.id === mailbox);
  if (profile === undefined)
    throw new Refusal('REPLY_REFUSED', 'La boîte de cette conversation n’est plus configurée.');
  return profile;
}

/** @throws Refusal MAILBOX_OBSERVES */
export async function requireLive(tx: Tx, profile: MailboxProfile): Promise<void> {
  if ((await mailboxMode(tx, profile.id)) === 'live') return;
  throw new Refusal(
    'MAILBOX_OBSERVES',
    `La boîte « ${profile.label} » est en observation : aucune réponse n’en part. Un superviseur peut la passer en service.`,
  );
}

/** True when the conversation is a talk of the bot whose portal takes answers: they need no hand and no proof. */
export async function goesToAccount(
  { tx, deps }: Pick<ActionContext, 'tx' | 'deps'>,
  profile: MailboxProfile,
  conversation: string,
): Promise<boolean> {
  if (profile.reply_via !== 'account-api') return false;
  const portal = await portalOf(tx, conversation);
  return portal !== undefined && deps.bot?.portals.get(portal)?.answers !== undefined;
}

/** The message an answer hangs on. @throws Refusal REPLY_REFUSED when the member wrote nothing we can answer */
export async function requireIncoming(tx: Tx, conversation: Conversation): Promise<ThreadMessage> {
  const message = await lastIncoming(tx, conversation.id);
  if (message === undefined) throw new Refusal('REPLY_REFUSED', 'Cette conversation ne contient aucun message reçu.');
  return message;
}
