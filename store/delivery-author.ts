import type { ReplyType } from '../domain/conversation.ts';
import type { Tx } from './database.ts';
import type { Delivery } from './deliveries.ts';

/** A delivery a person wrote, with who wrote it. */
export interface AuthoredDelivery extends Pick<
  Delivery,
  'id' | 'kind' | 'status' | 'conversation_id' | 'created_at' | 'answered_at' | 'asked' | 'in_response_to'
> {
  /** Agent id; empty for what the machine wrote (acknowledgments, copies). */
  readonly author: string;
  /** Of replies. */
  readonly reply_type: ReplyType | null;
}

export async function deliveryWithAuthor(tx: Tx, id: string): Promise<AuthoredDelivery | undefined> {
  const row = await tx
    .selectFrom('delivery')
    .leftJoin('message', 'message.id', 'delivery.message_id')
    .select([
      'delivery.id',
      'delivery.kind',
      'delivery.status',
      'delivery.conversation_id',
      'delivery.created_at',
      'delivery.answered_at',
      'delivery.asked',
      'delivery.in_response_to',
      'message.author',
      'message.reply_type',
    ])
    .where('delivery.id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, author: row.author ?? '' };
}

/** When a reply (last) stopped the clocks of its conversation: the instant that marks them as its own. */
export function answeredAt(delivery: Pick<Delivery, 'created_at' | 'answered_at'>): Date {
  return delivery.answered_at ?? delivery.created_at;
}

/** The mark a reply leaves on the clocks it stops: its instant and its author. */
export function stopOf(delivery: AuthoredDelivery): { readonly stopped_at: Date; readonly stopped_by: string } {
  return { stopped_at: answeredAt(delivery), stopped_by: `agent:${delivery.author}` };
}

/** Ids of the copies made with a reply that still wait (mail/queue-reply.ts writes them in the same transaction). */
export async function copiesOf(tx: Tx, reply: AuthoredDelivery): Promise<string[]> {
  const rows = await tx
    .selectFrom('delivery')
    .select('id')
    .where('conversation_id', '=', reply.conversation_id)
    .where('id', '<>', reply.id)
    .where('kind', '=', 'notice')
    .where('message_id', 'is', null)
    .where('in_response_to', '=', reply.in_response_to)
    .where('created_at', '=', reply.created_at)
    .where('status', 'in', ['pending', 'held'])
    .execute();
  return rows.map((row) => row.id);
}
