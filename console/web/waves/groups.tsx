import { call } from '../api/client.ts';
import { complain, say } from '../shell/notices.tsx';
import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';
import type { Group } from './types.ts';

interface Props {
  readonly groups: readonly Group[];
  readonly onChange: () => Promise<void>;
}

/** Group replies of the wave: how far they are; what was skipped, and why. */
export function Groups({ groups, onChange }: Props) {
  if (groups.length === 0) return null;
  async function stop(id: string): Promise<void> {
    try {
      const { taken_back, gone } = await call<{ taken_back: number; gone: number }>(
        'POST',
        `/api/group-replies/${id}/stop`,
        {},
      );
      say(`Arrêtée : ${count(taken_back, 'réponse reprise', 'réponses reprises')}, ${gone} déjà parties.`);
    } catch (error) {
      complain(error);
    }
    await onChange();
  }
  return (
    <section class="card" aria-labelledby="groupes">
      <h2 id="groupes">Réponses groupées</h2>
      {groups.map((group) => (
        <div key={group.id}>
          <p>
            Approuvée {moment(group.approved_at)} : {group.sent} faites, {group.pending} à faire, {group.skipped}{' '}
            laissées, {group.taken_back} reprises.{' '}
            {group.finished_at === null && (
              <button type="button" onClick={() => void stop(group.id)}>
                Arrêter
              </button>
            )}
          </p>
          {group.skipped > 0 && (
            <details>
              <summary>Laissées</summary>
              <ul>
                {group.items
                  .filter(({ status }) => status === 'skipped')
                  .map((item) => (
                    <li key={item.conversation}>
                      {item.ref} : {item.label ?? item.reason}
                    </li>
                  ))}
              </ul>
            </details>
          )}
        </div>
      ))}
    </section>
  );
}
