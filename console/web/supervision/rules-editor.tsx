import { useEffect, useRef, useState } from 'preact/hooks';
import { call, sentenceOf } from '../api/client.ts';
import { useLoad } from '../shell/load.ts';
import { say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { count } from '../words/words.ts';
import { RulesProblems } from './rules-problems.tsx';
import { short, type RulesCheck, type RulesProblem } from './rules-types.ts';

interface Props {
  readonly digest: string;
  readonly onKept: () => Promise<void>;
}

type Files = Readonly<Record<string, string>>;
const CHECK_MS = 60_000;

/** The files of the rules in force, to be changed: all problems at once, each leading to its line. */
export function RulesEditor({ digest, onKept }: Props) {
  const { data, error } = useLoad<{ files: Files }>(`/api/rules/${digest}`);
  const [changed, setChanged] = useState<Files>({});
  const [file, setFile] = useState('routing.yaml');
  const [check, setCheck] = useState<RulesCheck | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const goTo = useRef<RulesProblem | null>(null);
  const files: Files = { ...data?.files, ...changed };
  const text = files[file] ?? '';

  async function send(keep: boolean): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      const answer = await call<RulesCheck>('POST', '/api/rules/check', { files, keep }, { timeout_ms: CHECK_MS });
      setCheck(answer);
      if (answer.kept) {
        say(`Gardées comme candidat ${short(answer.digest)} : essayez-les, puis mettez-les en vigueur.`);
        await onKept();
      }
    } catch (refusal) {
      setProblem(sentenceOf(refusal));
    }
    setBusy(false);
  }

  function show(at: RulesProblem): void {
    goTo.current = at;
    if (at.file === file) jump();
    else setFile(at.file);
  }
  function jump(): void {
    const at = goTo.current;
    if (at === null || field.current === null) return;
    goTo.current = null;
    const lines = text.split('\n');
    const start = lines.slice(0, at.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    field.current.focus();
    field.current.setSelectionRange(start, start + (lines[at.line - 1]?.length ?? 0));
  }
  useEffect(jump, [file]);

  return (
    <section class="card" aria-labelledby="fichiers">
      <h2 id="fichiers">Fichiers des règles</h2>
      <Problem of={error} />
      {data !== undefined && (
        <>
          <label>
            Fichier
            <select value={file} onChange={(event) => setFile(event.currentTarget.value)}>
              {Object.keys(data.files)
                .sort()
                .map((name) => (
                  <option key={name} value={name}>
                    {name}
                    {changed[name] !== undefined && changed[name] !== data.files[name] ? ' (modifié)' : ''}
                  </option>
                ))}
            </select>
          </label>
          <label for="regles-texte" class="sr">
            Contenu de {file}
          </label>
          <textarea
            id="regles-texte"
            ref={field}
            class="code"
            rows={22}
            spellcheck={false}
            value={text}
            onInput={(event) => setChanged({ ...changed, [file]: event.currentTarget.value })}
          />
          <p class="actions">
            <button type="button" disabled={busy} onClick={() => void send(false)}>
              {busy ? 'Vérification…' : 'Vérifier'}
            </button>
            <button type="button" disabled={busy || check?.ok !== true} onClick={() => void send(true)}>
              Garder comme candidat
            </button>
          </p>
          {problem !== '' && (
            <p role="alert" class="problem-line">
              {problem}
            </p>
          )}
          {check !== null && (
            <div role="status">
              <p>
                {check.ok ? 'Les règles se chargent.' : 'Les règles ne se chargent pas.'} Scénarios :{' '}
                {check.scenarios.run - check.scenarios.failed.length} sur {check.scenarios.run} passent.
                {check.gone.length > 0 && ` Disparaissent : ${check.gone.join(', ')}.`}
              </p>
              {check.scenarios.failed.length > 0 && (
                <p class="problem-line">
                  {count(check.scenarios.failed.length, 'scénario')} en échec : {check.scenarios.failed.join(' ; ')}
                </p>
              )}
              <RulesProblems problems={check.problems} onShow={show} />
            </div>
          )}
        </>
      )}
    </section>
  );
}
