import type { Thread } from '../api/types.ts';
import { ConversationRow } from '../lists/row.tsx';
import { useNow } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { dayWords } from '../words/time.ts';

const EVERY_MS = 15_000;

interface Props {
  readonly thread: Thread;
}

/** Earlier contacts of the same person, and dated work given to a pôle. */
export function Contacts({ thread }: Props) {
  const now = useNow(EVERY_MS);
  const names = useNames();
  return (
    <>
      {thread.tasks.length > 0 && (
        <section aria-labelledby="echeances" class="card">
          <h2 id="echeances">Échéances</h2>
          <ul>
            {thread.tasks.map((task) => (
              <li key={task.id}>
                {task.action} – {names.queue(task.pole)}, {dayWords(task.due_on)}
                {task.status === 'done' && ', faite'}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="contacts" class="card">
        <h2 id="contacts">Autres contacts de cette personne</h2>
        {thread.contacts.length === 0 && <p>Aucun.</p>}
        <ul class="rows tight">
          {thread.contacts.map((row) => (
            <li key={row.id}>
              <ConversationRow row={row} now={now} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
