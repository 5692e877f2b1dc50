import { expired, online } from '../api/client.ts';
import { useCell } from './cell.ts';
import { Dialog } from './dialog.tsx';
import { me, signOut } from './session.ts';
import { SignInAgain } from './sign-in.tsx';

/** Told when the server cannot be reached, or the session is over. The page under it keeps what was typed. */
export function Connection() {
  const on = useCell(online);
  const over = useCell(expired);
  const who = useCell(me);
  return (
    <>
      <div role="status" class={on ? 'offline hidden' : 'offline'}>
        {on ? '' : 'Connexion perdue. Votre saisie est conservée sur cette page ; nouvel essai toutes les 3 secondes.'}
      </div>
      {over && who != null && (
        <Dialog title="Votre session est terminée" onClose={() => void signOut()}>
          <p>Reconnectez-vous pour continuer là où vous en étiez. « Fermer » quitte la page.</p>
          <SignInAgain login={who.login} />
        </Dialog>
      )}
    </>
  );
}
