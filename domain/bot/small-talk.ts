import { anywhere, opening, whole } from './grammar.ts';

/** Words that ask and judge nothing, and the words by which people announce what they are about to say. */

/** « merci de me dire », « merci d'avance »: politeness around a request. */
export const POLITE = anywhere(
  `merci (?:de|d) (?:bien )?(?:vouloir )?(?:(?:me|m|nous|vous|l|le|la|les) )*(?:dire|repondre|confirmer|indiquer|donner|aider|preciser|expliquer|envoyer|faire|rappeler|renseigner|eclairer|transmettre|patienter|votre retour|verifier|regarder|traiter|corriger|rectifier|communiquer|tenir)`,
  `merci (?:d|par|a l) ?avance`,
  `(?:s il vous plait|s il te plait|je vous prie|je vous en prie|cordialement|cdt|cdlt|bien a vous|salutations|respectueusement|bien cordialement)`,
  `(?:(?:chere? )?madame [, ]*(?:cher )?monsieur|(?:chere |cher |mon cher )?(?:mesdames|messieurs|madame|monsieur))(?= (?:[,.?|]|$|bonjour|je|j|pouvez|comment|est|la))`,
);

/** « …, c'est ça ? », « …, hein »: asks to agree. */
const TAG =
  '(?:(?: ,)? (?:c est (?:bien )?(?:ca|vrai)|c est pas vrai|hein|non|pas vrai|n est ce pas|en fait|ou quoi|je suppose|j imagine|je me trompe|avouez|avoue)(?= ))*';
export const SMALL = anywhere(
  `(?:mainlevee|bonjour|bonsoir|salut|coucou|hello|hey|hi|yo|wesh|rebonjour|allo|hola|salam|bonne nuit|re)`,
  `(?:au revoir|aurevoir|bye|bye bye|ciao|tchao|tchuss|a bientot|a plus|a plus tard|a demain|a tout a l heure|a la prochaine|bonne (?:journee|soiree|continuation|fin de journee|apres midi|annee|fin de semaine|chance)|bon (?:week end|weekend|courage|dimanche|apres midi)|bonjour a (?:vous|tous))(?: (?:a vous|a toi|aussi))?`,
  `(?:pardon|desolee?|excusez moi|excuse moi|excusez|je m excuse|sorry|oups|mince|zut|fausse manip|faute de frappe|erreur de ma part)`,
  `(?:une|deux|2|1) (?:petite )?(?:minute|seconde|secondes|minutes|sec|mn|min)(?= (?:[,.?|]|$|je|svp|s))`,
  `(?:attends|attendez|patientez|un instant|je reviens|deux petites secondes|ne quittez pas)(?= (?:[,.?|]|$|je|(?:une|deux|un|2)(?: petite?s?)? (?:instants?|moment|peu|sec|secondes?|min|minutes?|mn)))`,
  `(?:quelle?|il fait|fait|on creve de|on meurt de) (?:trop |si |tellement |bien |un )?(?:chaleur|chaud|froid|canicule|pluie|temps (?:de|pourri|magnifique|horrible)|moche|beau)(?: (?:aujourd hui|dehors|ici|chez vous|ce matin))*`,
  `(?:c est |c etait )?(?:la )?(?:mauvaise|pas la bonne) (?:fenetre|conversation|discussion)|(?:je me suis |me suis )?trompee? de (?:fenetre|conversation|discussion)`,
  `(?:lol|mdr|ptdr|xptdr|mdrr|haha|hahaha|hihi|ahah|ahaha|hehe|jpp)`,
  `(?:tu es la|vous etes la|t es la|es tu la|etes vous la|tu m entends|vous m entendez|tu me recois|je te laisse|je vous laisse|je dois (?:y aller|partir|filer)|je file|je m en vais|je reviendrai|je reviens plus tard|a qui je parle|a qui ai je l honneur|(?:c est )?quoi (?:ton|votre) nom|(?:quelle heure (?:est il|il est)|il est quelle heure)|quel jour (?:on est|sommes nous)|ca va bien(?: et (?:toi|vous))?|ca va(?= \\?)|bien et (?:toi|vous)|comment (?:ca va|allez vous|vas tu|tu vas|vous allez)|ca va (?:bien )?(?:et (?:toi|vous)|toi|vous)|tu vas bien|vous allez bien|quoi de neuf)`,
  `(?:(?:t es|tu es|vous etes|etes vous|es tu|c est|est ce que (?:c est|tu es|vous etes|je parle (?:a|avec))|je parle (?:a|avec)|je suis (?:avec|en contact avec)|suis je (?:en contact|en train de parler)? ?(?:avec|a)|parle je (?:a|avec)|j ai affaire a) (?:bien |donc |vraiment |toi |qu )?(?:un|une) (?:vrai |vraie )?(?:robot|bot|humain|machine|ia|intelligence artificielle|personne|etre humain|ordinateur|chatbot|conseiller|agent|automate)(?: (?:ou|ou bien) (?:un|une|pas)(?: vrai| vraie)? ?(?:\\w+)?)?(?: (?:reelle?|humaine?))?)${TAG}(?= (?:[,.?|]|$|ou|la))`,
  `(?:t es|tu es|vous etes|es tu|etes vous) (?:humain|humaine|un robot|reel|reelle|chatgpt|une ia|qui|quoi)(?: exactement)?${TAG}(?= (?:[,.?|]|$))`,
  `(?:qui (?:es tu|etes vous|tu es|vous etes)|comment tu t appelles|tu t appelles comment|comment vous appelez vous|(?:quel est )?(?:ton|votre) (?:petit )?nom|tu sais faire quoi|que sais tu faire|qu est ce que (?:tu sais|vous savez) faire|raconte(?: moi)? une (?:blague|histoire)|tu connais des blagues|tu m aimes|quel temps fait il|quelle heure est il|je t aime|tu dors)`,
);
/** An insult alone is talk, not a verdict (domain §3.6-12: nor a threat). */
export const INSULT = anywhere(
  `(?:putain|merde|bordel|fait chier|chier|connard|connards|connasse|encul\\w*|fdp|ntm|salope|salaud|salopard|pute|ta gueule|ferme la|tg|va te faire \\w+|allez vous faire \\w+|allez au diable|bandes? (?:de|d) \\w+|incapables?|incompetents?|guignols?|clowns?|voleurs?|escrocs?|idiote?s?|imbeciles?|abrutis?|cretins?|debiles?|gros con|sale con|cons?|conne|casse couilles?|vas te faire \\w+|nique \\w+|je t emmerde|je vous emmerde|sac a merde|trou du cul|fils de \\w+)`,
);
export const SMALL_WHOLE = whole(
  `(?:euh|heu|hum|hm|hmm|mmh|mh|bah|ben|bon|alors|ah|oh|ah bon|pff|pfff|pffff|rah|oula|eh bien|eh|he|hein|test|essai|voila|merci|bref|ouf|tiens|dites|dis|ecoutez|ecoute|c est moi|me revoila|c est encore moi|de retour|je suis la|je cherche mes (?:papiers|lunettes)|je cherche|je (?:verifie|regarde)|ok google|google|pouf|beurk|wow|waouh|genre|comment dire|je sais pas|je ne sais pas|aucune idee|peu importe|a toi|a vous|au secours|coucou toi|enchante|toc toc|c est qui|debout|reveil|la)(?: (?:euh|ah|bon|alors|bah|ben|la|merci|hein|pff|hum))*`,
);

/** « j'ai une question », « je voudrais savoir »: what comes next is the request. */
export const ANNOUNCE = anywhere(
  `(?:j ai|j aurais|j avais) (?:juste |encore |aussi |plusieurs |quelques )?(?:une |un |des |2 |deux |3 |trois |[0-9] )?(?:petites? |grosses? |simples? )?(?:questions?|demandes?|interrogations?)(?: a (?:vous |te )?poser| pour vous| a vous faire)?`,
  `(?:une |petite |juste une |une petite )?question(?: simple| rapide| bete)?(?= (?:[,.?|]|$))`,
  // « coucou question ij »
  `question(?= (?:[a-z]+ ){1,2}$)`,
  `(?:j ai )?besoin (?:de |d )?(?:un |une |votre |quelques )?(?:aide|renseignements?|infos?|informations?|conseils?|precisions?)`,
  `(?:pouvez vous|peux tu|tu peux|vous pouvez|pourriez vous|peut tu|tu pourrais|vous pourriez|est ce que (?:tu peux|vous pouvez)|merci de) (?:m |me |nous )?(?:aider|aide|renseigner|dire|expliquer|eclairer|informer|indiquer)`,
  `(?:aidez|aide) (?:moi|nous)`,
  `(?:je|j) (?:voudrais|veux|souhaite|souhaiterais|aimerais|aimerai|voudrai|voulais|cherche a|ai besoin de|viens pour) (?:juste |simplement |bien |aussi |vous )?(?:savoir|connaitre|comprendre|demander|poser une question|me renseigner|avoir (?:un renseignement|une info|une information|des informations|une reponse)|des? (?:renseignements?|infos?|informations?)|un renseignement|une info|une information)`,
  `(?:j ai|je rencontre|j ai eu) (?:un |des |toujours un |encore un |le meme |un petit |un gros )?(?:probleme|soucis?|problemes|bug|difficultes?)`,
  `(?:je (?:vous|te) )?(?:contacte|ecris|sollicite|demande)(?= (?:pour|au|concernant|a|car))`,
  `(?:au sujet|a propos|concernant|par rapport|c est pour|c est au sujet|c est concernant)(?: (?:de|du|d|a|au|un|une|savoir|vous demander|ca|mon|ma|mes|la|le))?`,
);

/** « autre question », « rien à voir mais »: the subject changes. */
export const OTHER_TOPIC = anywhere(
  `(?:(?:une|d|pour|mon|l|un|sur|et|j ai|de|encore|bon|ok|alors|maintenant|dans) )*autres? (?:questions?|choses?|sujets?|demandes?|problemes?|soucis?|renseignements?|infos?|trucs?|point|demarche)`,
  `(?:(?:ma|une|la|j ai|et|mon|pour) )*(?:deuxieme|2e|2eme|2nde|seconde|derniere|prochaine|troisieme|3eme|3e|nouvelle|nouveau|2 eme) (?:questions?|choses?|demandes?|probleme|sujet|point)`,
  `(?:(?:je )?change(?:ons|ment)? de sujet|changement de sujet|sur un autre sujet|nouvelle question|nouveau sujet|question suivante|passons a autre chose|rien a voir (?:mais|,|avec ce qui precede)|(?<!reponses? |est |sont |tout )sans rapport(?: mais| ,)(?= [a-z])|(?:ca n a |c est )rien a voir mais)`,
  `(?:par ailleurs|au fait|tant que j y suis|tant que je suis la|pendant que j y suis|pendant que je (?:vous|t) ai|j en profite(?: aussi)?(?: pour)?|en profiter pour|dans un autre registre|d autre part|toute autre chose|pendant qu on y est|puisque je suis la)`,
  `(?:et|ah|bon|ok|merci|non|oui|alors|sinon|euh|mais) sinon`,
);
/** Weaker: « aussi », « sinon » may add to the same subject. */
export const MAYBE_OTHER = opening(
  `(?:(?:et|ah|bon|ok|alors|oui|merci|euh) )*(?:sinon|et aussi|aussi|egalement|ensuite|autrement|en plus|et puis|maintenant)`,
);
export const ALSO = anywhere('(?:(?<!la |ici )aussi|egalement|en plus de ca)');

/** « je reformule », « ce que je veux dire », « moi je parle de »: the same need again. */
export const AGAIN = anywhere(
  `je (?:me )?(?:reformule|repete|redemande|redis|precise|reexplique|recommence|repose|reessaie|reessaye)`,
  `(?:non )?je (?:vous |te |t )?(?:demande|demandais|parle|parlais|disais|dis|cherche a savoir|cherchais|voulais|veux (?:juste|simplement|seulement|dire|dire que|uniquement))(?! (?:l|la|un|une|mon|ma|ces|ce (?!que)) (?:aide|attestation|carte|remboursement))`,
  `ce que (?:je|j) (?:veux|voulais|cherche|demande|voudrais|cherchais|essaie de|souhaite)(?: (?:dire|savoir|demander|c est))*`,
  `(?:ma|la) (?:vraie |seule )?(?:question|demande|recherche) (?:c est|est|etait|c etait|porte|concerne|concernait|portait)`,
  `(?:je )?voulais (?:dire|savoir|demander|parler)`,
  `(?:moi|mais) (?:moi )?(?:je|c est|j|ce que)`,
  `(?:je (?:vous |te )?(?:parle|parlais)|il s agit|je faisais reference)(?= (?:de|du|d|des|a|au))`,
  `(?:autrement dit|en clair|plus precisement|plus simplement|plus clairement|pour etre (?:plus )?(?:precise?|claire?)|en d autres termes|pour preciser|je m explique|encore une fois|a nouveau|(?<!rien )de nouveau|bis|comme je (?:le |vous l |l )?(?:disais|dis|ai dit|ecrivais)|j ai dit|j ai demande)`,
  `(?:celui|celle|ceux|celles) (?:de|d|du|des)`,
  `(?:en fait|justement|plutot)`,
  // what was given did not do
  `(?:(?:une |d |un |y a |quelle |quel )*autres? (?:facon|moyen|solution|methode|possibilite|piste|voie)|par quel autre moyen|quoi d autre)`,
);
/** « oui ou non ? »: asks, and asks again. */
export const INSIST = anywhere(`oui ou (?:non|merde|quoi|bien)`, `ou (?:pas|non)(?= (?:[,.?|]|$))`);
/** « toujours rien », « mais »: nothing was settled. */
export const STILL = anywhere(
  '(?:(?:est|sont|suis|reste|restent|apparait|apparaissent|affiche|figure) (?:encore|toujours)|toujours (?:pas|rien|que|aucune?|en attente|bloque|pareil|qu un|qu une|le meme|la meme)|encore (?:pas|rien))',
);
