import { useEffect, useState } from 'preact/hooks';
import { AUDIT_KINDS } from '../../../domain/audit-kinds.ts';
import type { TrailAnswer } from '../../routes/audit.ts';
import { call } from '../api/client.ts';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { Period } from '../supervision/period.tsx';
import { dayOf, moment } from '../words/time.ts';
import { count, ROLE_LABELS } from '../words/words.ts';
import { Chain } from './chain.tsx';
import { ACTION_LABELS, KIND_LABELS } from './words.ts';

const DAYS = 6;
const TYPED_MS = 400;
type Row = TrailAnswer['rows'][number];
interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: keyof typeof ROLE_LABELS;
}

/** Who read, searched, decided, changed and sent what; for those who check it. Looking here leaves a trace too. */
export function TracesPage() {
  const [from, setFrom] = useState(dayOf(Date.now(), -DAYS));
  const [to, setTo] = useState(dayOf(Date.now()));
  const [person, setPerson] = useState('');
  const [kind, setKind] = useState('');
  const [typed, setTyped] = useState('');
  const [ref, setRef] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRef(typed.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const people = useLoad<{ people: Person[] }>('/api/audit/people');
  const valid = from !== '' && to !== '' && from <= to;
  const asked = new URLSearchParams({ from, to });
  for (const [name, value] of Object.entries({ person, kind, ref })) if (value !== '') asked.set(name, value);
  return (
    <>
      <h1>Traces</h1>
      <p class="quiet">
        Qui a lu, cherché, décidé, changé ou envoyé quoi. Aucun texte de courriel n’y figure. Votre lecture est tracée.
      </p>
      <div class="filters" role="search">
        <Period
          from={from}
          to={to}
          onChange={(first, last) => {
            setFrom(first);
            setTo(last);
          }}
        />
        <label>
          Personne
          <select value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
            <option value="">Toutes</option>
            <option value="system">La machine</option>
            {people.data?.people.map(({ id, name, role }) => (
              <option key={id} value={id}>
                {name} ({ROLE_LABELS[role]})
              </option>
            ))}
          </select>
        </label>
        <label>
          Acte
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="">Tous</option>
            {AUDIT_KINDS.map((each) => (
              <option key={each} value={each}>
                {KIND_LABELS[each]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Référence d’une conversation
          <input type="search" maxLength={40} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        {valid && (
          <a href={`/api/audit?${asked.toString()}&format=csv`} download="traces.csv">
            Enregistrer en CSV
          </a>
        )}
      </div>
      {!valid && <p role="alert">Choisissez une période, le premier jour d’abord.</p>}
      <Problem of={people.error} />
      {valid && <Trail key={asked.toString()} asked={asked.toString()} />}
      <Chain />
    </>
  );
}

function Trail({ asked }: { readonly asked: string }) {
  const { data, error, loading } = useLoad<TrailAnswer>(`/api/audit?${asked}`);
  const [more, setMore] = useState<TrailAnswer>();
  const [failed, setFailed] = useState<unknown>();
  const rows = [...(data?.rows ?? []), ...(more?.rows ?? [])];
  const next = more === undefined ? data?.next : more.next;
  async function onMore(): Promise<void> {
    try {
      const page = await call<TrailAnswer>('GET', `/api/audit?${asked}&before=${next!}`);
      setMore((before) => ({ rows: [...(before?.rows ?? []), ...page.rows], next: page.next }));
      setFailed(undefined);
    } catch (problem) {
      setFailed(problem);
    }
  }
  return (
    <>
      <Problem of={error ?? failed} />
      <p role="status">
        {loading ? 'Lecture…' : `${count(rows.length, 'trace')}${next != null ? ' lues, il y en a d’autres' : ''}`}
      </p>
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Tableau des traces">
          <table>
            <thead>
              <tr>
                <th scope="col">Quand</th>
                <th scope="col">Qui</th>
                <th scope="col">Acte</th>
                <th scope="col">Sur quoi</th>
                <th scope="col">Détail</th>
                <th scope="col">Scellée</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Line key={row.seq} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next != null && (
        <button type="button" onClick={() => void onMore()}>
          Lire la suite
        </button>
      )}
    </>
  );
}

function Line({ row }: { readonly row: Row }) {
  const detail = Object.entries(row.data).filter(([, value]) => value !== null && value !== undefined);
  return (
    <tr>
      <td>{moment(row.at)}</td>
      <td>{row.name ?? (row.person === null ? 'la machine' : <code>{row.person}</code>)}</td>
      <td>{ACTION_LABELS[row.action] ?? <code>{row.action}</code>}</td>
      <td>{row.ref ?? row.of ?? <code>{row.subject}</code>}</td>
      <td>
        {detail.map(([name, value]) => (
          <div key={name}>
            <code>
              {name} = {typeof value === 'string' ? value : JSON.stringify(value)}
            </code>
          </div>
        ))}
      </td>
      <td>{row.sealed ? 'oui' : 'pas encore'}</td>
    </tr>
  );
}
