import { foldText } from '../text/fold.ts';
import { singular } from '../match/words.ts';
import type { MenuEntry } from './terms.ts';

/** A click in the bot's menu, or its label typed by hand: navigation, never a request (domain §2.3). */
export interface MenuChoice {
  readonly label: string;
  readonly motif?: string;
}

const NUMBER = /^(?:(?:choix|option|reponse|numero|n°|le|la|touche|tapez)\s*)*(?:([0-9]{1,2})|([a-f]))\s*[.)°:-]?$/;
const MOVES = new Set(
  'menu|menu principal|retour|retour au menu|retour menu|accueil|precedent|suivant|voir plus|plus d options|autres choix|recommencer|revenir|revenir au menu|debut|autre demande|autre choix|sommaire|start|options|choix|voir le menu|afficher le menu|autre|autres'.split(
    '|',
  ),
);
const SMALL = new Set('le la les l un une des du de d mon ma mes a au aux et en pour mes'.split(' '));

/** @param choices motifs of a clarifying question, which « 1 » and « 2 » then mean */
export function readMenu(text: string, menu: readonly MenuEntry[], choices: readonly string[]): MenuChoice | undefined {
  const folded = foldText(text)
    .replace(/[«»"!.]+/g, ' ')
    .trim();
  if (folded.length > 60 || folded.includes('?')) return undefined;
  const number = NUMBER.exec(folded);
  if (number !== null) {
    const place = number[1] === undefined ? number[2]!.charCodeAt(0) - 97 : Number(number[1]) - 1;
    const motif = choices.length > 0 ? choices[place] : menu[place]?.motif;
    return { label: folded, ...(motif === undefined ? {} : { motif }) };
  }
  if (MOVES.has(folded)) return { label: folded };
  const said = keyOf(folded);
  if (said === '') return undefined;
  for (const entry of menu) {
    if ([entry.label, ...entry.also].some((label) => keyOf(foldText(label)) === said))
      return { label: entry.label, ...(entry.motif === undefined ? {} : { motif: entry.motif }) };
  }
  return undefined;
}

function keyOf(folded: string): string {
  return folded
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !SMALL.has(word))
    .map(singular)
    .join(' ');
}
