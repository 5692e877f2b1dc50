import { singular } from './words.ts';

/** The words by which a length or a date is known for a wait; written as people write them, compared singular. */

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(singular));

/** Words shortly before a length that make it a wait (« depuis 2 mois », « ça fait 7 semaines »). */
export const WAIT_BEFORE = setOf(
  'depuis fait font faisait voila voici y apres attend attends attendu attendue attendus attendons attendent attente ' +
    'bientot presque bout devez doit doivent bloque bloquee retard sans mat mater maternite impaye impayee',
);
/** Words shortly behind it that do so too (« 3 mois que j'attends », « 5 semaines sans salaire », « 3 mois d'arrêt »). */
export const WAIT_AFTER = setOf(
  'que sans attente retard attend attends maintenant bientot passe passes passee ecoule ecoules revolu revolus avance ' +
    'arret conge mat maternite maladie toujours rien aucun aucune zero silence',
);
/** Words near a date that make it the beginning of a wait (« arrêt du 3 mars », « congé commencé le 2 mai »). */
export const STARTS = setOf(
  'depuis arret arrete arretee arretes compter partir commence commencee debute debut demarre demarree accident conge ' +
    'periode jusque malade maladie prolongation hospitalise hospitalisee opere operee accouche accouchee immobilise ' +
    'immobilisee cesse interrompu interrompue interrompus suspendu suspendue bloque bloquee virement versement paiement',
);
/** « ij d'août », « indemnités du 3 au 30 novembre »: what is due for a time that is over. */
export const DUES = setOf('ij ijs ijss indemnite indemnites subrogation subrogations');
/** Words behind which the writer names today (« on est le 6 novembre », « nous voilà fin mars »). */
export const TODAY_BEFORE = setOf('est sommes voila voici aujourdhui arrive');

/** Small words that open a date. */
export const OPENERS = setOf('le du au debut fin mi');

/** Monday is 1. */
export const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  'lundi mardi mercredi jeudi vendredi samedi dimanche'.split(' ').map((word, i) => [word, i + 1] as const),
);
/** Words that name a day to come, alone or with the next word. */
export const AHEADS: ReadonlySet<string> = new Set([
  ...['aujourdhui', singular('aujourdhui'), 'demain', 'semaine', 'dans', 'ici', 'le', 'du', 'au'],
  ...WEEKDAYS.keys(),
]);
