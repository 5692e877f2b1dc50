import { useEffect, useRef, useState } from 'preact/hooks';
import { sentenceOf } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { UndoBar } from '../desk/undo.tsx';
import { useCell } from './cell.ts';
import { Connection } from './connection.tsx';
import { Header } from './header.tsx';
import { KeysHelp } from './keys-help.tsx';
import { useKeys } from './keys.ts';
import { Notices } from './notices.tsx';
import { pagesFor } from './pages.ts';
import { place } from './router.ts';
import { me, recall } from './session.ts';
import { SignInPage } from './sign-in.tsx';

export function App() {
  const who = useCell(me);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const ask = (): Promise<void> =>
      recall().catch((error: unknown) => {
        setProblem(sentenceOf(error));
        setTimeout(() => void ask(), 3_000);
      });
    void ask();
  }, []);
  if (who === undefined) return <p role="status">{problem}</p>;
  if (who === null) return <SignInPage />;
  return <Frame who={who} />;
}

function Frame({ who }: { readonly who: Me }) {
  const [name = '', ...rest] = useCell(place);
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const pages = pagesFor(who.role);
  const page = pages.find((candidate) => candidate.name === name) ?? pages[0];
  const title = page?.title ?? 'Aiguillage';
  useKeys('Partout', [{ key: '?', label: 'Montrer ces raccourcis', run: () => setHelp(true) }]);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} – Aiguillage`;
    // A new page is read from its start, as if the browser had loaded it.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [title, rest.join('/')]);
  return (
    <>
      <Header who={who} current={page?.name ?? ''} onHelp={() => setHelp(true)} />
      <Connection />
      <main id="contenu" ref={main} tabIndex={-1}>
        {page === undefined ? <h1>Rien à afficher pour votre rôle</h1> : <page.view key={page.name} rest={rest} />}
      </main>
      <UndoBar />
      <Notices />
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </>
  );
}
