import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { dayWords } from '../words/time.ts';
import { CHANNELS, HALVES, shiftDay, usualOf, weekOf, type Grid, type Half } from './presence-grid.ts';

const WEEK_DAYS = 7;

/** Who is there, half-day by half-day. It moves capacity, never a deadline. */
export function PresencePage() {
  const [monday, setMonday] = useState(() => weekOf(Date.now())[0]!);
  const days = Array.from({ length: 5 }, (_, index) => shiftDay(monday, index));
  const { data, error, reload } = useLoad<Grid>(`/api/presence?from=${days[0]}&to=${days[4]}`);
  const names = useNames();
  const may_change = useCell(me)?.role === 'supervisor';
  async function set(agent: string, day: string, half: Half, channel: string): Promise<void> {
    try {
      const cell = { agent, day, half, channel: channel === '' ? null : channel };
      await call('PUT', '/api/presence', { cells: [cell] });
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Présence</h1>
      <p class="actions">
        <button type="button" onClick={() => setMonday(shiftDay(monday, -WEEK_DAYS))}>
          Semaine précédente
        </button>
        <button type="button" onClick={() => setMonday(shiftDay(monday, WEEK_DAYS))}>
          Semaine suivante
        </button>
        <a href={`/api/presence/export?from=${days[0]}&to=${days[4]}`} download="presence.csv">
          Enregistrer en CSV
        </a>
      </p>
      <p class="quiet">Entre parenthèses : l’habitude de l’équipe. La présence change la capacité, jamais un délai.</p>
      <Problem of={error} />
      {data !== undefined && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Présence, semaine du ${dayWords(monday)}`}>
          <table class="presence">
            <thead>
              <tr>
                <th scope="col">Personne</th>
                {days.flatMap((day) =>
                  HALVES.map(([half, label]) => (
                    <th key={day + half} scope="col">
                      {dayWords(day)} {label}
                    </th>
                  )),
                )}
              </tr>
            </thead>
            <tbody>
              {data.people.map((person) => (
                <tr key={person.id}>
                  <th scope="row">{person.name}</th>
                  {days.flatMap((day) =>
                    HALVES.map(([half, label]) => {
                      const cell = data.cells.find(
                        (one) => one.agent === person.id && one.day === day && one.half === half,
                      );
                      const usual = usualOf(data, person.queues, day, half);
                      const words = cell?.channel ?? usual;
                      return (
                        <td key={day + half} class={`channel ${words}`}>
                          {may_change ? (
                            <select
                              aria-label={`${person.name}, ${dayWords(day)} ${label}`}
                              value={cell?.channel ?? ''}
                              onChange={(event) => void set(person.id, day, half, event.currentTarget.value)}
                            >
                              <option value="">({CHANNELS[usual]})</option>
                              {Object.entries(CHANNELS).map(([id, name]) => (
                                <option key={id} value={id}>
                                  {name}
                                </option>
                              ))}
                            </select>
                          ) : (
                            CHANNELS[words]
                          )}
                        </td>
                      );
                    }),
                  )}
                </tr>
              ))}
            </tbody>
            <tfoot>
              {[...new Set(data.people.flatMap(({ queues }) => queues))].sort().map((queue) => (
                <tr key={queue}>
                  <th scope="row">{names.queue(queue)}, par heure ouverte</th>
                  {days.flatMap((day) =>
                    HALVES.map(([half]) => {
                      const found = data.capacity.find((c) => c.queue === queue && c.day === day && c.half === half);
                      return (
                        <td key={day + half} class="number">
                          {found === undefined || found.source === 'closed'
                            ? '–'
                            : Math.round(found.per_open_hour * 10) / 10}
                        </td>
                      );
                    }),
                  )}
                </tr>
              ))}
            </tfoot>
          </table>
        </div>
      )}
    </>
  );
}
