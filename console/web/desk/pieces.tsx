import type { Thread } from '../api/types.ts';
import { hrefOf } from '../shell/router.ts';
import { percent } from '../words/words.ts';

/** What the motif usually needs, where the person can do it alone, and the wave it is part of. */
export function Pieces({ thread }: { readonly thread: Thread }) {
  if (thread.motif_pieces.length === 0 && thread.teleservice === null && thread.wave === null) return null;
  return (
    <section class="card" aria-labelledby="pieces">
      <h2 id="pieces">Pour répondre</h2>
      {thread.wave !== null && (
        <p class="notice-line">
          Vague « <a href={hrefOf('vagues', thread.wave.id)}>{thread.wave.label}</a> », ressemblance{' '}
          {percent(thread.wave.similarity)}.
        </p>
      )}
      {thread.motif_pieces.length > 0 && (
        <>
          <h3>Pièces habituelles</h3>
          <ul>
            {thread.motif_pieces.map((piece) => (
              <li key={piece}>{piece}</li>
            ))}
          </ul>
          <p class="quiet">Regardez d’abord les pièces jointes : ne redemandez pas ce qui est déjà là.</p>
        </>
      )}
      {thread.teleservice !== null && (
        <p>
          Téléservice : <span class="mail-line">{thread.teleservice}</span>
        </p>
      )}
    </section>
  );
}
