import { useNames } from '../shell/names.ts';
import { hrefOf } from '../shell/router.ts';
import { count } from '../words/words.ts';
import type { Simulated } from './rules-types.ts';

const SAID = { toward: 'comme une personne l’a corrigé', away: 'à l’inverse d’une correction' } as const;

/** The mails a candidate would have sent elsewhere: to be opened, since a count convinces nobody. */
export function RulesMoved({ moved }: { readonly moved: Simulated['moved_conversations'] }) {
  const names = useNames();
  return (
    <details>
      <summary>Conversations déplacées ({count(moved.length, 'montrée')})</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Conversations déplacées">
        <table>
          <thead>
            <tr>
              <th scope="col">Conversation</th>
              <th scope="col">File</th>
              <th scope="col">Motif</th>
              <th scope="col">Par</th>
              <th scope="col">Ce qu’on en a dit</th>
            </tr>
          </thead>
          <tbody>
            {moved.map(({ conversation, ref, queue, motif, cause, said }) => (
              <tr key={conversation}>
                <th scope="row">
                  <a href={hrefOf('conversation', conversation)}>{ref}</a>
                </th>
                <td>{queue === null ? '' : names.within(`${queue[0]} → ${queue[1]}`)}</td>
                <td>{motif === null ? '' : names.within(`${motif[0]} → ${motif[1]}`)}</td>
                <td>
                  <code>{cause}</code>
                </td>
                <td>{said === null ? '' : SAID[said]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
