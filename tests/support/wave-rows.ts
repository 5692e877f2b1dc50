/** Mails as triage and dispatch leave them, many at once: what the search for waves reads. */
import { createHash } from 'node:crypto';
import { SYSTEM, type Store } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';

export interface MailRow {
  readonly body: string;
  readonly at: Date;
  readonly sender?: string;
  readonly outcome?: 'conversation' | 'automated';
  readonly restricted?: boolean;
  readonly motif?: string;
}

/** @returns ids; each mail is its own conversation, of the same id */
export async function insertMails(store: Store, prefix: string, rows: readonly MailRow[]): Promise<string[]> {
  const mails = rows.map((row, i) => ({
    ...row,
    id: newId(row.at.getTime() + i),
    sender: row.sender ?? `${prefix}-${i}@membre.example`,
    ref: createHash('sha256').update(`${prefix}-${i}`).digest('hex').slice(0, 12),
  }));
  await store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('sender')
      .values([...new Set(mails.map(({ sender }) => sender))].map((key) => ({ key, first_seen_at: mails[0]!.at })))
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    await tx
      .insertInto('conversation')
      .values(
        mails.map(({ id, ref, sender, at, restricted, motif }) => ({
          ...{ id, ref, mailbox: 'pfs-assures', sender_key: sender, sender_name: 'Camille Exemple' },
          ...{ status: 'queued' as const, queue: 'n1', level: 'n1' as const, restricted: restricted ?? false },
          ...{ motif: motif ?? null, first_received_at: at, last_received_at: at, created_at: at, updated_at: at },
        })),
      )
      .execute();
    await tx
      .insertInto('message')
      .values(
        mails.map(({ id, sender, at, body, outcome }) => ({
          ...{ id, conversation_id: id, direction: 'incoming' as const, mailbox: 'pfs-assures', status: 'dispatched' },
          ...{ outcome: outcome ?? 'conversation', received_at: at, ingested_at: at, from_address: sender },
          ...{ from_name: 'Camille Exemple', body, message_id: `<${id}@membre.example>` },
        })) as never,
      )
      .execute();
  });
  return mails.map(({ id }) => id);
}
