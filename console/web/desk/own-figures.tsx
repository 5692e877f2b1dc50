import { useLoad } from '../shell/load.ts';

interface Figures {
  readonly taken: number;
  readonly answered: number;
  readonly in_time: number;
  readonly given_back: number;
  readonly motifs_corrected: number;
}

const EVERY_MS = 60_000;
const ROWS: readonly (readonly [keyof Figures, string])[] = [
  ['taken', 'Conversations prises'],
  ['answered', 'Demandes répondues'],
  ['in_time', 'dont dans le délai'],
  ['given_back', 'Conversations rendues'],
  ['motifs_corrected', 'Motifs corrigés'],
];

/** One's own day and week: for oneself, and beside nobody else's. */
export function OwnFigures() {
  const { data } = useLoad<{ today: Figures; week: Figures }>('/api/desk/figures', EVERY_MS);
  if (data === undefined) return null;
  return (
    <section aria-labelledby="mes-chiffres">
      <h2 id="mes-chiffres">Mes chiffres</h2>
      <p class="quiet">Vous seul les voyez.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Ce que j’ai fait</th>
            <th scope="col">Aujourd’hui</th>
            <th scope="col">Sept jours</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([key, label]) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              <td>{data.today[key]}</td>
              <td>{data.week[key]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
