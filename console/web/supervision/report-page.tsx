import { useState } from 'preact/hooks';
import type { Role } from '../api/types.ts';
import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import { useNames, type Names } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { dateWords, dayOf, hours } from '../words/time.ts';
import { percent } from '../words/words.ts';
import { Marks } from './marks.tsx';
import { Forecast, Warnings } from './outlook.tsx';
import { Period } from './period.tsx';
import { Shares } from './shares.tsx';
import { RepliesToReread } from './to-reread.tsx';
import type { Figure, Outlook, Report } from './types.ts';

const WEEK_DAYS = 7;
const EVERY_MS = 300_000;
const REVIEWERS: readonly Role[] = ['referent', 'supervisor'];
const BREAKDOWNS = [
  ['queue', 'File'],
  ['motif', 'Motif'],
  ['mailbox', 'Boîte'],
  ['pool', 'Équipe partenaire'],
  ['team', 'Équipe'],
  ['day', 'Jour'],
] as const;
type By = (typeof BREAKDOWNS)[number][0];

/** The published figure, of any past days, as the event log gives it. */
export function ReportPage() {
  const [from, setFrom] = useState(dayOf(Date.now(), -WEEK_DAYS));
  const [to, setTo] = useState(dayOf(Date.now()));
  const [by, setBy] = useState<By>('queue');
  const [clock, setClock] = useState('elapsed');
  const valid = from !== '' && to !== '' && from <= to;
  const query = `/api/report?from=${from}&to=${to}&by=${by}&clock=${clock}`;
  const { data, error, loading } = useLoad<Report>(valid ? query : null);
  const outlook = useLoad<Outlook>('/api/report/forecast', EVERY_MS);
  const role = useCell(me)?.role;
  const names = useNames();
  return (
    <>
      <h1>Chiffres</h1>
      <div class="filters">
        <Period
          from={from}
          to={to}
          onChange={(first, last) => {
            setFrom(first);
            setTo(last);
          }}
        />
        <label>
          Par
          <select value={by} onChange={(event) => setBy(event.currentTarget.value as By)}>
            {BREAKDOWNS.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Délai du tableau
          <select value={clock} onChange={(event) => setClock(event.currentTarget.value)}>
            <option value="elapsed">heures écoulées</option>
            <option value="working">jours ouvrés</option>
          </select>
        </label>
        {valid && (
          <a href={`${query}&format=csv`} download="chiffres.csv">
            Enregistrer en CSV
          </a>
        )}
        {valid && (
          <a href={`/api/report/weekly?to=${to}`} download={`semaine-${to}.html`}>
            Rapport des sept jours jusqu’au {dateWords(to)}
          </a>
        )}
      </div>
      {!valid && <p role="alert">Choisissez une période, le premier jour d’abord.</p>}
      <Problem of={error ?? outlook.error} />
      {valid && <Shares from={from} to={to} title="Part dans le délai" />}
      {loading && valid && <p role="status">Calcul…</p>}
      {data !== undefined && <Marks report={data} from={from} to={to} />}
      {data !== undefined && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Chiffres de la période">
          <table>
            <thead>
              <tr>
                <th scope="col">{BREAKDOWNS.find(([id]) => id === by)?.[1]}</th>
                <th scope="col">Reçus</th>
                <th scope="col">Traités</th>
                <th scope="col">Répondus</th>
                <th scope="col">Traités dans le délai</th>
                <th scope="col">Répondus dans le délai</th>
                <th scope="col">Médiane</th>
                <th scope="col">9 sur 10 en</th>
                <th scope="col">Ouverts, en retard</th>
                <th scope="col">Ouverts, dans le délai</th>
                <th scope="col">Clos sans réponse</th>
              </tr>
            </thead>
            <tbody>
              <Line label="Ensemble" figure={data} />
              {data.groups?.map((group) => (
                <Line
                  key={group.key ?? ''}
                  label={group.key === null ? NONE[by] : called(names, by, group.key)}
                  figure={group}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {outlook.data !== undefined && <Forecast outlook={outlook.data} />}
      {outlook.data !== undefined && <Warnings outlook={outlook.data} />}
      {valid && role !== undefined && REVIEWERS.includes(role) && <RepliesToReread from={from} to={to} />}
    </>
  );
}

const NONE: Readonly<Record<By, string>> = {
  queue: 'sans file',
  motif: 'sans motif',
  mailbox: 'sans boîte',
  pool: 'gardés par la caisse',
  team: 'autres équipes',
  day: 'sans jour',
};

function called(names: Names, by: By, key: string): string {
  if (by === 'day') return dateWords(key);
  return by === 'pool' ? names.queue(key) : names[by](key);
}

function Line({ label, figure }: { readonly label: string; readonly figure: Figure }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">{figure.received}</td>
      <td class="number">{figure.handled}</td>
      <td class="number">{figure.answered}</td>
      <td class="number">{percent(figure.share)}</td>
      <td class="number">{percent(figure.replied_share)}</td>
      <td class="number">{hours(figure.median_hours)}</td>
      <td class="number">{hours(figure.p90_hours)}</td>
      <td class="number">{figure.open_late}</td>
      <td class="number">{figure.open_not_due}</td>
      <td class="number">{figure.closed_without_answer}</td>
    </tr>
  );
}
