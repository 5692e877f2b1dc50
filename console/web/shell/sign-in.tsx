import { useEffect, useRef, useState } from 'preact/hooks';
import { sentenceOf } from '../api/client.ts';
import { signIn } from './session.ts';

/** The form of the first page, and of the dialog when a session is over. */
export function SignInForm({ login: known = '' }: { readonly login?: string }) {
  const [login, setLogin] = useState(known);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  useEffect(() => (known === '' ? first : second).current?.focus(), []);

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
      {problem !== '' && (
        <p role="alert" class="problem-line">
          {problem}
        </p>
      )}
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
  return (
    <main id="contenu" class="sign-in-page" tabIndex={-1}>
      <h1>Aiguillage</h1>
      <p>Le bureau des courriels et des conversations ameliBot.</p>
      <SignInForm />
    </main>
  );
}
