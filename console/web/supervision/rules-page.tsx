import { useState } from 'preact/hooks';
import type { DraftView } from '../../routes/rule-edits.ts';
import { call } from '../api/client.ts';
import { useCell } from '../shell/cell.ts';
import { Confirm } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import type { PageProps } from '../shell/pages.ts';
import { Problem } from '../shell/problem.tsx';
import { FromMail } from '../rules/from-mail.tsx';
import { RulesForms } from '../rules/forms.tsx';
import { me } from '../shell/session.ts';
import { moment } from '../words/time.ts';
import { RulesCandidate } from './rules-candidate.tsx';
import { RulesEditor } from './rules-editor.tsx';
import { RulesExplain } from './rules-explain.tsx';
import { short, type RulesState } from './rules-types.ts';

const HOW: Readonly<Record<string, string>> = {
  seed: 'première mise en place',
  auto: 'dossier suivi',
  apply: 'appliquées',
  rollback: 'retour en arrière',
};

/** Rules as code: read, change, check, try on past mail, apply, go back. */
export function RulesPage({ rest: [what, conversation] }: PageProps) {
  const state = useLoad<RulesState>('/api/rules');
  const { data, error } = state;
  const [back, setBack] = useState<string | null>(null);
  const [anew, setAnew] = useState(false);
  const from = anew && data?.active != null ? `?from=${data.active.digest}` : '';
  const draft = useLoad<DraftView>(`/api/rules/draft${from}`);
  const reload = async (): Promise<void> => {
    setAnew(false);
    await Promise.all([state.reload(), draft.reload()]);
  };
  const role = useCell(me)?.role;
  async function rollback(to?: string): Promise<void> {
    try {
      const { active } = await call<{ active: string }>('POST', '/api/rules/rollback', to === undefined ? {} : { to });
      say(`Règles ${short(active)} en vigueur.`);
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Règles</h1>
      <Problem of={error ?? draft.error} />
      {what === 'depuis' && conversation !== undefined && draft.data !== undefined && (
        <FromMail key={conversation} conversation={conversation} draft={draft.data} onKept={reload} />
      )}
      {data !== undefined && (
        <>
          <p>
            {data.active === null
              ? 'Aucune règle en vigueur.'
              : `En vigueur : ${short(data.active.digest)}, depuis ${moment(data.active.activated_at)}.`}
          </p>
          <p class="quiet">{data.master.sentence}</p>
          {data.refused !== null && (
            <details class="problem-line">
              <summary>Un dossier de règles a été refusé : {short(data.refused.digest)}</summary>
              <ul>
                {data.refused.problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </details>
          )}
          {data.candidate !== null && <RulesCandidate state={data} onChange={reload} />}
          {data.candidate !== null && (
            <label class="check">
              <input type="checkbox" checked={anew} onChange={(event) => setAnew(event.currentTarget.checked)} />
              Repartir des règles en vigueur, sans les changements du candidat
            </label>
          )}
          {draft.data !== undefined && <RulesForms draft={draft.data} onKept={reload} />}
          {draft.data !== undefined && <RulesEditor key={draft.data.base} draft={draft.data} onKept={reload} />}
          {role === 'supervisor' && <RulesExplain candidate={data.candidate?.digest} />}
          <section class="card" aria-labelledby="historique">
            <h2 id="historique">Historique</h2>
            <div class="scroll" tabIndex={0} role="region" aria-label="Historique des règles">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Règles</th>
                    <th scope="col">Depuis</th>
                    <th scope="col">Comment</th>
                    <th scope="col">Action</th>
                  </tr>
                </thead>
                <tbody>
                  {data.history.map((entry, index) => (
                    <tr key={`${entry.digest} ${entry.activated_at}`}>
                      <th scope="row">{short(entry.digest)}</th>
                      <td>{moment(entry.activated_at)}</td>
                      <td>
                        {HOW[entry.how]}
                        {entry.reason !== '' && ` : ${entry.reason}`}
                      </td>
                      <td>
                        {index === 0 || entry.digest === data.active?.digest ? (
                          'en vigueur'
                        ) : (
                          <button type="button" onClick={() => setBack(entry.digest)}>
                            Y revenir<span class="sr"> : {short(entry.digest)}</span>
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        </>
      )}
      {back !== null && (
        <Confirm
          title={`Revenir aux règles ${short(back)}`}
          yes="Y revenir"
          onYes={() => rollback(back)}
          onClose={() => setBack(null)}
        >
          <p>Le courrier à venir sera trié par ces règles. Ce qui est déjà trié ne bouge pas.</p>
        </Confirm>
      )}
    </>
  );
}
