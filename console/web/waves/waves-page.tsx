import { useLoad } from '../shell/load.ts';
import type { PageProps } from '../shell/pages.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';
import { WAVE_STATUS, type Wave } from './types.ts';
import { WaveView } from './wave-view.tsx';

const EVERY_MS = 30_000;

/** Many people who write the same: found by the machine, named by a supervisor, answered by a person. */
export function WavesPage({ rest: [id] }: PageProps) {
  return id === undefined || id === '' ? <List /> : <WaveView key={id} id={id} />;
}

function List() {
  const { data, error } = useLoad<{ waves: Wave[]; last_search: { scanned_at: string } | null }>(
    '/api/waves',
    EVERY_MS,
  );
  return (
    <>
      <h1>Vagues</h1>
      <Problem of={error} />
      {data !== undefined && (
        <p class="quiet">
          {data.last_search === null
            ? 'Pas encore de recherche.'
            : `Dernière recherche : ${moment(data.last_search.scanned_at)}.`}
        </p>
      )}
      {data?.waves.length === 0 && <p>Aucune vague : personne n’écrit plus que d’habitude sur un même sujet.</p>}
      <ul class="alerts">
        {data?.waves.map((wave) => (
          <li key={wave.id} class={wave.status === 'proposed' ? 'card rings' : 'card'}>
            <h2>
              <a href={hrefOf('vagues', wave.id)}>{wave.label ?? wave.words.slice(0, 5).join(', ')}</a>{' '}
              <span class="badge">{WAVE_STATUS[wave.status]}</span>
            </h2>
            <p>
              {count(wave.people, 'personne')} ont écrit, contre{' '}
              {wave.usual.toLocaleString('fr-FR', { maximumFractionDigits: 1 })} d’habitude à cette heure ;{' '}
              {count(wave.open, 'conversation ouverte', 'conversations ouvertes')} sur {wave.members}.
            </p>
            <p class="quiet">
              Depuis {moment(wave.since)}
              {wave.ends_at !== null && `, jusqu’au ${moment(wave.ends_at)}`}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
