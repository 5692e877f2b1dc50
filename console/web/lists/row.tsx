import type { Listed } from '../api/types.ts';
import { useNames } from '../shell/names.ts';
import { hrefOf } from '../shell/router.ts';
import { MailText } from '../text/mail-text.tsx';
import { remaining } from '../words/time.ts';
import { STATUS_LABELS, URGENCY_LABELS } from '../words/words.ts';

interface Props {
  readonly row: Listed;
  readonly now: number;
}

const ORDINARY = 3;
/** Where a deadline still matters. */
const OPEN: readonly string[] = ['queued', 'assigned', 'waiting'];

/** One conversation in a list: a link, with what decides whether to open it. */
export function ConversationRow({ row, now }: Props) {
  const names = useNames();
  const due = OPEN.includes(row.status) ? row.due_elapsed_at : null;
  const late = due !== null && Date.parse(due) < now;
  return (
    <a class="row" href={hrefOf('conversation', row.id)}>
      <span class={`urgency u${row.urgency}`}>
        {row.urgency < ORDINARY && URGENCY_LABELS[row.urgency]?.split(',')[0]}
      </span>
      <span class="row-subject">
        <MailText text={row.subject === '' ? '(sans objet)' : row.subject} line />
      </span>
      <span>
        <MailText text={row.sender_name} line />
      </span>
      <span>{names.motif(row.motif_confirmed ?? row.motif)}</span>
      <span>
        {names.queue(row.queue)}, {row.in_reading ? 'en relecture' : STATUS_LABELS[row.status]}
      </span>
      <span class={late ? 'late' : undefined}>{due === null ? '' : remaining(due, now)}</span>
    </a>
  );
}
