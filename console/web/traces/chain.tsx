import { useState } from 'preact/hooks';
import type { ChainAnswer } from '../../routes/audit.ts';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';
import { PROBLEM_LABELS } from './words.ts';

const EVERY_MS = 60_000;

/** How the chain that seals the trail stands; walked along from end to end when somebody asks. */
export function Chain() {
  const [walk, setWalk] = useState(false);
  const { data, error } = useLoad<ChainAnswer>('/api/audit/chain', EVERY_MS);
  const walked = useLoad<ChainAnswer>(walk ? '/api/audit/chain?walk=true' : null);
  return (
    <section class="card" aria-labelledby="chaine">
      <h2 id="chaine">Scellement</h2>
      <Problem of={error ?? walked.error} />
      {data !== undefined && (
        <p>
          {count(data.sealed, 'trace scellée', 'traces scellées')},{' '}
          {data.oldest_unsealed_at === null
            ? 'aucune en attente.'
            : `${data.unsealed} en attente depuis ${moment(data.oldest_unsealed_at)}.`}
        </p>
      )}
      {data?.head != null && (
        <p class="quiet">
          Tête de chaîne, à noter ailleurs : <code class="long">{data.head}</code>
        </p>
      )}
      <button
        type="button"
        disabled={walk && walked.loading}
        onClick={() => (walk ? void walked.reload() : setWalk(true))}
      >
        Vérifier toute la chaîne
      </button>
      <div role="status">
        {walk && walked.loading && 'Vérification…'}
        {walked.data?.check != null && <Checked check={walked.data.check} />}
      </div>
    </section>
  );
}

function Checked({ check: { ok, problem_count, problems } }: { readonly check: NonNullable<ChainAnswer['check']> }) {
  if (ok) return <p class="good">Aucune trace n’a été modifiée, retirée ni déplacée depuis son scellement.</p>;
  if (problem_count === 0) return <p class="late">Les traces ne sont plus scellées : prévenez l’exploitation.</p>;
  return (
    <>
      <p class="late">{count(problem_count, 'anomalie')} dans la chaîne.</p>
      <ul>
        {problems.map(({ kind, event }) => (
          <li key={`${kind} ${event}`}>
            Trace {event} : {PROBLEM_LABELS[kind] ?? kind}
          </li>
        ))}
      </ul>
    </>
  );
}
