import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import type { IngestedMail, LedgerBatch, RecordedMessage } from './ledger.ts';
import { putPacked } from './raw.ts';

/** Writes originals and messages of new contents, and links every ledger row of `mails` to its message. */
export async function insertMessages(
  tx: Tx,
  batch: LedgerBatch,
  mails: readonly IngestedMail[],
  now: Date,
): Promise<{ messages: RecordedMessage[]; links: number }> {
  if (mails.length === 0) return { messages: [], links: 0 };
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const known = await tx
    .selectFrom('ledger')
    .select(['sha256', 'message_id'])
    .where('mailbox', '=', batch.mailbox)
    .where(
      'sha256',
      'in',
      mails.map((mail) => mail.raw.sha256),
    )
    .where('message_id', 'is not', null)
    .execute();
  const firsts = new Map(known.map((row) => [hex(row.sha256!), row.message_id!]));
  const fresh: { mail: IngestedMail; id: string }[] = [];
  const links = mails.map((mail) => {
    const content = hex(mail.raw.sha256);
    const first = firsts.get(content);
    if (first !== undefined) return { uid: mail.uid, message_id: first, outcome: 'duplicate' as const };
    const id = newId(now.getTime());
    firsts.set(content, id);
    fresh.push({ mail, id });
    return { uid: mail.uid, message_id: id, outcome: null };
  });
  if (fresh.length > 0) {
    await putPacked(
      tx,
      fresh.map(({ mail }) => mail.raw),
      now,
    );
    await tx
      .insertInto('message')
      .values(
        fresh.map(({ mail, id }) => ({
          id,
          direction: 'incoming' as const,
          origin: batch.origin,
          mailbox: batch.mailbox,
          sha256: mail.raw.sha256,
          status: 'received' as const,
          urgent_hint: mail.urgent_hint,
          received_at: mail.internal_date,
          ingested_at: now,
          parse_problem: mail.note ?? null,
        })),
      )
      .execute();
  }
  await sql`update aiguillage.ledger l set message_id = v.message_id, outcome = v.outcome
    from unnest(${links.map((link) => link.uid)}::bigint[], ${links.map((link) => link.message_id)}::uuid[],
      ${links.map((link) => link.outcome)}::text[]) as v(uid, message_id, outcome)
    where l.mailbox = ${batch.mailbox} and l.folder = ${batch.folder} and l.uidvalidity = ${batch.uidvalidity}
      and l.uid = v.uid`.execute(tx);
  const messages = fresh.map(({ mail, id }) => ({
    id,
    rev: 0,
    received_at: mail.internal_date,
    urgent_hint: mail.urgent_hint,
  }));
  return { messages, links: links.length };
}
