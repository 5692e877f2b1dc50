/**
 * What closes a French mail. Every pattern is anchored and runs on one folded line of at most 400 characters
 * (lower case, no accents, apostrophes as spaces).
 */

/** RFC 3676 §4.3: `-- ` alone on a line; many programs lose the space. */
export const DELIMITER = /^-- ?$/;

/** Patterns as one: a line is gone through once. All of them are anchored at its beginning. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => `(?:${source})`).join('|'));
}

/** What phones and mail programs add on their own. */
const FOOTER_LINE = anyOf(
  /^(?:envoye|envoyee) (?:de |depuis |a partir d[eu] ?|avec |par |via |d un |d )?(?:le |la |l |un |une |mon |ma |mes )?(?:iphone|ipad|ipod|apple|smartphone|mobile|telephone|portable|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|blackberry|tablette|yahoo|outlook|courrier|gmail|orange|application|appli|proton|messagerie securisee proton|messagerie|sfr|bouygues|free|la poste|laposte|windows|surface|nokia|honor|oneplus|google|hotmail|webmail)\b.{0,80}$/,
  /^sent (?:from|with|via|by) (?:my |a |the )?(?:iphone|ipad|ipod|samsung|galaxy|android|smartphone|mobile|huawei|outlook|mail for|yahoo|proton|blackberry|tablet|xiaomi|spark|gmail).{0,80}$/,
  /^(?:obtenir|obtenez|telecharger|telechargez|get|download) (?:outlook|yahoo mail|l application|gmail|bluemail|proton).{0,120}$/,
  /^(?:provenance|from) ?: ?(?:courrier|mail) (?:pour|for) windows.{0,40}$/,
  /^(?:yahoo mail ?: ?|mail yahoo ).{0,80}$/,
  /^(?:garanti )?sans virus\.? ?(?:www\.)?(?:avast|avg)?.{0,60}$/,
  /^(?:l absence de virus dans ce courrier|cet? (?:e-mail|email|courrier electronique|message) a ete (?:verifie|controle|analyse)|aucun virus trouve).{0,200}$/,
  /^this (?:e-mail|email|message) has been (?:checked|scanned) (?:for|by).{0,120}$/,
);

/** Beginnings of legal and ecological footers; they run to the end of their paragraph. */
const LEGAL_START = anyOf(
  /^(?:ce|cet|le present|les presents?|ces?) (?:message|courriel|e-mail|email|mail|courrier electronique|courrier)s?(?: electronique)?,?(?: et| ainsi que| \(| est (?:strictement |exclusivement )?(?:confidentiel|etabli|destine|adresse|envoye)| peut contenir| contient (?:des informations|une information)| et ses| s adresse| ne (?:peut|saurait))/,
  /^(?:les|toutes les|l ensemble des|la|l) (?:informations?|donnees|contenu|elements?|integrite)(?: (?:contenue?s?|figurant|transmis\w*|du|de))? .{0,60}(?:message|courriel|e-mail|email|mail|courrier)/,
  /^(?:si vous (?:avez recu|recevez|n etes pas|etes)) .{0,60}(?:par erreur|le destinataire|destinataire)/,
  /^(?:avis|clause|mention|note|avertissement) (?:de confidentialite|legale|d avertissement)/,
  /^(?:confidentialite|confidentiality notice|disclaimer|avertissement|mentions legales) ?:?$/,
  /^(?:this|the) (?:message|e-mail|email|electronic mail|communication|information)(?: and| is| may| contains| contained| transmitted| \()/,
  /^if you (?:are not|have received|received) .{0,60}(?:recipient|in error|by mistake)/,
  /^(?:pensez|pensons|merci de penser) a l environnement/,
  /^(?:avant d imprimer|n imprimez|n imprimer|adoptez l eco|eco-?geste|afin de (?:preserver|contribuer)|preservons|preservez|protegeons) .{0,120}/,
  /^(?:please )?consider the environment/,
  /^(?:conformement (?:a la loi|au reglement|au rgpd)|vos donnees (?:personnelles|a caractere)).{0,200}/,
  /^(?:[pð]? ?)?(?:please )?think (?:before|green)/,
);

const LEGAL_WORDS =
  /confidentiel|confidential|destinataire|destine|recipient|par erreur|in error|by mistake|detrui|supprim|delete|diffusion|disclos|responsabilite|liab|virus|integrite|imprim|print|environ|privileged|rgpd|gdpr|informatique et libertes|papier|planete/;

/** « Cordialement » and its family; what follows on the line is looked at apart. */
const FORMULA =
  /^(?:merci(?: d avance| par avance| beaucoup| a vous| bien)?[ ,.!]{1,3}(?:et )?)?(?:(?:bien|tres|plus|sincerement|respectueusement)[ ,]{1,2})?(?:cordialement|cordialemnt|cordialment|cordialemant|codialement|crdlt|cdlt|cdt|cdmt|respectueusement|sincerement|amicalement|courtoisement|(?:mes |nos )?(?:bien )?(?:sinceres?|cordiales|respectueuses|meilleures|distinguees|amicales)(?: et (?:sinceres|cordiales|respectueuses))? (?:salutations|sentiments)(?: distinguees| respectueuses| les meilleures?)?|(?:mes |nos )?salutations(?: distinguees| cordiales| respectueuses| sinceres| les meilleures)?|bien a (?:vous|toi)|a vous lire|kind regards|best regards|regards|yours (?:sincerely|faithfully)|mit freundlichen grussen|met vriendelijke groet(?:en)?)(?: a vous| votre)?(?![\p{L}\p{N}])/u;
/** After these two letters and a name may follow in lower case (« cdt marie »); « sincèrement désolé » is prose. */
const PLAIN_FORMULA = /(?:cordial|codial|crdlt|cdlt|cdt|cdmt|salutations|regards|bien a vous)/;

/**
 * The long form: « Je vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées ». « Je vous
 * prie de trouver ci-joint » begins alike and carries the request: it must name the agreement and the sentiments.
 */
const LONG_FORMULA = anyOf(
  /^(?:je vous (?:prie|prierai|prierais)|nous vous prions|veuillez|vous voudrez bien|daignez|priere)(?: de| d)?(?: bien vouloir)?,? ?(?:agreer|recevoir|accepter|croire|trouver ici)\b.{0,200}(?:salutations?|sentiments?|respect|consideration|expression|assurance|hommages|devoue)/,
  /^(?:recevez|agreez|croyez)\b.{0,120}(?:salutations?|sentiments?|respect|consideration|expression|assurance)/,
  /^(?:(?:dans l|en) attente (?:de (?:votre|vos|vous lire)|d une? (?:reponse|retour))|restant a votre|en vous (?:remerciant|souhaitant)|(?:vous )?remerciant par avance).{0,70}[ ,](?:agreer|recevoir|salutations|sentiments|cordialement|cdlt|cdt)\b.{0,120}$/,
);
/** The second line of a long formula that was wrapped. */
const FORMULA_TAIL =
  /^.{0,80}(?:salutations? (?:distinguees?|respectueuses?|les meilleures|sinceres|cordiales)|sentiments (?:distingues|respectueux|les meilleurs|devoues)|consideration distinguee|salutations)\W*$/;
const LONG_FORMULA_OPENING =
  /^(?:(?:dans l attente|en attente|restant|en vous remerciant).{0,80})?(?:je vous (?:prie|prierais)|nous vous prions|veuillez|recevez|agreez)(?: de| d)?(?: bien vouloir)?,? ?(?:agreer|recevoir|croire|accepter|madame|monsieur)/;

/** A short wish that ends a mail; only a formula when a name or nothing follows. */
const WISH =
  /^(?:(?:je vous souhaite (?:une )?|tres )?(?:bonne|belle|excellente) (?:journee|soiree|reception|fin de journee|semaine|fin de semaine|continuation)|bon week-?end|bonne et heureuse annee)[ ,.!]*(?:a vous|a tous|et merci)?[ ,.!]*$/;

/** Begins again after the closing formula: a post-scriptum, or a need somebody forgot. */
const POSTSCRIPT = /^(?:p\.? ?-?s\.?|post-?scriptum|n\.? ?b\.?|nota(?: bene)?|ps)(?: ?[:.,;-]|\b(?=.{12,}))/;
const NEED =
  /\?|\b(?:je|j|jai|nous|on|vous|merci de|mon|ma|mes|notre|nos|votre|vos|il|elle|ils|svp|stp|faut|pouvez|pourriez|voici|ci-joint|ci-jointe?s?|urgent|toujours|encore|pas|quand|comment|pourquoi|combien|est-ce)\b/;

const PHONE = /(?:\+ ?33|\b0) ?(?:\(0\) ?)?[1-9](?:[ ./-]?\d{2}){4}\b/g;
const CONTACT_LABEL =
  /^(?:t|tel|tel\.|telephone|mob|mobile|port|portable|gsm|fax|mail|email|e-mail|courriel|adresse|site|web|standard|ligne directe|poste|siret|siren|rpps|finess|adeli|n° ?(?:finess|rpps|adeli|siret)|numero (?:finess|siret|rpps|de secu\w*|de securite sociale)|n° ?(?:de )?(?:secu\w*|securite sociale|ss|allocataire|assure)|nir|nss|ne(?:e|\(e\))? le|matricule) ?\.? ?:? /;
const ADDRESS =
  /^(?:\d{1,4}(?: ?(?:bis|ter|quater))?,? )(?:rue|r\.|avenue|av\.?|boulevard|bd\.?|blvd|place|pl\.|chemin|ch\.|impasse|imp\.|allee|route|rte|quai|square|cours|residence|res|lot|lotissement|hameau|cite|faubourg|fg|passage|villa|sentier|esplanade|clos|domaine|lieu-?dit|mail) |^(?:bp|b\.p\.|cs|tsa) ?\d{2,}|^\d{5} [\p{L}-]{2,}|^\d{5} ?[\p{L}' -]+(?:cedex.{0,6})?$/u;
const WEB = /^(?:https?:\/\/|www\.)\S+$|^\S+@\S+\.\S+$|^<?(?:mailto:)?\S+@\S+>?$/;

/** A whole line written by a device or a virus scanner. */
export function isDeviceFooter(line: string): boolean {
  return line.length > 6 && FOOTER_LINE.test(line);
}

/** The first line of a confidentiality or « pensez à l'environnement » paragraph. */
export function startsLegalFooter(opening: string): boolean {
  return opening.length > 8 && LEGAL_START.test(opening);
}

/** A footer speaks of addressees, errors or printing; « les informations de votre courrier sont fausses » does not. */
export function speaksLegal(paragraph: string): boolean {
  return LEGAL_WORDS.test(paragraph);
}

/** True for a closing formula, alone on its line or with a name after it. `raw` is the line as written. */
export function isClosingFormula(line: string, raw: string): boolean {
  if (line.length < 3 || line.length > 320) return false;
  if (WISH.test(line) || LONG_FORMULA.test(line)) return true;
  if (line.length > 120) return false;
  const head = FORMULA.exec(line)?.[0];
  if (head === undefined) return false;
  const tail = wordsOf(line.slice(head.length));
  if (tail.length === 0) return true;
  if (tail.length > 5 || NEED.test(tail.join(' '))) return false;
  if (tail.length <= 2 && PLAIN_FORMULA.test(head)) return true;
  return isName(wordsOf(raw).slice(-tail.length).join(' '));
}

/** Words without the punctuation between them. */
function wordsOf(line: string): string[] {
  return line.split(/[\s,;:!.]/).filter((word) => word !== '' && word !== '-');
}

/** A long formula cut in two: this line opens it and the next one ends it. */
export function opensLongFormula(line: string, next: string): boolean {
  return LONG_FORMULA_OPENING.test(line) && FORMULA_TAIL.test(next);
}

/** A post-scriptum or anything that asks, tells or sends: it is never part of a signature. */
export function isNeed(line: string): boolean {
  if (POSTSCRIPT.test(line)) return true;
  if (isContact(line)) return false;
  const count = line.split(' ').length;
  return (count >= 3 && NEED.test(line)) || count >= 12 || line.endsWith('?');
}

/** A phone number, an address, a link, a labelled number. */
export function isContact(line: string): boolean {
  if (line.length > 120) return false;
  if (CONTACT_LABEL.test(line) || ADDRESS.test(line) || WEB.test(line)) return true;
  const rest = line.replace(PHONE, '');
  return rest !== line && !NEED.test(rest) && wordsOf(rest).length <= 4;
}

/** Two to five capitalised words, perhaps with a title: somebody's name. Takes the line as written. */
export function isName(line: string): boolean {
  return /^\s*(?:(?:M\.?|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Dr\.?|Docteur|Me|Maître)\s+)?\p{Lu}[\p{L}'’.-]{0,24}(?:\s+(?:de|du|des|la|le|van|el|ben|d['’]|\p{Lu}[\p{L}'’.-]{0,24})){0,4}\s*$/u.test(
    line,
  );
}

/** The line above announces what follows (« ma nouvelle adresse : »), so a block of address lines is the message itself. */
export function announces(line: string): boolean {
  return (
    line.endsWith(':') ||
    /\b(?:adresse|coordonnees|numero|telephone|joindre|joignable|contacter|rib|iban|suivants?|suivantes?|rappeler|appeler)\b/.test(
      line,
    )
  );
}
