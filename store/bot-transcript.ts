import type { BotState } from '../domain/bot/state.ts';
import type { BotTalk } from './bot-talks.ts';
import type { Tx } from './database.ts';

/** One thing that was said in a talk. */
export interface Said {
  readonly n: number;
  readonly by: 'member' | 'bot' | 'adviser';
  readonly text: string;
  readonly at: Date;
  readonly turn: number;
  /** What the member's turn was recognised as. */
  readonly kind: string | null;
  readonly button: string | null;
}

/** What member and bot said, in order. Columns a partner may read too. */
export async function transcriptOf(tx: Tx, talk: string): Promise<Said[]> {
  const rows = await tx
    .selectFrom('bot_turn')
    .select(['n', 'turn', 'at', 'text', 'button', 'kind', 'reply'])
    .where('bot_conversation_id', '=', talk)
    .orderBy('n')
    .execute();
  return rows.flatMap(({ reply, text, kind, button, ...row }): Said[] => [
    ...(text === '' ? [] : [{ ...row, by: 'member' as const, text, kind, button }]),
    ...(reply === null ? [] : [{ ...row, by: 'bot' as const, text: reply, kind: null, button: null }]),
  ]);
}

/** What advisers answered and what has left, oldest first: a portal that lost one finds it here. */
export async function answersTo(tx: Tx, talk: Pick<BotTalk, 'conversation_id'>): Promise<Said[]> {
  if (talk.conversation_id === null) return [];
  const rows = await tx
    .selectFrom('message')
    .innerJoin('delivery', 'delivery.message_id', 'message.id')
    .select(['message.body', 'delivery.sent_at'])
    .where('message.conversation_id', '=', talk.conversation_id)
    .where('message.direction', '=', 'outgoing')
    .where('delivery.status', '=', 'sent')
    .where('delivery.kind', 'in', ['reply', 'notice'])
    .orderBy('delivery.sent_at')
    .orderBy('message.id')
    .execute();
  return rows.map(({ body, sent_at }, index) => ({
    n: index + 1,
    by: 'adviser' as const,
    text: body,
    at: sent_at!,
    turn: 0,
    kind: null,
    button: null,
  }));
}

/** The talk behind a conversation, for whoever answers it. */
export interface TalkBehind {
  readonly id: string;
  readonly portal: string;
  /** As the account knows it; own staff only. */
  readonly nir: string | null;
  readonly state: BotState;
  readonly said: readonly Said[];
}

/** @param own_staff a partner's database role may not read who the account belongs to */
export async function talkBehind(tx: Tx, conversation_id: string, own_staff: boolean): Promise<TalkBehind | undefined> {
  const talk = await tx
    .selectFrom('bot_conversation')
    .select(['id', 'portal', 'state'])
    .where('conversation_id', '=', conversation_id)
    .executeTakeFirst();
  if (talk === undefined) return undefined;
  const known = own_staff
    ? await tx.selectFrom('bot_conversation').select('member').where('id', '=', talk.id).executeTakeFirst()
    : undefined;
  return { ...talk, nir: known?.member.nir ?? null, said: await transcriptOf(tx, talk.id) };
}
