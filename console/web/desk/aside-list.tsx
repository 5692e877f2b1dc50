import type { AsideRow } from '../api/types.ts';
import { call } from '../api/client.ts';
import { ConversationRow } from '../lists/row.tsx';
import { complain, say } from '../shell/notices.tsx';
import { moment } from '../words/time.ts';
import { SNOOZE_LABELS } from '../words/words.ts';

interface Props {
  readonly rows: readonly AsideRow[];
  readonly now: number;
  readonly onChange: () => Promise<void>;
}

/** Conversations set aside: until when, why, and the way back. */
export function AsideList({ rows, now, onChange }: Props) {
  async function wake(row: AsideRow): Promise<void> {
    try {
      await call('POST', `/api/conversations/${row.id}/wake`, {});
      say(`${row.ref} est de nouveau dans sa file.`);
    } catch (error) {
      complain(error);
    }
    await onChange();
  }
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.id}>
          <ConversationRow row={row} now={now} />
          {row.snoozed_until !== null && (
            <p class="quiet">
              {row.by !== null && `${row.by}, `}
              {Date.parse(row.snoozed_until) > now ? 'jusqu’au' : 'de retour depuis le'} {moment(row.snoozed_until)}
              {row.snooze_reason !== null && ` : ${SNOOZE_LABELS[row.snooze_reason]}`}{' '}
              <button type="button" onClick={() => void wake(row)}>
                Remettre dans la file<span class="sr"> : {row.ref}</span>
              </button>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
