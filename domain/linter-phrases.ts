/**
 * The phrases of the reply linter, over folded text (lower case, no accents, apostrophes as spaces). No nested
 * quantifiers: agents type here while the linter runs.
 */

/** Infinitives and the forms said to « vous ». Participles are left out: « votre RIB a été transmis » asks for nothing. */
const VERB =
  '(?:(?:r?envoy|retourn|communiqu|adress|indiqu|precis|donn|rappel|complet|scann|photographi|mentionn|confirm|depos|ajout)(?:er|ez)|transmett(?:re|ez)|fourni(?:r|ssez)|joi(?:ndre|gnez)|produi(?:re|sez)|(?:faire|faites)(?: nous)? parvenir|prendre en photo)';

/** What follows it in the sentence is wanted from the member. */
export const ASK_BEFORE = new RegExp(
  `\\b(?:${VERB}|il (?:nous )?(?:manque|(?:faut|faudra|faudrait)(?! (?:compter|attendre|patienter|prevoir)))|nous manque|besoin (?:de|d)|quel(?:le)?s? (?:est|sont)|(?:attendons|demandons)(?: de)?|reste(?:nt)? a)\\b`,
);

/** « … est nécessaire »: what stands shortly before it is wanted. */
export const ASK_AFTER =
  /\b(?:est|sont|reste|restent|serait|seraient|sera|seront) (?:\w+ )?(?:necessaires?|requis(?:es?)?|indispensables?|manquante?s?|attendue?s?|obligatoires?)\b/;

/**
 * Parts of a sentence that ask for nothing, up to the next comma: « ne nous envoyez jamais… », « sans préciser… »,
 * « inutile de joindre… », « n’est pas nécessaire », and what we do ourselves: « nous allons transmettre votre arrêt… ».
 */
export const NO_ASK = new RegExp(
  [
    `\\b(?:ne?|n) (?:(?:nous|vous|me|le|la|les|lui|y|en|l) ){0,3}(?:${VERB}|demand\\w+)(?:[ -](?:nous|moi|la|le|les))? (?:pas|jamais|plus|aucune?|rien)\\b`,
    `\\b(?:sans|inutile (?:de|d)|evite[rz] (?:de|d)|pas besoin (?:de|d)|pas necessaire (?:de|d)|ne (?:pas|jamais|plus)|jamais)(?: (?:nous|vous|y|la|le|les|me))? ${VERB}`,
    '\\bn (?:est|etait|sera|ont|sont) (?:pas|plus|aucunement) (?:\\w+ )?(?:necessaire|requis|indispensable|obligatoire)',
    '\\bpas besoin (?:de|d)\\b',
    `\\b(?:nous|je) (?:allons|vais|pouvons|peux|venons (?:de|d)|viens (?:de|d)|avons pu|ai pu|ferons|faisons) (?:\\w+ ){0,2}?${VERB}`,
  ]
    .map((start) => `(?:${start})(?:(?! mais | merci )[^,;:!?])*`)
    .join('|'),
  'g',
);

/** The answer is wanted in clear. */
export const BY_MAIL =
  /\b(?:par (?:retour|mails?|e-?mails?|courriels?|messages?)|en (?:reponse|repondant)|repond(?:re|ant|ez) a (?:ce|cette|notre)|a cette adresse|sur cette (?:boite|messagerie|adresse))\b/;

/** Ways that keep personal data out of open mail (domain §2.5: offer the account or the deposit form). */
export const SAFE_WAY =
  /\b(?:comptes? (?:assure )?ameli|espace (?:d echanges?|personnel|securise|client)|messagerie (?:du compte|de votre compte|securisee|ameli)|formulaire (?:en ligne|securise)|teleservices?|appli(?:cation)? ameli|ameli ?pro|net-entreprises|par (?:courrier|la poste|voie postale)|a l accueil|en agence|au guichet|boite aux lettres)\b/;

const THIRD =
  '(?:employeur|medecin|praticien|mutuelle|complementaire|pharmacien|pharmacie|banque|infirmiere?|kine\\w*|caf|caisse de retraite|hopital|clinique)';

/** « Transmettez votre arrêt à votre employeur », « votre médecin doit nous transmettre… »: nothing comes from the member. */
export const ELSEWHERE = new RegExp(
  `\\ba (?:votre|son|l|la|le|un|une) ?${THIRD}\\b|\\b(?:votre|son|l|la|le) ?${THIRD} (?:doit|devra|peut|pourra|va|est invitee?)\\b`,
);

export const PROTECTED: readonly {
  readonly code: 'asks-nir' | 'asks-rib' | 'asks-medical';
  readonly pattern: RegExp;
  readonly message: string;
}[] = [
  {
    code: 'asks-nir',
    pattern:
      /\b(?:nir|nss|(?:n|n°|no|num|numeros?) ?(?:de |d |° ?de )?(?:securite sociale|secu|ss|assure social|immatriculation)|(?:copie|photo|scan|recto)\w* (?:de |du )?(?:votre |la )?carte vitale)\b/,
    message:
      'On ne demande jamais le numéro de sécurité sociale par courriel. Proposez le compte ameli ou le formulaire de dépôt.',
  },
  {
    code: 'asks-rib',
    pattern:
      /\b(?:ribs?|iban|coordonnees bancaires|releves? d identite bancaire|numeros? de (?:compte bancaire|carte bancaire|carte bleue))\b/,
    message:
      'On ne demande jamais de coordonnées bancaires par courriel. Proposez le compte ameli ou le formulaire de dépôt.',
  },
  {
    code: 'asks-medical',
    pattern:
      /\b(?:certificats? medica(?:l|ux)|ordonnances?|prescriptions?(?: medicales?)?|comptes?[ -]rendus?|diagnostic|resultats? (?:d analyses?|d examens?|medicaux)|dossier medical|protocole de soins|(?:avis d )?arrets? (?:de travail|maladie)|volets? (?:1|2|un|deux)|etat de sante|pathologies?|maladie dont|traitement (?:medical|suivi|en cours)|(?:informations?|donnees|elements?|pieces?|documents?) (?:medica(?:l|les?|ux))|feuilles? de soins?)\b/,
    message:
      'On ne demande jamais d’information médicale par courriel. Proposez le compte ameli, le formulaire de dépôt ou le courrier.',
  },
];

/** Asking to do the same again in another form (CRPA L112-8). */
export const OTHER_FORM =
  /\b(?:refaire|refaites|renouvel(?:er|ez)|reformul(?:er|ez)|repet(?:er|ez)|recommenc(?:er|ez)|reiter(?:er|ez)|confirm(?:er|ez)|(?:(?:re)?envo(?:yer|yez)|adress(?:er|ez)|formul(?:er|ez)|transmet(?:tre|tez)|depos(?:er|ez))(?: (?:a|de) nouveau)?) (?:nous )?(?:votre|cette|la|vos|ce) (?:meme )?(?:demande|demarche|message|reclamation|courriel|mail|saisine|envoi) (?:\w+ ){0,4}?(?:par (?:courrier|ecrit|la poste|telephone|lettre|voie postale)|au 36 ?46|(?:sur|via|depuis|dans|par) (?:le |la |votre |l |un )?(?:compte|site|formulaire|espace|messagerie|teleservice|appli\w*|ameli\w*)|a l accueil|au guichet|en agence)/;

/** Wording that blames; a first good-faith error is not held against anybody (CRPA L123-1). */
export const ACCUSATORY: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: /\bvous (?:avez|auriez) (?:fraude|triche|menti|omis|neglige|tarde|cache|dissimule|oublie)\b/,
    message: 'Formulation de reproche. Dites plutôt ce qui manque et comment le régler.',
  },
  {
    pattern:
      /\bvous auriez du\b|\bil vous appartenait\b|\bvous n avez pas (?:juge|daigne|pris la peine|fait l effort|respecte)\b/,
    message: 'Formulation de reproche. Dites plutôt ce qui est possible maintenant.',
  },
  {
    pattern:
      /\b(?:votre|par votre) (?:negligence|faute|manquement|mauvaise foi)\b|\bde mauvaise foi\b|\bfausses? declarations?\b/,
    message: 'La bonne foi se présume (CRPA L123-1). Décrivez l’écart constaté, sans le qualifier.',
  },
  {
    pattern: /\bvous pretendez\b|\bsoi[ -]disant\b|\bvos (?:pretendu\w*|soi[ -]disant)/,
    message: 'Cette tournure met en doute la parole de la personne. Préférez « vous indiquez ».',
  },
  {
    pattern:
      /\b(?:comme|ainsi que) (?:nous vous l avons|je vous l ai|deja) (?:deja )?(?:dit|indique|ecrit|precise|explique)\b/,
    message: 'Cette tournure peut blesser. Redonnez simplement l’information.',
  },
];

/** Pieces people are often asked for twice (« Dites-le-nous une fois ») and how a file of that kind is usually named. */
export const PIECES: readonly { readonly asked: RegExp; readonly named: RegExp }[] = [
  { asked: /\b(?:ribs?|iban|releves? d identite bancaire)\b/, named: /\brib|iban|releve.{0,5}identite/ },
  { asked: /\b(?:avis d )?arrets? (?:de travail|maladie)\b|\bvolets? (?:1|2|3)\b/, named: /arret|volet|\baat|prolong/ },
  { asked: /\battestations? de salaire\b/, named: /attest.{0,14}salaire|^as_/ },
  { asked: /\b(?:bulletins?|fiches?) de (?:paie|paye|salaire)\b/, named: /bulletin|fiche.{0,4}pa[iy]e|\bbs_|pa[iy]e/ },
  { asked: /\bfeuilles? de soins?\b/, named: /feuille.{0,4}soin|\bfds|\bfsp/ },
  { asked: /\b(?:pieces? d identite|carte d identite|passeport)\b/, named: /\bcni|identite|passeport/ },
  { asked: /\b(?:actes? de naissance|livret de famille)\b/, named: /naissance|livret/ },
  { asked: /\bavis d impots?\b|\bavis d imposition\b/, named: /impo[ts]|imposition/ },
  { asked: /\bjustificatifs? de domicile\b/, named: /domicile|quittance|facture.{0,4}(?:edf|eau)/ },
  { asked: /\btitres? de sejour\b/, named: /sejour|recepisse/ },
  { asked: /\bordonnances?\b|\bprescriptions?\b/, named: /ordonnance|prescription/ },
  { asked: /\bcertificats? medica(?:l|ux)\b/, named: /certif/ },
  { asked: /\bfactures?\b/, named: /facture/ },
];
