import { createHash } from 'node:crypto';
import { DEMO_PORTAL } from '../config/portals.ts';
import { happen } from '../domain/bot/happenings.ts';
import type { BotState } from '../domain/bot/state.ts';
import type { BotTerms } from '../domain/bot/terms.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { saveTalk, type BotTalk } from './bot-talks.ts';
import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import { ensureMailbox } from './mailboxes.ts';
import type { Message } from './messages.ts';

/**
 * How a talk becomes a conversation of the desk: the accepted hand-over is an incoming message of the bot's mailbox, and
 * so is what the member writes after it. From there the ordinary way: triage decides, dispatch chooses the queue, the
 * clock runs from `received_at`, the accepted hand-over (law 6).
 */
const MARKS_HEADER = 'x-bot-marks';

/** Stands where a mail has its sender's address: two talks of one account are one person's, and it tells nobody whose. */
export function accountKey(portal: string, account: string): string {
  const digest = createHash('sha256').update(`${portal}\n${account}`).digest('hex');
  return `compte:${portal}:${digest.slice(0, 32)}`;
}

/** True for what somebody wrote on the chat page `/bot/demo`: no member's request. */
export function isTrial(message: Pick<Message, 'origin' | 'from_address'>): boolean {
  return message.origin === 'bot' && message.from_address.startsWith(`compte:${DEMO_PORTAL}:`);
}

/** Turns that say something of the matter: not a click, a greeting, « merci », or a bare « non ». */
const WORDLESS: ReadonlySet<string> = new Set(['menu', 'smalltalk', 'feedback-yes']);
const BARE_NO_CHARS = 12;

interface SpokenTurn {
  readonly turn: number;
  readonly text: string;
  readonly kind: string | null;
  readonly button: string | null;
}

/** The member's own words on the matter at hand: what is decided on. What the bot said would only mislead. */
export function wordsOf(turns: readonly SpokenTurn[], state: Pick<BotState, 'topic_from'>): string {
  const typed = turns.filter(({ button, text }) => button === null && text.trim() !== '');
  const topic = typed.filter(({ turn }) => turn >= state.topic_from);
  const telling = topic.filter(
    ({ kind, text }) => !WORDLESS.has(kind ?? '') && !(kind === 'feedback-no' && text.trim().length <= BARE_NO_CHARS),
  );
  const chosen = [telling, topic, typed, turns].find((some) => some.length > 0) ?? [];
  return chosen.map(({ text }) => text).join('\n');
}

/** Writes the message of a hand-over, or of what was written after one. @returns its id, to be enqueued for triage */
export async function insertBotMessage(
  tx: Tx,
  talk: Pick<BotTalk, 'portal' | 'account' | 'member'>,
  message: { readonly mailbox: string; readonly body: string; readonly marks: readonly string[] },
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  await ensureMailbox(tx, message.mailbox);
  await tx
    .insertInto('message')
    .values({
      id,
      direction: 'incoming',
      origin: 'bot',
      mailbox: message.mailbox,
      // Nothing to fetch or parse: triage goes on from here.
      status: 'parsed',
      urgent_hint: message.marks.length > 0,
      received_at: now,
      ingested_at: now,
      from_address: accountKey(talk.portal, talk.account),
      from_name: talk.member.name ?? '',
      body: message.body,
      headers: JSON.stringify({ [MARKS_HEADER]: message.marks.join(',') }),
    })
    .execute();
  return id;
}

/** The marks the bot had found, for decide(); undefined for a mail. */
export function marksOf(message: Pick<Message, 'origin' | 'headers'>): readonly string[] | undefined {
  if (message.origin !== 'bot') return undefined;
  return (message.headers[MARKS_HEADER] ?? '').split(',').filter((mark) => mark !== '');
}

/** The desk's conversation of the talk this message belongs to; null until its first message was triaged. */
export async function threadOfBot(tx: Tx, message: Pick<Message, 'id'>): Promise<string | null> {
  return (await talkOf(tx, message.id))?.conversation_id ?? null;
}

async function talkOf(tx: Tx, message: string): Promise<BotTalk | undefined> {
  return tx
    .selectFrom('bot_conversation')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('handover_message', '=', message),
        eb('id', 'in', eb.selectFrom('bot_turn').select('bot_conversation_id').where('message_id', '=', message)),
      ]),
    )
    .forUpdate()
    .executeTakeFirst();
}

/** The conversation stands at the desk: the talk knows it from now on. */
export async function noteHanded(
  tx: Tx,
  message: Pick<Message, 'id'>,
  conversation_id: string,
  book: Pick<Rulebook, 'bot' | 'motifs'>,
  motif: string | null,
  now: Date,
): Promise<void> {
  const talk = await talkOf(tx, message.id);
  if (talk === undefined || talk.conversation_id !== null) return;
  // Rules without a bot may be active by now: what was handed over is answered all the same.
  const same = { state: talk.state, events: [] };
  const step = book.bot === undefined ? same : happen(talk.state, { what: 'handed' }, book.bot, now.toISOString());
  await saveTalk(tx, talk, { ...step, conversation_id }, now);
  const label = book.motifs.find(({ id }) => id === motif)?.label;
  await tx
    .updateTable('conversation')
    .set({ subject: label === undefined ? 'Espace d’échanges' : `Espace d’échanges : ${label}` })
    .where('id', '=', conversation_id)
    .execute();
}

/** A person holds or has answered the conversation: the bot is silent for good. Returns the talk as it is then. */
export async function noteTakenOver(tx: Tx, talk: BotTalk, terms: BotTerms, now: Date): Promise<BotTalk> {
  if (talk.status !== 'handed' || talk.conversation_id === null) return talk;
  const desk = await tx
    .selectFrom('conversation')
    .select('status')
    .where('id', '=', talk.conversation_id)
    .executeTakeFirst();
  if (desk === undefined || desk.status === 'queued') return talk;
  const step = happen(talk.state, { what: 'take-over' }, terms, now.toISOString());
  await saveTalk(tx, talk, step, now);
  return { ...talk, state: step.state, status: step.state.status };
}

/** All an answer needs to reach the account; undefined when the conversation is no talk's. */
export async function portalAddress(
  tx: Tx,
  conversation_id: string,
): Promise<
  { readonly bot: string; readonly portal: string; readonly account: string; readonly ref: string } | undefined
> {
  return tx
    .selectFrom('bot_conversation')
    .innerJoin('conversation', 'conversation.id', 'bot_conversation.conversation_id')
    .select(['bot_conversation.id as bot', 'bot_conversation.portal', 'bot_conversation.account', 'conversation.ref'])
    .where('bot_conversation.conversation_id', '=', conversation_id)
    .executeTakeFirst();
}

/** The portal behind a conversation; undefined when it is no talk's. Columns a partner may read too. */
export async function portalOf(tx: Tx, conversation_id: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('bot_conversation')
    .select('portal')
    .where('conversation_id', '=', conversation_id)
    .executeTakeFirst();
  return row?.portal;
}
