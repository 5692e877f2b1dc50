import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Delivery } from '../api/types.ts';
import { Confirm } from '../shell/confirm.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { complain, say } from '../shell/notices.tsx';
import { ActionForm } from './actions/form.tsx';

interface Props {
  readonly delivery: Delivery;
  /** The reader is of the caisse itself: may be told who decides. */
  readonly own: boolean;
  readonly onChange: () => Promise<void>;
}

const PROOF_CHARS_MAX = 500;

/** Under a sending that failed or is in doubt: what the server said, and for a supervisor the two ways out. */
export function Settle({ delivery, own, onChange }: Props) {
  const { id, kind, status, response, can_settle } = delivery;
  const [asks, setAsks] = useState<'sent' | 'retry' | null>(null);
  const [busy, setBusy] = useState(false);
  if (kind === 'ack' || (status !== 'failed' && status !== 'ambiguous')) return null;
  const close = (): void => setAsks(null);
  const url = `/api/deliveries/${id}/resolve`;
  async function again(): Promise<void> {
    setBusy(true);
    try {
      await call('POST', url, { as: 'retry' });
      say('L’envoi est repris.');
    } catch (error) {
      complain(error);
    }
    await onChange();
    setBusy(false);
  }
  return (
    <>
      {response !== null && response !== '' && <span class="quiet"> Réponse du serveur : {response}</span>}
      {can_settle.length === 0 && own && <span class="quiet"> Un superviseur peut reprendre cet envoi.</span>}
      {can_settle.length > 0 && (
        <span class="actions">
          <button
            type="button"
            disabled={busy}
            onClick={() => (status === 'ambiguous' ? setAsks('retry') : void again())}
          >
            Envoyer de nouveau
          </button>
          {can_settle.includes('sent') && (
            <button type="button" disabled={busy} onClick={() => setAsks('sent')}>
              {gone(kind)}
            </button>
          )}
        </span>
      )}
      {asks === 'retry' && (
        <Confirm title="Envoyer de nouveau ?" yes="Envoyer de nouveau" onYes={again} onClose={close}>
          <p>{risk(delivery)}</p>
        </Confirm>
      )}
      {asks === 'sent' && (
        <Dialog title={gone(kind)} onClose={close}>
          <Arrived url={url} onDone={() => void onChange().finally(close)} />
        </Dialog>
      )}
    </>
  );
}

function Arrived({ url, onDone }: { readonly url: string; readonly onDone: () => void }) {
  const [proof, setProof] = useState('');
  async function send(): Promise<void> {
    await call('POST', url, { as: 'sent', proof });
    say('C’est noté. Rien ne sera renvoyé.');
    onDone();
  }
  return (
    <ActionForm submit="Noter" onSubmit={send} disabled={proof.trim() === ''}>
      <label>
        Comment le savez-vous ? Par exemple : le journal du serveur, ou la personne l’a dit au téléphone.
        <input value={proof} maxLength={PROOF_CHARS_MAX} onInput={(event) => setProof(event.currentTarget.value)} />
      </label>
    </ActionForm>
  );
}

function gone(kind: string): string {
  return kind === 'reply' ? 'Elle est bien partie' : 'Il est bien parti';
}

/** The retry carries the first one's key: a portal knows it again (docs/bot.md), a mail server does not. */
function risk({ via }: Delivery): string {
  return via === 'account-api'
    ? 'Cet envoi est peut-être déjà arrivé. Il repart avec le même numéro : le portail qui l’a déjà ne le montre qu’une fois.'
    : 'Cet envoi est peut-être déjà arrivé : la personne pourrait le recevoir deux fois.';
}
