import { useEffect, useRef, useState } from 'preact/hooks';
import { sentenceOf } from '../api/client.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { useCell } from './cell.ts';
import { useLoad } from './load.ts';
import { ProblemLine } from './problem.tsx';
import { leaveForProvider, signIn, takeOver, via, type Ways } from './session.ts';

/** The form of the first page, and of the dialog when a session is over. */
export function SignInForm({
  login: known = '',
  focused = true,
}: {
  readonly login?: string;
  readonly focused?: boolean;
}) {
  const [login, setLogin] = useState(known);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  useEffect(() => void (focused && (known === '' ? first : second).current?.focus()), []);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await signIn(login.trim(), password);
    } catch (error) {
      setProblem(sentenceOf(error));
      setPassword('');
      second.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="sign-in" onSubmit={(event) => void send(event)}>
      <ProblemLine says={problem} />
      <label>
        Identifiant
        <input
          ref={first}
          name="login"
          autocomplete="username"
          required
          value={login}
          onInput={(event) => setLogin(event.currentTarget.value)}
        />
      </label>
      <label>
        Mot de passe
        <input
          ref={second}
          data-first={known === '' ? undefined : ''}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="main" disabled={busy}>
        {busy ? 'Connexion…' : 'Se connecter'}
      </button>
    </form>
  );
}

export function SignInPage() {
  const { data: ways, error } = useLoad<Ways>('/api/session/ways');
  // A server that does not say may still take a password.
  const local = ways?.local ?? error !== undefined;
  return (
    <main id="contenu" class="sign-in-page" tabIndex={-1}>
      <h1>Aiguillage</h1>
      <p>Le bureau des courriels et des conversations ameliBot.</p>
      {ways?.oidc != null && (
        <ActionForm submit={`Se connecter avec ${ways.oidc.label}`} onSubmit={leaveForProvider}>
          {null}
        </ActionForm>
      )}
      {ways?.oidc != null && local && <h2>Avec un compte propre à Aiguillage</h2>}
      {local && <SignInForm focused={ways?.oidc == null} />}
    </main>
  );
}

/**
 * What stands in the dialog of a session that is over. The provider's page would take the place of this one, and of what
 * was typed on it: that sign-in happens in another tab.
 */
export function SignInAgain({ login }: { readonly login: string }) {
  const by_provider = useCell(via) === 'oidc';
  useEffect(() => {
    const look = (): void => void (document.visibilityState === 'visible' && takeOver());
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
    };
  }, []);
  if (!by_provider) return <SignInForm login={login} />;
  return (
    <>
      <p>
        <a href="/" target="_blank" rel="noopener" data-first="">
          Se connecter dans un nouvel onglet
        </a>
      </p>
      <p>Puis revenez à cet onglet : il reprend de lui-même.</p>
    </>
  );
}
