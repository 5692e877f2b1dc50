import { useState } from 'preact/hooks';
import { call, sentenceOf } from '../api/client.ts';
import { Confirm } from '../shell/confirm.tsx';
import { useNames } from '../shell/names.ts';
import { say } from '../shell/notices.tsx';
import { ProblemLine } from '../shell/problem.tsx';
import { moment } from '../words/time.ts';
import { count, percent } from '../words/words.ts';
import { RulesMoved } from './rules-moved.tsx';
import { short, type RulesState, type Simulated } from './rules-types.ts';

interface Props {
  readonly state: RulesState;
  readonly onChange: () => Promise<void>;
}

const DAYS = [1, 7, 30, 60, 92] as const;
const USUAL_DAYS = 30;
const LONG_MS = 150_000;
const FLOWS_MAX = 12;

/** Rules that were proposed: tried on past mail, then applied by the digest that was tried. */
export function RulesCandidate({ state, onChange }: Props) {
  const [result, setResult] = useState<Simulated | null>(null);
  const [problem, setProblem] = useState('');
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [days, setDays] = useState<number>(USUAL_DAYS);
  const names = useNames();
  const { candidate } = state;
  if (candidate === null) return null;
  const { digest } = candidate;
  const tried = state.simulations.find((one) => one.digest === digest);
  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      await work();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
    await onChange();
  }
  const simulate = (): Promise<void> =>
    run(async () => {
      const ask = { digest, days };
      setResult(await call<Simulated>('POST', '/api/rules/simulate', ask, { timeout_ms: LONG_MS }));
    });
  const apply = (): Promise<void> =>
    run(async () => {
      await call('POST', '/api/rules/apply', { digest });
      say(`Règles ${short(digest)} en vigueur.`);
    });
  return (
    <section class="card" aria-labelledby="candidat">
      <h2 id="candidat">Candidat {short(digest)}</h2>
      <p class="quiet">
        Proposé {moment(candidate.proposed_at)},{' '}
        {candidate.source === 'folder' ? 'par le dossier de configuration' : 'depuis cette page'}.
        {tried !== undefined && ` Essayé ${moment(tried.simulated_at)} : ${tried.moved} sur ${tried.mails} déplacés.`}
      </p>
      <label>
        Essayer sur
        <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {DAYS.map((each) => (
            <option key={each} value={each}>
              {each === 1 ? 'le dernier jour' : `les ${each} derniers jours`}
            </option>
          ))}
        </select>
      </label>
      <p class="actions">
        <button type="button" disabled={busy} onClick={() => void simulate()}>
          {busy ? 'Essai en cours…' : 'Essayer sur le courrier passé'}
        </button>
        <button type="button" class="main" disabled={busy || tried === undefined} onClick={() => setAsked(true)}>
          Mettre en vigueur
        </button>
      </p>
      {asked && (
        <Confirm
          title={`Mettre en vigueur les règles ${short(digest)}`}
          yes="Mettre en vigueur"
          onYes={apply}
          onClose={() => setAsked(false)}
        >
          <p>Le courrier à venir sera trié par ces règles. Ce qui est déjà trié ne bouge pas.</p>
        </Confirm>
      )}
      <ProblemLine says={problem} />
      {result !== null && (
        <div role="status">
          <p>
            {count(result.moved, 'courriel déplacé', 'courriels déplacés')} sur {result.mails}. Part dans le délai,
            heures écoulées : {percent(result.in_time.elapsed.before)} → {percent(result.in_time.elapsed.after)} ; jours
            ouvrés : {percent(result.in_time.working.before)} → {percent(result.in_time.working.after)}.
          </p>
          <ul>
            {result.by_queue.slice(0, FLOWS_MAX).map((flow) => (
              <li key={`${flow.from} ${flow.to}`}>
                {names.queue(flow.from)} → {names.queue(flow.to)} : {flow.mails}
              </li>
            ))}
          </ul>
          {result.moved_conversations.length > 0 && <RulesMoved moved={result.moved_conversations} />}
        </div>
      )}
    </section>
  );
}
