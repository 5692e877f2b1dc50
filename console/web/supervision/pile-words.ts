import type { PileCounts } from '../../routes/stock.ts';

export type Pile = keyof PileCounts;

/** Each pile, and the act it asks for. People decide on each conversation; a pile only brings alike ones together. */
export const PILE_WORDS: Readonly<Record<Pile, readonly [label: string, act: string]>> = {
  p0: ['P0', 'Répondre tout de suite'],
  p1: ['P1', 'Répondre aujourd’hui, avant le reste'],
  late: ['Déjà en retard', 'Répartir : les plus anciennes d’abord'],
  today: ['À sauver aujourd’hui', 'Répondre avant ce soir'],
  thanks: ['Remerciements', 'Lire, puis clore « sans réponse attendue »'],
  copies: ['Copies du même expéditeur', 'Répondre une fois, joindre les autres'],
  pieces: ['Pièces seules', 'Verser à la numérisation'],
  elsewhere: ['Autre caisse ou organisme', 'Transmettre en avisant la personne'],
  waves: ['Vagues', 'Nommer, répondre ensemble'],
};
