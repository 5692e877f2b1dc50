import { useState } from 'preact/hooks';
import type { Me } from '../api/types.ts';
import { PASSWORD_CHARS_MIN } from '../accounts/account-form.tsx';
import { ActionForm } from '../desk/actions/form.tsx';
import { ROLE_LABELS } from '../words/words.ts';
import { useCell } from './cell.ts';
import { Dialog } from './dialog.tsx';
import { say } from './notices.tsx';
import { changePassword, via } from './session.ts';

/** Who one is here, and one's own password where it is kept here. */
export function OwnAccount({ who, onClose }: { readonly who: Me; readonly onClose: () => void }) {
  const local = useCell(via) === 'local';
  const [password, setPassword] = useState('');
  const [next, setNext] = useState('');
  async function send(): Promise<void> {
    await changePassword(password, next);
    say('Votre mot de passe est changé ; vos autres sessions sont terminées.');
    onClose();
  }
  return (
    <Dialog title="Votre compte" onClose={onClose}>
      <p>
        {who.display_name}, {ROLE_LABELS[who.role]}, identifiant « {who.login} ».
      </p>
      {local ? (
        <ActionForm submit="Changer de mot de passe" onSubmit={send}>
          <label>
            Mot de passe actuel
            <input
              type="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
          <label>
            Nouveau mot de passe, {PASSWORD_CHARS_MIN} caractères ou plus
            <input
              type="password"
              autocomplete="new-password"
              minLength={PASSWORD_CHARS_MIN}
              required
              value={next}
              onInput={(event) => setNext(event.currentTarget.value)}
            />
          </label>
        </ActionForm>
      ) : (
        <p>Votre nom, votre rôle et votre mot de passe sont tenus par le fournisseur d’identité de votre organisme.</p>
      )}
    </Dialog>
  );
}
