import { singular } from '../match/words.ts';

/** What a turn is about: its words of substance, synonyms brought together, and what kind of answer it wants. */

const EMPTY = new Set(
  (
    'a ai aie ait alors an ans apres arrive as au aucun aucune aupres aussi autre autres aux avais avait avant avec avez avoir avons ayant beaucoup bien bon bonne ' +
    'c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez chose choses ci comme comment concernant connaitre d dans date de deja demande demandais demander depuis des deux dire dis dit ' +
    'dois doit doivent donc dont du elle elles en encore entre est et etais etait etant etc ete etes etre eu eux ' +
    'faire fais fait faites fallait falloir fait faudra faudrait faut font fois forcement grand heure hier ici il ils j jai jamais je jour jours juste justement l la le les leur leurs lors lui ' +
    'm ma mais me meme mes mettre mieux moi moins mois moment mon n ne ni non normal normalement nos notre nous o on ont ou oui par parce parle parler parlais part pas peu peut peux plait plus plutot possible pour pourquoi pouvez pouvoir pourrait pourrais pourriez precis prendre pres puis puisque ' +
    'qu quand quel quelle quelles quelque quelques quels qui quoi qu que reste rien s sa sais sait sans savoir se semaine semaines ses si soit sommes son sont souhaite souhaiterais sous souvent suis sur svp ' +
    't ta te tel tes toi ton toujours tous tout toute toutes trop tres truc tu un une va vais vas vers veut veux vient voici voila voir vois vos votre voudrais voulais voulez vouloir vous vraiment vu y ya ' +
    'aimerais cherche chercher trouver trouve question questions reponse merci ok bonjour obtenir recuperer recupere besoin maintenant aujourd hui demain simplement seulement exactement concerne concernait voulu dernier derniere moyen sujet cas chose gens deja combien temps annee savez avez ' +
    'you very much robot bot conseiller quelqu personne parfait super cool merci pouceleve poucebaisse janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche ' +
    'certain certaine surtout vite rapidement urgent urgence fin debut ca dedans dessus dehors hein sinon aussi egalement ensuite autrement plait prie direct peu effet fameux grave quasi autant tellement assez moment passe passer please dommage helas malheureusement crains chrome chef rubrique page lien message objet cas hum clairement assure erreur'
  ).split(' '),
);

/** Words that name one thing in this trade (domain §4), each filed by its beginning. */
const THINGS: readonly (readonly [string, RegExp])[] = [
  [
    'pay',
    /^(?:pay|pai|verse|versement|touch|rembours|virement|vire[rs]?$|regl|percu|percev|argent|indemnis|credit|sous$|euros?$|montant|tarif|prix|cout|frais)/,
  ],
  ['ij', /^(?:ij|ijss|indemnit|jour?naliere|ijs)/],
  ['child', /^(?:enfant|bebe|fils$|fille|fillette|naissance|naitre|gosse|gamin|ados?$)/],
  ['spouse', /^(?:mari|femme|epou[sx]|conjoint|compagn)/],
  ['parent', /^(?:mere|pere|maman|papa|parent|mamie|papi|papy|mami)$/],
  ['doctor', /^(?:medecin|docteur|toubib|generaliste|traitant|dr$)/],
  ['css', /^(?:css|c2s|cmu|cmuc|complementair|solidair)/],
  ['mutual', /^(?:mutuel|mutuell|noemie|teletrans)/],
  ['ame', /^ame$/],
  ['card', /^(?:carte|vital|verte|cv$|duplicata|double)/],
  ['europe', /^(?:europeen|ceam|europ|etranger)/],
  ['address', /^(?:adress|demenag|habite|logement|domicil|appart|maison)/],
  ['bank', /^(?:rib|iban|bancair|banque|compte bancaire)/],
  ['login', /^(?:code|mdp|mot|identifiant|connect|connexion|login|sms|acces|bloque|debloque|ouvrir|franceconnect)/],
  ['paper', /^(?:attestation|papier|document|justificatif|releve|duplicat|certificat|imprim|telecharg)/],
  ['number', /^(?:numero|nir|provisoir|definitif|immatricul)/],
  ['lost', /^(?:perd|perte|vol|vole|cass|abim|egar)/],
  ['sick', /^(?:arret|maladi|malade|prolong|volet|avis)/],
  ['employer', /^(?:employeur|patron|salair|entreprise|boite|boulot|chef$)/],
  ['accident', /^(?:accident|at$|atmp)/],
  ['care', /^(?:soin|feuille|consult|seance|acte|facture)/],
  ['teeth', /^(?:dent|orthodont|couronne|appareil|implant)/],
  ['eyes', /^(?:lunett|optiq|opticien|verre|ophtalm|vue)/],
  ['physio', /^(?:kine|osteo)/],
  ['transport', /^(?:transport|taxi|vsl|ambulan|trajet)/],
  ['maternity', /^(?:matern|patern|grossesse|enceinte|accouch|conge|mat$|pat$|adoption)/],
  ['disability', /^(?:invalid|pension|categorie|rente)/],
  ['debt', /^(?:indu|dette|reclam|trop|percu|echeancier|creanc|mensualite|retenue|recouvr)/],
  ['dispute', /^(?:contest|recours|cra|commission|appel)/],
  ['death', /^(?:deces|deced|mort|obseque|capital)/],
  ['rights', /^(?:droit|affili|couvert|rattach|ouvert|ferm|inscri|beneficia)/],
  ['ald', /^(?:ald|longue|100|exoner)/],
  ['cure', /^(?:cure|therm)/],
  ['meeting', /^(?:rendez|rdv|accueil|agence)/],
  ['file', /^(?:dossier|demande|demarche|formulaire)/],
  ['fraud', /^(?:sms|arnaque|frauduleu|phishing|suspect|hameconn|pirat)/],
  ['hospital', /^(?:hopital|hosto|clinique|hospital|operation|opere|chirurg|urgences)/],
  ['pharmacy', /^(?:pharmac|medicament|traitement|ordonnanc)/],
  ['nurse', /^(?:infirm|sage|psy|dermato|cardio|podolog|orthoph|specialist|generalist)/],
  [
    'situation',
    /^(?:divorc|mariag|marie|separ|demenag|chomage|rsa|interim|saisonn|retrait|etudiant|auto|entrepreneur|independant)/,
  ],
  ['months', /^(?:2019|202[0-9])$/],
  ['account', /^(?:compte|ameli|site|internet|appli|application|espace)$/],
  ['help', /^(?:aide|secours|precar|financ)/],
  ['carer', /^(?:tutelle|curatelle|procuration|aidant|handicap)/],
  ['check', /^(?:visite|controle|vaccin|depistage|bilan|radio|scanner|irm|examen|analyse)/],
  ['ears', /^(?:auditif|auditive|audio|prothes|semelle|orthopedi|fauteuil)/],
  ['papers', /^(?:sejour|titre|recepisse|passeport|nationalit)/],
  ['name', /^(?:nom|marital|jeune|etat|civil)$/],
];

/** What sort of answer is asked for. */
export type Aspect = 'who' | 'how' | 'when' | 'where' | 'much' | 'why' | 'which' | 'may' | 'what' | 'state';

const ASPECTS: readonly (readonly [Aspect, RegExp])[] = [
  [
    'who',
    // Behind a noun it is a relative pronoun: « le papier qui prouve mes droits ».
    /(?:^ ?qui(?! est| a | m | ma | me | n | ne | dit| disent| je| sont| ont| peut| vient| demande)| (?:a|par|pour|avec|chez|de|savoir|sais|et|mais|alors|c est) qui) /,
  ],
  [
    'when',
    / (?:quand|combien de (?:temps|jours|semaines|mois)|quel(?:le)? (?:delai|date|jour)|delai|delais|longtemps|c est pour quand|a partir de quand|jusqu a quand|combien ca prend) /,
  ],
  [
    'much',
    / (?:combien(?! de (?:temps|jours?|semaines?|mois))|quel (?:montant|taux|prix|tarif)|montant|gratuit|payant|payante|cher|taux|pourcentage|a hauteur) /,
  ],
  [
    'where',
    / (?:ou(?! en | non | pas | quoi | bien | alors )|quelle adresse|a quelle|a qui|quel (?:site|endroit|service|lien)|quelle rubrique|l adresse) /,
  ],
  ['why', / (?:pourquoi|pour quelle raison|comment ca se fait|d ou (?:ca )?vient|comment se fait) /],
  [
    'which',
    / (?:quels? (?!est|sont|montant|prix|tarif|taux|delai)|quelles? (?!est |sont |adresse|date|difference|raison|demarche)|laquelle|lequel|quoi comme|il faut quoi|faut quoi) /,
  ],
  [
    'what',
    / (?:c est quoi|qu est ce que|qu est ce qu|que veut dire|ca veut dire|signifie|definition|quelle difference|en quoi|a quoi) /,
  ],
  [
    'state',
    / (?:ou en est|ou en sont|(?:est|sont|passee?s?) ou|ou (?:est|sont|passe)|en est|recu|recue|recus|arrive|arrivee|bien ete|enregistre|traite|traitee|valide|validee|toujours|avancement|suivi|statut|en cours) /,
  ],
  [
    'may',
    / (?:(?<!c )est ce que|puis je|peut on|peux je|j ai droit|ai je droit|on peut|dois je|faut il|suis je|oblige|obligatoire|possible|avons nous|a t on|droit a|sont elles|sont ils|est elle|est il|sera) /,
  ],
  [
    'how',
    / (?:comment|quelle demarche|quelles demarches|faire quoi|faut faire|que faire|quoi faire|quoi faire|procedure|qu est ce que je fais|je fais quoi|que dois je) /,
  ],
];

/** « où en est » asks; « pas reçu » only says. */
const PUT = / (?:ou en (?:est|sont)|(?:est|sont) ou|ou (?:est|sont)) /;

export interface Content {
  /** Things and stems, without repetition. */
  readonly words: ReadonlySet<string>;
  /** Those that name a thing of this trade. */
  readonly things: ReadonlySet<string>;
  readonly aspects: ReadonlySet<Aspect>;
  /** A question by its form: an interrogative word or a question mark. */
  readonly asks: boolean;
}

/** « mes sous » is money, « sous trois jours » is not. */
const MONEY = / (?:mes|des|les|vos|mon|de|un|nos|ses|leurs) sous? /g;

/** @param text what is left of a turn once formulas are taken out @param whole the turn, for its question words */
export function contentOf(text: string, whole: string, question_mark: boolean): Content {
  const words = new Set<string>();
  const things = new Set<string>();
  for (const word of text.replace(MONEY, ' argent ').split(/[ |,.?]+/)) {
    if (EMPTY.has(word) || (word.length < 2 && !/[0-9]/.test(word))) continue;
    const single = singular(word);
    const thing = thingOf(single);
    if (thing !== undefined) things.add(thing);
    words.add(thing ?? stem(single));
  }
  const aspects = new Set(ASPECTS.filter(([, pattern]) => pattern.test(whole)).map(([aspect]) => aspect));
  return {
    words,
    things,
    aspects,
    asks: question_mark || PUT.test(whole) || [...aspects].some((aspect) => aspect !== 'state'),
  };
}

function thingOf(single: string): string | undefined {
  for (const [thing, pattern] of THINGS) if (pattern.test(single)) return thing;
  return undefined;
}

/** Rough: conjugation and gender fall, so that « renouveler » and « renouvelée » meet. */
function stem(word: string): string {
  if (word.length <= 5) return word;
  const cut = word.replace(
    /(?:issements?|ements?|ations?|itions?|ement|ation|ition|antes?|ants?|ees?|ers?|ez|ent|ir|ie|es|e|ait|aient|ais|era|erai)$/,
    '',
  );
  return cut.length >= 4 ? cut : word.slice(0, 5);
}

/** Aspects that answer each other: whoever asked where the money is and then when it comes asks the same. */
const FAMILIES: Readonly<Record<Aspect, string | null>> = {
  how: 'way',
  where: 'way',
  which: 'way',
  when: 'state',
  state: 'state',
  why: 'state',
  much: 'much',
  what: 'what',
  who: 'who',
  // « Est-ce que » says nothing of what is asked.
  may: null,
};

/** The families of what is asked. */
export function families(aspects: ReadonlySet<Aspect>): ReadonlySet<string> {
  return new Set([...aspects].map((aspect) => FAMILIES[aspect]).filter((family) => family !== null));
}

/** What these ask is never what a complaint was about. */
export const ASIDE: ReadonlySet<string> = new Set(['much', 'what', 'who']);

/** Words that stand in every second message and bind nothing together. */
const COMMON: ReadonlySet<string> = new Set([
  'pay',
  'paper',
  'chang',
  'recu',
  'envoy',
  'file',
  'declar',
  'compt',
  'rights',
  'child',
  'ameli',
  'account',
  'number',
  'months',
  'help',
  'name',
  'situation',
]);

/** True for words that bind nothing together. */
export function isCommon(word: string): boolean {
  return COMMON.has(word);
}

/** A word of substance in common. */
export function sharesSubject(words: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...words].some((word) => !COMMON.has(word) && others.has(word));
}

/** The part of `words` that also stands in `others`, 0–1. */
export function overlap(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  if (words.size === 0) return 0;
  let shared = 0;
  for (const word of words) if (others.has(word)) shared += 1;
  return shared / words.size;
}
