import { useCell } from './cell.ts';
import { Dialog } from './dialog.tsx';
import { activeGroups, lettersOn, switchLetters } from './keys.ts';

const NAMES: Readonly<Record<string, string>> = { Escape: 'Échap', 'ctrl+Enter': 'Ctrl + Entrée' };

/** What `?` shows: the keys that answer on this page, now. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const on = useCell(lettersOn);
  return (
    <Dialog title="Raccourcis du clavier" onClose={onClose}>
      {activeGroups().map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl class="keys">
            {keys.map(({ key, label }) => (
              <div key={key}>
                <dt>
                  <kbd>{NAMES[key] ?? key}</kbd>
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class="check">
        <input type="checkbox" checked={on} onChange={(event) => switchLetters(event.currentTarget.checked)} />
        Raccourcis à une lettre
      </label>
    </Dialog>
  );
}
