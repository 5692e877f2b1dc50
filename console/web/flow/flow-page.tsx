import { useState } from 'preact/hooks';
import type { FlowNode, FlowPicture as Picture } from '../../../domain/flow.ts';
import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import type { PageProps } from '../shell/pages.ts';
import { Problem } from '../shell/problem.tsx';
import { go, hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { Period } from '../supervision/period.tsx';
import { dayOf } from '../words/time.ts';
import { count } from '../words/words.ts';
import { conversationsOf, daysWords, type Span } from './filter.ts';
import { FlowPicture } from './flow-picture.tsx';
import { FlowTable } from './flow-table.tsx';

const EVERY_MS = 60_000;
const LEAST_MS = 15_000;
const SPANS = [
  ['maintenant', 'Ce qui attend maintenant'],
  ['jour', 'Aujourd’hui'],
  ['hier', 'Hier'],
  ['semaine', '7 derniers jours'],
  ['dates', 'Du… au…'],
] as const;
/** Roles that may open a conversation. */
const READERS: readonly string[] = ['referent', 'supervisor'];

/** Mailboxes → motifs → queues → teams, of some days or of what waits; each band leads to its conversations. */
export function FlowPage({ rest: [chosen = 'maintenant'] }: PageProps) {
  const now = Date.now();
  const [dates, setDates] = useState({ from: dayOf(now, -6), to: dayOf(now) });
  const role = useCell(me)?.role ?? '';
  const span = spanOf(chosen, now, dates);
  const valid = span === 'now' || (span.from !== '' && span.from <= span.to);
  const url = span === 'now' ? '/api/flow' : `/api/flow?from=${span.from}&to=${span.to}`;
  const { data, error, loading } = useLoad<Picture>(
    valid ? url : null,
    EVERY_MS,
    ({ queues }) => span === 'now' && queues.length > 0,
    LEAST_MS,
  );
  const leads = (nodes: readonly FlowNode[]): string | undefined => {
    if (!READERS.includes(role)) return undefined;
    const { queue = '', ...rest } = conversationsOf(nodes, span);
    return hrefOf('files', queue, JSON.stringify(rest));
  };
  return (
    <>
      <h1>Flux</h1>
      <div class="filters">
        <label>
          Période
          <select value={chosen} onChange={(event) => go('flux', event.currentTarget.value)}>
            {SPANS.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {chosen === 'dates' && <Period {...dates} onChange={(from, to) => setDates({ from, to })} />}
        <button type="button" class="no-print" onClick={() => print()}>
          Imprimer
        </button>
      </div>
      {!valid && <p role="alert">Choisissez une période, le premier jour d’abord.</p>}
      <Problem of={error} />
      <p role="status">
        {data === undefined
          ? loading && valid
            ? 'Calcul…'
            : ''
          : span === 'now'
            ? `${count(data.n, 'conversation')} en attente ou en cours.`
            : `${count(data.n, 'demande reçue', 'demandes reçues')} ${daysWords(span)}, dont ${count(data.open, 'encore ouverte', 'encore ouvertes')}.`}
      </p>
      {data !== undefined && data.n > 0 && (
        <>
          <FlowPicture picture={data} hrefOf={leads} />
          <FlowTable picture={data} hrefOf={leads} />
        </>
      )}
    </>
  );
}

function spanOf(chosen: string, now: number, dates: { from: string; to: string }): Span {
  switch (chosen) {
    case 'jour':
      return { from: dayOf(now), to: dayOf(now) };
    case 'hier':
      return { from: dayOf(now, -1), to: dayOf(now, -1) };
    case 'semaine':
      return { from: dayOf(now, -6), to: dayOf(now) };
    case 'dates':
      return dates;
    default:
      return 'now';
  }
}
