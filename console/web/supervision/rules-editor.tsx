import { useEffect, useRef, useState } from 'preact/hooks';
import type { DraftView } from '../../routes/rule-edits.ts';
import { call, sentenceOf } from '../api/client.ts';
import { useLoad } from '../shell/load.ts';
import { say } from '../shell/notices.tsx';
import { Problem, ProblemLine } from '../shell/problem.tsx';
import { count } from '../words/words.ts';
import { RulesProblems } from './rules-problems.tsx';
import { loads, scenariosSaid } from './rules-said.ts';
import { short, type RulesCheck, type RulesProblem } from './rules-types.ts';

interface Props {
  readonly draft: Base;
  readonly onKept: () => Promise<void>;
}

type Files = Readonly<Record<string, string>>;
type Base = Pick<DraftView, 'base' | 'over'>;

/**
 * What was changed and not kept yet, with the rules it was changed from: it goes on from those even when a colleague has
 * kept others meanwhile, and the server says so. In the memory of this page only.
 */
let unkept: (Base & { readonly files: Files }) | undefined;
addEventListener('beforeunload', (event) => {
  if (unkept !== undefined) event.preventDefault();
});

const CHECK_MS = 60_000;

/** The files of the rules in force, to be changed: all problems at once, each leading to its line. */
export function RulesEditor({ draft, onKept }: Props) {
  const [mine, setMine] = useState(unkept);
  const { base, over } = mine ?? draft;
  const changed = mine?.files ?? {};
  const { data, error } = useLoad<{ files: Files }>(`/api/rules/${base}`);
  const [found] = useState(unkept !== undefined);
  const [file, setFile] = useState('routing.yaml');
  const [check, setCheck] = useState<RulesCheck | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const goTo = useRef<RulesProblem | null>(null);
  const files: Files = { ...data?.files, ...changed };
  const text = files[file] ?? '';
  const differs = Object.keys(changed).some((name) => changed[name] !== data?.files[name]);

  function setChanged(next: Files): void {
    const some = Object.keys(next).some((name) => next[name] !== data?.files[name]);
    unkept = some ? { base, over, files: next } : undefined;
    setMine(unkept);
  }

  async function send(keep: boolean): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      const answer = await call<RulesCheck>(
        'POST',
        '/api/rules/check',
        { files, keep, over },
        { timeout_ms: CHECK_MS },
      );
      setCheck(answer);
      if (answer.kept) {
        unkept = undefined;
        setMine(undefined);
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
          {differs && (
            <p class="quiet">
              {found && 'Vos changements sont repris. '}
              Ils sont gardés sur cette page tant que vous ne la fermez pas ; « Garder comme candidat » les enregistre.{' '}
              <button type="button" class="plain" onClick={() => setChanged({})}>
                Abandonner mes changements
              </button>
            </p>
          )}
          <p class="actions">
            <button type="button" disabled={busy} onClick={() => void send(false)}>
              {busy ? 'Vérification…' : 'Vérifier'}
            </button>
            <button type="button" disabled={busy || check?.ok !== true} onClick={() => void send(true)}>
              Garder comme candidat
            </button>
          </p>
          <ProblemLine says={problem} />
          {check !== null && (
            <div role="status">
              <p>
                {loads(check) ? 'Les règles se chargent.' : 'Les règles ne se chargent pas.'}{' '}
                {scenariosSaid(check.scenarios)}
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
