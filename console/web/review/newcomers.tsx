import { useState } from 'preact/hooks';
import type { NewcomerView } from '../../routes/newcomers.ts';
import { call } from '../api/client.ts';
import { Select } from '../desk/actions/select.tsx';
import { useLoad } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { count } from '../words/words.ts';

interface Props {
  /** May say who is a newcomer. */
  readonly may: boolean;
}

/** Whose replies are read before they are sent. How many are left, they alone see. */
export function Newcomers({ may }: Props) {
  const { data, error, reload } = useLoad<{ replies: number; people: NewcomerView[] }>('/api/newcomers');
  const [chosen, setChosen] = useState('');
  const people = data?.people ?? [];
  const read = people.filter(({ newcomer }) => newcomer);
  const others = people.filter(({ newcomer }) => !newcomer);
  async function set(id: string, newcomer: boolean): Promise<void> {
    try {
      await call('POST', `/api/newcomers/${id}`, { newcomer });
      say(newcomer ? 'Ses réponses seront relues avant l’envoi.' : 'Ses réponses partent sans relecture.');
      setChosen('');
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <section class="card" aria-labelledby="nouveaux">
      <h2 id="nouveaux">Nouveaux conseillers</h2>
      <p class="quiet">
        Leurs réponses sont relues avant l’envoi, jusqu’à {count(data?.replies ?? 0, 'réponse')} parties telles quelles.
      </p>
      <Problem of={error} />
      {data !== undefined && read.length === 0 && <p>Personne en ce moment.</p>}
      <ul class="judged">
        {read.map((one) => (
          <li key={one.id}>
            {one.display_name}
            {may && (
              <span class="actions">
                <button type="button" onClick={() => void set(one.id, false)}>
                  Mettre fin à la relecture<span class="sr"> de {one.display_name}</span>
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {may && (data?.replies ?? 0) > 0 && (
        <div class="pair">
          <Select
            label="Faire relire les réponses de"
            value={chosen}
            onChange={setChosen}
            options={others.map((one) => [one.id, one.display_name] as const)}
          />
          <button type="button" disabled={chosen === ''} onClick={() => void set(chosen, true)}>
            Faire relire
          </button>
        </div>
      )}
    </section>
  );
}
