import type { z } from 'zod';
import type { ListedConversation } from '../../store/conversations.ts';
import type { Task } from '../../store/thread.ts';
import { iso, isoOrNull, type listed } from '../routes/schemas.ts';
import type { task as taskSchema } from '../routes/thread-schema.ts';

/** What is done to every text before it leaves: nothing for own staff, hiding NIRs for a partner. Keeps the length. */
export type TextFilter = (text: string) => string;

type Listed = z.infer<typeof listed>;

/** A conversation as it stands in lists. */
export function listedView(row: ListedConversation, filter: TextFilter): Listed {
  return {
    id: row.id,
    ref: row.ref,
    mailbox: row.mailbox,
    channel: row.channel,
    subject: filter(row.subject),
    sender_name: filter(row.sender_name),
    status: row.status,
    queue: row.queue,
    level: row.level,
    motif: row.motif,
    motif_confirmed: row.motif_confirmed,
    abstained: row.abstained,
    flags: row.flags,
    urgency: row.urgency,
    due_elapsed_at: isoOrNull(row.due_elapsed_at),
    due_working_at: isoOrNull(row.due_working_at),
    legal_due_at: isoOrNull(row.legal_due_at),
    first_received_at: iso(row.first_received_at),
    last_received_at: iso(row.last_received_at),
    holder: row.holder,
    held_until: isoOrNull(row.held_until),
    closing_code: row.closing_code,
    in_reading: row.reading !== null,
  };
}

export function taskView(task: Task, ref: string, filter: TextFilter): z.infer<typeof taskSchema> {
  return {
    id: task.id,
    conversation: task.conversation_id,
    ref,
    pole: task.pole,
    action: filter(task.action),
    due_on: task.due_on,
    owner: task.owner,
    status: task.status,
    created_at: iso(task.created_at),
    done_at: isoOrNull(task.done_at),
  };
}
