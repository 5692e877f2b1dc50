import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Task } from '../api/types.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { dayOf, dayWords } from '../words/time.ts';

const EVERY_MS = 60_000;

/** Dated work beside the answers; finishing one tells the person. */
export function TasksPage() {
  const { data, error, reload } = useLoad<{ tasks: Task[] }>('/api/tasks', EVERY_MS);
  const [ending, setEnding] = useState<Task | null>(null);
  const today = dayOf(Date.now());
  const names = useNames();
  return (
    <>
      <h1>Échéances</h1>
      <Problem of={error} />
      {data?.tasks.length === 0 && <p>Aucune échéance ouverte.</p>}
      {data !== undefined && data.tasks.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Échéances ouvertes">
          <table>
            <thead>
              <tr>
                <th scope="col">Pour le</th>
                <th scope="col">Pôle</th>
                <th scope="col">À faire</th>
                <th scope="col">Conversation</th>
                <th scope="col">Action</th>
              </tr>
            </thead>
            <tbody>
              {data.tasks.map((task) => (
                <tr key={task.id}>
                  <td class={task.due_on < today ? 'late' : undefined}>{dayWords(task.due_on)}</td>
                  <td>{names.queue(task.pole)}</td>
                  <th scope="row">{task.action}</th>
                  <td>
                    <a href={hrefOf('conversation', task.conversation)}>{task.ref}</a>
                  </td>
                  <td>
                    <button type="button" onClick={() => setEnding(task)}>
                      C’est fait<span class="sr"> : {task.action}</span>
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ending !== null && (
        <Dialog title="Terminer l’échéance" onClose={() => setEnding(null)}>
          <DoneForm
            task={ending}
            onDone={() => {
              setEnding(null);
              void reload();
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function DoneForm({ task, onDone }: { readonly task: Task; readonly onDone: () => void }) {
  const [body, setBody] = useState('');
  const [proof, setProof] = useState('');
  async function send(): Promise<void> {
    const notice = { body, ...(proof.trim() === '' ? {} : { proof }) };
    await call('POST', `/api/tasks/${task.id}/done`, { notice });
    say('L’échéance est terminée ; la personne en est avisée.');
    onDone();
  }
  return (
    <ActionForm submit="Terminer" onSubmit={send} disabled={body.trim() === ''}>
      <p>{task.action}</p>
      <label>
        Avis à la personne
        <textarea rows={5} maxLength={20_000} value={body} onInput={(event) => setBody(event.currentTarget.value)} />
      </label>
      <label>
        Dit autrement que par courriel : où et quand (facultatif)
        <input value={proof} maxLength={500} onInput={(event) => setProof(event.currentTarget.value)} />
      </label>
    </ActionForm>
  );
}
