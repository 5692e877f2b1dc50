import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../api/types.ts';
import { AlertBell } from '../lists/bell.tsx';
import { ROLE_LABELS } from '../words/words.ts';
import { OwnAccount } from './own-account.tsx';
import { pagesFor } from './pages.ts';
import { hrefOf, place } from './router.ts';
import { signOut } from './session.ts';

interface Props {
  readonly who: Me;
  readonly current: string;
  readonly onHelp: () => void;
}

/** More than these stand on a line of their own. */
const ONE_LINE_PAGES = 6;

export function Header({ who, current, onHelp }: Props) {
  const [own, setOwn] = useState(false);
  // Matters on a narrow or much enlarged screen only, where twenty pages would take half of it.
  const [unfolded, setUnfolded] = useState(false);
  useEffect(() => place.subscribe(() => setUnfolded(false)), []);
  const pages = pagesFor(who.role).filter((page) => page.hidden !== true);
  return (
    <>
      <header class={pages.length > ONE_LINE_PAGES ? 'top many' : 'top'}>
        <a class="skip" href="#contenu" onClick={skip}>
          Aller au contenu
        </a>
        <p class="brand">Aiguillage</p>
        <button
          type="button"
          class="menu-key"
          aria-expanded={unfolded}
          aria-controls="pages"
          onClick={() => setUnfolded(!unfolded)}
        >
          Menu
        </button>
        <nav id="pages" aria-label="Pages" class={unfolded ? undefined : 'folded'}>
          <ul>
            {pages.map((page) => (
              <li key={page.name}>
                <a href={hrefOf(page.name)} aria-current={page.name === current ? 'page' : undefined}>
                  {page.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <AlertBell role={who.role} />
          <button type="button" class="plain" onClick={onHelp} aria-label="Raccourcis du clavier">
            <kbd>?</kbd>
          </button>
          <button type="button" class="plain" aria-haspopup="dialog" onClick={() => setOwn(true)}>
            {who.display_name} <span class="quiet">({ROLE_LABELS[who.role]})</span>
          </button>
          <button type="button" class="plain" onClick={() => void signOut()}>
            Se déconnecter
          </button>
        </div>
      </header>
      {own && <OwnAccount who={who} onClose={() => setOwn(false)} />}
    </>
  );
}

/** The address after # is ours: the jump is done by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('contenu')?.focus();
}
