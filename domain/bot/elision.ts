/**
 * Words glued together where French writes an apostrophe, and « j » for « je »: `mavez`, `sattendre`, `jcomprends`,
 * `quil`. A chat is full of them and no list holds them all, so the glue is taken off by what stands behind it.
 */

/** What an elided word may stand before; only these, or « dans » and « lettre » would fall apart. */
const VERBS =
  'ai as a avais avait avez aviez avons avoir aurais aurait aurez aura aurai ont est etes etais etait ' +
  'appeler apeler appelle appelez apelez apele appele attendre attend attends attendais aider aide aidez aidait aiderait arrive arrivait arriver ' +
  'affiche affichent afficher ouvre ouvrent ouvrir envoyer envoyez envoie envoient envoye expliquer explique expliquez ' +
  'ecoutez ecoute ecouter ecrire ecris ecrit ecrivez indique indiquez indiquer informer informe oblige obligent adresser ' +
  'interesse inquiete inquieter inscrire inscris occupe occuper excuse excuser enleve enlever enerve enervez embete ' +
  'etonne entendez entends entendre avance avancer orienter orientez annonce accepte accorde ajoute apprend apprends arrete ' +
  'arrange arranger adore aime aimerais aimerai espere essaie essaye essayer oublie ose habite hesite utilise envisage imagine ' +
  'apprecie avoue obtenir obtiens annule autorise en y';
const NOUNS =
  'acte adresse age aide allocation ancien ancienne annee appel appareil appli application argent arret arrets assurance ' +
  'attestation audio autre avance avenant avis avocat accident accord accueil achat acompte adulte agence agent aller amie ' +
  'ecole ecran ecrit effet employeur employeuse enfant envoi erreur espace essai etat etranger euro europe examen ' +
  'exoneration expert homme hopital hosto hotel huissier heure histoire hiver idee identifiant identite impot impots ' +
  'imprime indemnite indu infirmier infirmiere info infos inscription insuline intervention interlocuteur invalidite ' +
  'invalide inval ophtalmo operation opticien optique oral ordi ordinateur ordonnance ordo orthodontie orthophoniste osteo ' +
  'oreille usage urssaf utilisation amende assmat etude etudes eau essence enveloppe';
const FUNCTION =
  'il ils elle elles on un une en y autre autres abord accord apres ailleurs avant habitude ici aujourd office urgence avoir ' +
  'etre attendre envoyer expliquer appeler essayer ouvrir aller obtenir acceder arriver ecrire autant assez aucun aucune';

const set = (...lists: readonly string[]): ReadonlySet<string> => new Set(lists.join(' ').split(' '));
const BEHIND: Readonly<Record<string, ReadonlySet<string>>> = {
  l: set(VERBS, NOUNS, 'un une on autre ancien ancienne'),
  d: set(NOUNS, FUNCTION),
  m: set(VERBS),
  t: set(VERBS),
  s: set(VERBS, 'il ils'),
  n: set(VERBS, 'importe'),
  c: set('est etait etaient etais'),
  j: set(VERBS),
  qu: set(VERBS, NOUNS, FUNCTION),
};
/** They look glued and are words of their own. */
const WHOLE = set(
  'quelle quelles quai don dont lune tetes jpg jpeg jrs sas sai decrit decrire savoir savez savons savait savais saviez savaient saura ' +
    'saurai saurais saurait saurez sauraient la ma ta sa na ca les mes tes ses mai lest test men ten sen lage laide mon ton son non sont',
);

/** « mavez » → « m avez », « jcomprends » → « je comprends »; undefined where the word stands for itself. */
export function unglue(word: string): string | undefined {
  if (word.length < 3 || WHOLE.has(word)) return undefined;
  // No French word begins with j and a consonant.
  const je = /^j([b-df-hj-np-tv-xz]\w+)$/.exec(word);
  if (je !== null) return `je ${je[1]}`;
  const parts = /^(qu|[ldmtsncj])([aeiouyh]\w*)$/.exec(word);
  if (parts === null) return undefined;
  const [, head, tail] = parts;
  if (!BEHIND[head!]!.has(tail!)) return undefined;
  return head === 's' && /^ils?$/.test(tail!) ? `s ${tail}` : `${head} ${tail}`;
}
