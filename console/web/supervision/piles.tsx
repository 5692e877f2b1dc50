import type { PileCounts } from '../../routes/stock.ts';
import { useCell } from '../shell/cell.ts';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { PILE_WORDS, type Pile } from './pile-words.ts';

const URGENT: readonly Pile[] = ['p0', 'p1'];
const READERS: readonly string[] = ['referent', 'supervisor'];

/** The stock of a Monday as piles, each leading to where its act is done. */
export function Piles({ piles }: { readonly piles: PileCounts }) {
  const reads = READERS.includes(useCell(me)?.role ?? '');
  return (
    <ul class="tiles piles" aria-label="Le stock, par geste à faire">
      {(Object.keys(PILE_WORDS) as Pile[]).map((pile) => {
        const [label, act] = PILE_WORDS[pile];
        const href = pile === 'waves' ? hrefOf('vagues') : hrefOf('files', '', JSON.stringify({ pile }));
        return (
          <li key={pile} class={URGENT.includes(pile) ? 'tile urgent' : 'tile'}>
            <span>{label}</span> <strong>{piles[pile].toLocaleString('fr-FR')}</strong>
            <span class="tile-note">
              {reads && piles[pile] > 0 ? (
                <a href={href}>
                  {act}
                  <span class="sr"> ({label})</span>
                </a>
              ) : (
                act
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
