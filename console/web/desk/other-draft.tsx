import type { Thread } from '../api/types.ts';
import { useDraftState } from './draft.ts';
import { keptDraft } from './kept-drafts.ts';

/** Two tabs wrote: both texts are on the page, and the person says which one stands. */
export function OtherDraft({ id }: { readonly id: string }) {
  const { saving, other } = useDraftState(id);
  if (saving !== 'stale' || other === undefined) return null;
  return (
    <div class="notice-line" role="alert">
      <p>
        {other === null
          ? 'Ce brouillon a été envoyé ou effacé dans une autre fenêtre. Votre texte reste ici ; il n’est pas enregistré.'
          : 'Ce brouillon a changé dans une autre fenêtre. Les deux textes sont gardés ; le vôtre n’est pas enregistré.'}
      </p>
      {other !== null && (
        <label>
          L’autre texte
          <textarea rows={5} readOnly value={other.body} />
        </label>
      )}
      <p class="actions">
        <button type="button" onClick={() => keptDraft(id).settle('mine')}>
          Garder mon texte
        </button>
        {other !== null && (
          <button type="button" onClick={() => keptDraft(id).settle('other')}>
            Prendre l’autre texte
          </button>
        )}
      </p>
    </div>
  );
}

/** The conversation went to other hands, or was answered elsewhere, while somebody wrote: their text stays to be copied. */
export function LeftText({ thread }: { readonly thread: Thread }) {
  const { draft } = useDraftState(thread.id);
  if (draft.body.trim() === '') return null;
  return (
    <section class="card" aria-labelledby="texte-reste">
      <h2 id="texte-reste">Votre texte, resté sur cette page</h2>
      <label>
        Il n’est pas parti. Copiez-le si besoin.
        <textarea rows={6} readOnly value={draft.body} />
      </label>
      <p>
        <button type="button" onClick={() => keptDraft(thread.id).forget()}>
          Je n’en ai plus besoin
        </button>
      </p>
    </section>
  );
}
