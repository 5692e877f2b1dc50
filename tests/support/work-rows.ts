/** Conversations as they wait at the desk, written straight into the store: what the order of work looks at, no more. */
import { randomBytes } from 'node:crypto';
import { SYSTEM, type Store } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { createAgent, type Agent, type NewAgent } from '../../store/agents.ts';
import type { ConversationStatus } from '../../domain/conversation.ts';

export interface WaitingRow {
  queue?: string;
  urgency?: number;
  due_at?: Date | null;
  since: Date;
  legal_due_at?: Date | null;
  motif?: string | null;
  restricted?: boolean;
  status?: ConversationStatus;
  holder?: string;
  held_until?: Date;
  sender?: string;
}

/** @returns the ids, in the order given */
export async function addWaiting(store: Store, rows: readonly WaitingRow[], now: Date): Promise<string[]> {
  const ids: string[] = [];
  await store.write(SYSTEM, async (tx) => {
    for (const row of rows) {
      const id = newId(now.getTime());
      const sender_key = row.sender ?? `${randomBytes(8).toString('hex')}@membre.example`;
      ids.push(id);
      await tx
        .insertInto('sender')
        .values({ key: sender_key, first_seen_at: now })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
      await tx
        .insertInto('conversation')
        .values({
          ...{ id, sender_key, ref: `T-${randomBytes(8).toString('hex')}`, mailbox: 'pfs-assures', level: 'n1' },
          ...{ status: row.status ?? 'queued', queue: row.queue ?? 'n1', urgency: row.urgency ?? 3 },
          ...{ motif: row.motif === undefined ? 'carte-vitale' : row.motif, restricted: row.restricted ?? false },
          ...{ due_at: row.due_at ?? null, legal_due_at: row.legal_due_at ?? null },
          ...{ open_since: row.due_at == null ? null : row.since, first_received_at: row.since },
          ...{ last_received_at: row.since, holder: row.holder ?? null, held_until: row.held_until ?? null },
          ...{ created_at: now, updated_at: now },
        } as never)
        .execute();
    }
  });
  return ids;
}

let logins = 0;

export async function addAgent(store: Store, over: Partial<NewAgent>, now: Date): Promise<Agent> {
  logins += 1;
  const account: NewAgent = {
    ...{ login: `a${logins}@cpam.example`, display_name: `Agent ${logins}`, role: 'agent', queues: ['n1'] },
    ...{ pool: null, password_hash: 'none' },
    ...over,
  } as NewAgent;
  const id = await store.write(SYSTEM, (tx) => createAgent(tx, SYSTEM, account, now));
  const { password_hash: _, ...rest } = account;
  return { ...rest, id, disabled: false };
}
