import type { Chat } from './chat-words.ts';
import { anywhere, eat, VERY, whole } from './grammar.ts';

/**
 * Does a turn ask for a person? A missed one is the worst mistake this module can make, so the net is wide; what is told
 * (« un conseiller m'a dit »), refused (« pas besoin d'un conseiller ») or another kind of person (« conseiller
 * bancaire », « personne à charge ») is taken out first.
 */
const ADJ =
  '(?:(?:vrai|vraie|vrais|vraies|veritable|reel|reelle|autre|bon|bonne|seul|seule|etre|simple|gentil|gentille|de vos|de tes) )*';
/** People of ours: the noun alone is enough to be a wish. */
const STAFF =
  '(?:conseillere?s?|conseille|conseils humain|agents?|humaine?s?|etres? humains?|operateurs?|operatrices?|tele ?conseillere?s?|interlocuteurs?|interlocutrices?|techniciens?|techniciennes?|employee?s?|responsables?|superieurs?|superviseurs?|managers?|hotline|standardiste|standard telephonique|service client|charge de dossier|gestionnaire|referent|directeur|directrice)';
/** Anybody: a wish only behind a verb that reaches out. */
const SOMEBODY =
  '(?:quelqu une?|personnes?|gens|dame|madame|monsieur|mr|mme|etre vivant|collegues?|assistante? sociale|mediateur|medecin conseil|delegue|comptable de la cpam|(?:gars|mec|type|nana|bonhomme)(?= (?:de la|de chez|de l|qui|s il|svp|[,.?|]|$)))';
const HUMAN = `(?:${STAFF}|${SOMEBODY})`;
const DET = '(?:(?:a|avec|au|aux|un|une|le|la|les|l|votre|vos|ton|mon|ma|ce|cette|quelque|en|vers|chez|des|d|de l) )*';
const CONTACT =
  '(?:parler|parle|causer|cause|bavarder|tomber|parlerai|parlez|reparler|discuter|discute|dialoguer|echanger|communiquer|converser|contacter|contacte|contact|recontacter|joindre|rejoindre|joint|appeler|appele|appelle|appel|apel|apeler|apele|rappeler|telephoner|avoir|voir|rencontrer|ecrire|passer|passe|transferer|transfert|transfere|rediriger|tomber sur|m adresser|s adresser|mettre en relation|mise en relation|mis en relation|en relation|en contact|relation|connecter|connecte|connectez|entretien|tchater|chatter|demander|expliquer|confier|besoin|(?:message|mail|courriel) a)';
const BETWEEN =
  '(?:(?:directement|plutot|vraiment|de vive voix|par telephone|au telephone|par tel|en direct|en vrai|tout de suite|maintenant|enfin|mon cas|mon dossier|ma situation|mon probleme|ca|bien|s il vous plait|s il te plait|urgemment|rapidement|d urgence|juste|simplement|absolument|aussi|quand meme|de|d|,) )*';
const WANT =
  '(?:je (?:veux|voudrais|voudrai|souhaite|souhaiterais|prefere|prefererais|demande|aimerais|aimerai|cherche|exige|attends|reclame|desire|vx|peux avoir|pourrais avoir)|j (?:aimerais|aimerai|attends|exige|voudrais)|(?:il )?(?:me )?(?:faut|faudrait)|besoin (?:de|d)|donnez moi|donne moi|envoyez moi|(?:peux je|puis je|on peut|pourrais je|pourrai je|moyen d|possible d|serait il possible d|peut on) avoir|vous avez|avez vous|existe t il|veux|veut|voudrais|souhaite|prefere|appelez|appelle|passez|passe|passez moi|passe moi|transferez|plutot|vite|(?:y a|il y a|y a t il|est ce qu il y a)(?! quelqu))';
const US =
  '(?:vous|te|toi|cpam|securite sociale|caisse|service|services|plateforme|accueil|assurance maladie|agence|centre|ameli|de vive voix|une? agence)';
const LATER =
  '(?= (?:[,.?|]|$|(?:s|svp|merci|pour|car|parce|maintenant|autrement|directement|vite|urgent|urgence|et|ou|mais|par|au|aux|(?:la|le|l|ce|cet|cette) (?:matin|soir|midi|apres|samedi|dimanche|lundi|mardi|mercredi|jeudi|vendredi|week|semaine|plus)|demain|dans|a|afin|de|d|quand|si|en)(?![a-z])))';
const HOW =
  '(?:comment|par ou|ou|peut on|on peut|je peux|puis je|peux je|pourrais je|moyen de|possible de|je veux|je voudrais|je souhaite|j aimerais|souhaite|prefere|prefererais|besoin de|comment on fait pour|comment faire pour|pour|il faut)';
/** « rappelez-moi mon code » asks the machine, « rappelez-moi » a person. */
const NOT_A_THING =
  '(?! (?:(?:mon|ma|mes|quels?|quelles?|comment|ce que|combien|ou|si) |(?:le|la|les|l) (?!plus|matin|soir|apres|lundi|mardi|mercredi|jeudi|vendredi)))';

const ASKS = anywhere(
  // « un vrai gens », « une voix humaine », « lui ou un collègue »
  `(?:vraie?s?|veritables?) (?:gens?|personnes?|quelqu un|mecs?|types?|voix|dames?|monsieur|messieurs)`,
  `(?:voix|oreille|chaleur|contact|presence) humaine?`,
  `(?:qqch|quelqu un|qqn|personne|gens|etres?|ame) (?:de |d |qui )?(?:vivante?s?|vive|en chair(?: et en os)?|de chair)`,
  `(?:que je|de|pour|a|je veux|voudrais|souhaite|aimerais|peux) (?:lui|leur) reparle[rz]?`,
  // « que l'un de vous me réponde », « que ce soit quelqu'un qui me réponde »
  `(?:l un|l une|un|une|quelqu un) (?:d eux|d elles|d entre vous|de vous|de chez vous|de votre (?:equipe|service)) (?:puisse |qui )?(?:me|m|nous) (?!a |ont )\\w+`,
  `(?:stop|basta|fini|arretez?) (?:(?:le|la|les|au|aux|du|avec|votre|ton|ce) )*(?:robots?|bots?|machines?|automates?)`,
  // « faites venir un collègue humain », « quelqu'un en chair et en os », « y a un guichet ? »
  `(?:faites|fais) venir ${DET}${ADJ}${HUMAN}`,
  `[a-z]+ (?:humaine?|en chair et en os)(?= (?:[,.?|]|$|svp|s il|pour|qui|maintenant))(?<! (?:corps|etre|genre|erreur|robot|ressource|ressources|pas|non|nature) humaine?)`,
  // « vous pouvez appeler moi sur le portable », « tu peux me mettre avec elle », « une madame qui m'explique »
  `(?:pouvez|peux|peut|pourriez|veuillez) (?:vous |tu )?(?:re)?appeler moi${NOT_A_THING}`,
  `(?:pouvez|peux|peut|pourriez) (?:vous |tu )?(?:me |m |nous )mettre (?:avec|en ligne)`,
  `(?:une?|la|le) (?:madame|dame|monsieur|personne|homme|femme) qui (?:m|me|nous) (?:expliqu|parl|ecout|guid|montr)(?:e|es|era|erait)`,
  `qui (?:peut|pourrait|va|est ce qui peut) (?:donc )?(?:me |nous |m )(?:rappeler|rappele|rappelle|appeler|telephoner|recevoir)`,
  `(?:someone|somebody|person|agent|human)(?: [a-z]+){0,2} (?:call|help|speak|talk|contact|answer)|call me`,
  `(?:can|could|may) (?:someone|somebody|anyone|anybody)(?: [a-z]+){0,5} (?:on the line|on the phone|in touch|with me|take over|take (?:it|this|that) (?:over|from here)|real)`,
  `${WANT} (?:un|une) vraie?(?= (?:[,.?|]|$|s il|merci))`,
  `(?<!(?:est|ete|il|elle|bien|pas|deja|dossier|demande) )(?:transferez|transfere|transferer)(?= (?:[,.?|]|$|s il|merci))`,
  `qu une? (?:dame|monsieur|madame|femme|homme)(?: ou une? (?:dame|monsieur|madame|femme|homme))? (?:me|m|nous) (?:appelle|rappelle|telephone|explique|reponde|parle|contacte)`,
  `(?:real|living|actual) (?:person|human|people|agent)`,
  `(?:faites|fais|faire|laissez|laisse) (?:moi|nous|me) (?:joindre|parler|contacter|discuter)(?! (?:de|du|a mon|a ma|mon|ma|mes) )`,
  `(?:tel|telephone|numero|ligne|standard|mail) (?:pour|ou) (?:(?:vous|te|les|on peut|je peux) )*(?:avoir|joindre|appeler|contacter|telephoner)`,
  `(?:on (?:peut|pourrait|peu)|peut on|possible (?:de|d)) (?:s |se )(?:appeler|appelle|parler|telephoner)`,
  `(?:expliqu|repond|parl|dis|aid|guid|renseign|rassur)[a-z]*(?: \\w+){0,3} (?:au|par) telephone(?! (?:hier|que|qu) )`,
  // « vous voir en vrai », « être reçue », « de visu », « la même dame que la dernière fois »
  `(?:vous|te) (?:voir|rencontrer)(?! (?:que|si|ecrire|dans) )`,
  `${WANT} (?:a )?(?:bien )?etre (?:recue?|vue|ecoutee?|entendue?|accompagnee?)(?= (?:[,.?|]|$|s il|par|en|au|a))`,
  `de visu|(?:en )?(?:face a face|tete a tete)|ligne directe`,
  `(?:veux|voudrais|remettez moi|avoir|ravoir|parler a|avec|passez moi|redonnez moi) (?:la|le) meme (?:dame|monsieur|personne|conseillere?|agent|interlocut[a-z]+)`,
  `(?:faites|fais|faire|faut) (?:le |la |ca )?(?:remonter|suivre|passer)(?: [a-z]+){0,3} (?:a|au|aux|vers) ${DET}${ADJ}${STAFF}`,
  `escalade[rz]?`,
  `(?:pas|plus|jamais) (?:(?:envie|besoin|de|d|vouloir) )*(?:expliquer|raconter|confier|exposer|dire)(?: \\w+){0,3} (?:a|avec) (?:un|une|la|le|ce|cette) (?:robot|bot|machine|ordinateur|ia|automate|tablette)`,
  // « que ma question soit lue par une personne », « l'un de vos collègues »
  `(?:lue?s?|vue?s?|traitee?s?|regardee?s?|etudiee?s?|geree?s?|examinee?s?|reprise?|prise? en (?:charge|main)|relue?|verifiee?|aidee?|recue?|accompagnee?|guidee?|suivie?|renseignee?|ecoutee?|entendue?|lise|traite)(?: \\w+){0,2} par ${DET}${ADJ}${HUMAN}`,
  `(?:un|une|l un|l une|quelqu un|des)(?: d entre vous| de chez vous)?(?: de)? (?:vos|tes) (?:collegues?|agents?|conseillere?s?|equipes?|gens|personnes?|semblables?)(?! (?:m|me|nous|avait|a|ont|hier|de|du|qui m|qui a) )`,
  `(?<!dit |explique |demande )de vive voix`,
  `(?:lui|elle|un(?:e)?|vous) ou (?:un|une|un autre|une autre|l un|l une)(?: de (?:ses|vos|leurs))? collegues?`,
  `(?:${WANT}|pouvais|pouvait|puisse|peux|puis je|pourrais|comment|mieux (?:de|d)|mieux si je|faut|moyen de|possible de)(?: je| pouvais)? (?:le|la|les|l) (?:ravoir|reavoir|recontacter|rappeler)`,
  `(?:passe|passez|appelle|appelez|donne|donnez|trouve|trouvez|file|veux|voudrais|parler a|voir)(?: moi)? (?:(?:ton|votre|vos|un|le|la|une|au) )*(?:chefs?|patron|boss|superieure?)(?! (?:de|du|d|dit|veut|m|a) )`,
  `(?:prefere|prefererais|mieux|plutot|aime mieux|veux|voudrais|peux|possible)(?: \\w+){0,3} (?:a l oral|oralement|par la voix)`,
  `${CONTACT} ${BETWEEN}${DET}${ADJ}${HUMAN}`,
  `${CONTACT} ${BETWEEN}(?:a |avec )?(?:un|une|des|de) vrai(?:e|s|es)?(?= (?:[,.?|]|$))`,
  `${WANT} ${VERY}${BETWEEN}${DET}${ADJ}${STAFF}`,
  `${WANT} ${VERY}${DET}(?:(?:vraie?|reelle?) )?(?:personne|personnes|gens|dame|monsieur|quelqu un) (?:qui (?:m|me|peut|puisse|sait|sache|connait|comprend|reponde|repond|pourrait)|reel(?:le)?|humaine?|physique|au telephone|en vrai|vivante|competente?|pour m|pour me|s il|de vrai|de reel)`,
  `${WANT} ${VERY}${DET}vraies? (?:personnes?|gens)`,
  `(?:personne|quelqu un) (?:peut|peu|pourrait) (?:il |elle |bien |t il |t elle |donc )*(?:me|m|nous|repondre|aider|rappeler|appeler|regarder|traiter|venir|s en|s occuper|verifier|prendre|lire|intervenir|svp|s il)`,
  `(?:${STAFF}|personne|quelqu un) (?:(?:de chez vous|de reel|de vrai|d autre|ici|la) )?(?:pour me|pour m|qui (?:peut|puisse|sait|sache|connait|comprend|reponde|repond|m aide|me repond|pourrait|travaille ici|travaille chez)|capable|de competent|de chez vous|de reel|de vrai|au bout du fil|en ligne|disponible|en chair)`,
  `${STAFF} (?:peut|peu|pourrait)`,
  `(?:rappelez|rappeler|rappele|rappelle|appelez|appelle|telephonez|contactez|contacte|recontactez|transferez|transfere|redirigez|passez|passer|connectez|connecte|orientez) (?:moi|nous)${NOT_A_THING}`,
  `(?:remettez|remets|repassez|repasse) (?:moi|nous) (?:avec|en relation|en ligne|au)`,
  `(?:mettez|mets|mettre) (?:moi|nous|me) (?:en (?:relation|contact|lien|rapport|ligne)|avec)`,
  // « passez-moi le service », « transférez-nous à la personne qui … »
  `(?:passe|passez|passer|transfere|transferez|transferer|branche|branchez|redirige|redirigez|oriente|orientez|donne|donnez|trouve|trouvez) (?:moi|nous) ${BETWEEN}(?:(?:le|la|l|les|un|une|votre|vos|ton|ta|tes|au|aux|a|vers|bon|bonne|autre) )*(?:services?(?! (?:en ligne|ameli|internet))|standard|accueil|plateforme|medecin conseil|assistante sociale|${STAFF}|quelqu une?|qqn|personnes?|collegues?|chef(?:fe)?s?|etre humain)(?= )`,
  `(?:me|m|nous) (?:rappeler|rappelle|rappelez|rappele|appeler|appelle|appelez|telephoner|telephone|telephonez|contacter|contacte|contactez|recontacter|recontacte|joindre par|transferer|mettre en (?:relation|contact)|passer quelqu un|passer une?)${NOT_A_THING}`,
  `etre (?:re)?(?:rappele|rappelee|rappeles|rappeler|contacte|contactee|contacter|recontacte|recontactee|appele|appelee|appeler|mise? en relation|mettre en relation|mise? en contact|transferee?|redirigee?)(?: (?:vers|par|avec|a))?`,
  `${HOW} ${VERY}${BETWEEN}(?:vous |te |les |t )?(?:joindre|contacter|appeler|telephoner|avoir au tel(?:ephone)?)(?: ${DET}${US})?${LATER}`,
  `${HOW} ${VERY}${BETWEEN}(?:vous|te) parler${LATER}`,
  `(?:(?:vous|te|t) (?:joindre|contacter|appeler|telephoner)|(?:entrer|prendre|rester) (?:en )?contact(?: avec)?|en contact avec)(?: (?:vous|la cpam|un|une))?(?= (?:[,.?|]|$|comment|rapidement|directement|par|quand|ou|svp|s|au|car|pour|demain|avec))`,
  `(?:transfere|transferez|transferer|envoyez|passez) (?:ma|mon|cette|la) (?:conversation|demande|discussion|question|dossier|message) (?:a|vers|aux?) ${DET}${ADJ}${HUMAN}`,
  `(?:transmettez|transmets|remontez|remonte|confiez|confie|soumettez|adressez|(?:pouvez|peux|pourriez) (?:vous |tu )?(?:transmettre|remonter|confier|soumettre|adresser|faire suivre)|faites suivre) (?:(?:ma|mon|cette|la|le|ce) )?(?:conversation|demande|discussion|question|dossier|message|cas|probleme|tout ca|tout|ca) (?:a|vers|aux?) ${DET}${ADJ}${STAFF}`,
  `(?:l|les|la|le) avoir (?:en ligne|au telephone|au bout du fil|directement)`,
  `(?:vrai|veritable) (?:service client|standard|accueil|secretariat)`,
  `(?:c est quoi|quel est|donnez moi|donne moi|je veux|je cherche|avez vous|vous avez|y a) (?:le|un|votre|ton) telephone(?= (?:[,.?|]|$|s il|merci|pour vous))`,
  `demande[rz]? (?:a|au) ${DET}${ADJ}(?:${STAFF}|chefs?|patron|collegues?|quelqu un) (?:de|d|qu il|qu elle)`,
  `(?:aide|assistance|support|contact|intervention|reponse|service|presence|interlocuteur|traitement|relais) (?:humaine?|d un humain|d une personne|d un conseiller|d un agent)`,
  `je (?:veux|voudrais|souhaite|cherche|prefere) ${VERY}(?:quelqu un|quelqu une)(?: (?:d autre|de bien|maintenant|svp|s il vous plait))?(?= (?:[,.?|]|$|s|pour m|pour me))`,
  `je (?:veux|voudrais|souhaite|prefere) ${VERY}parler(?= (?:[,.?|]|$|s|directement|en vrai|de vive))`,
  `(?:parler|discuter|expliquer|echanger|dire|raconter|exposer|soumettre|demander|confier|poser|montrer|voir|traiter|regler|gerer)(?: (?!pas |plus |jamais |que )\\w+){0,3} (?:a|avec|au|aux) ${DET}${ADJ}${HUMAN}`,
  `(?:n y a t il|y a t il|il y a|y a|n y a) (?:pas |donc |vraiment )*(?:une )?personne (?:a qui|pour|qui)`,
  // « file moi un terrien »
  `(?:file|refile|passe|trouve|branche)[rz]? moi (?:un|une) (?:vrai |vraie |simple |autre )?(?:terrien(?:ne)?|mortel(?:le)?|bipede|etre|cerveau|voix|oreille|homme|femme|gens)`,
  `(?:passe[rz]?|prenne|prenez|reprenne|reprenez) la main(?! (?:dans|sur|au feu))`,
  `(?:donne[rz]?|passe[rz]?|appelle[rz]?|appelez|file[rz]?)(?: moi| nous)? (?:un|une|l un|l une|quelqu un) de (?:tes|vos) (?:chefs?|superieure?s?|responsables?|collegues?|gens)`,
  `a qui (?:(?:je peux|puis je|peut on|on peut|je puisse|je pourrais) )?(?:parler|expliquer|telephoner|m expliquer|exposer|confier|m ouvrir)`,
  `${HUMAN} (?:de|dans|chez) (?:votre|vos|ton) (?:services?|equipes?|bureaux?|agence|caisse) (?:a qui|avec qui|qui (?:puisse|pourrait|peut|saurait|accepterait))`,
  // Whoever one wants to talk with, in a chat of the caisse, is a person of the caisse; one's own people are left out.
  `(?:parler|discuter|causer|echanger|dialoguer|converser|m entretenir|nous entretenir|s entretenir|bavarder|tchater) (?:(?:directement|direct|plutot|enfin|vraiment|bien|maintenant|de vive voix|au telephone|par telephone) )*(?:a|avec|au|aux) (?:(?:un|une|la|le|l|votre|vos|des|les|ce|cette|quelques) )*(?!(?:mon|ma|mes|son|sa|ses|notre|nos|murs?|vide|ane|poteaux?|vent|medecin(?! conseil)|docteur|employeur|patron|mutuelle|pharmacien\\w*|dentiste|banque|avocat|mari|femme|fils|fille|mere|pere|amie?|voisine?|assureur|assurance(?! maladie)|robots?|machines?|bots?|toi|nouveau|propos|titre|cause) )[a-z]{2,}`,
  `(?:donne|donnez|trouve|trouvez|envoie|envoyez|appelle|appelez|passe|passez|refile|file) (?:moi|nous) (?:vite |donc )?(?:quelqu un|une personne|un mec|un gars|un type|une nana|un etre)`,
  `(?:la|une|cette) personne (?:qui (?:instruit|gere|suit|s occupe|traite|a traite|etudie|a mon dossier|est en charge)|en charge|chargee|responsable|competente)`,
  `(?:je (?:veux|voudrais|souhaite)|j aimerais|il me faut|donnez moi|y a pas|y a|passe moi) (?:un |une )(?:vrai |vraie |veritable )?(?:mec|gars|type|nana|bonhomme|etre)(?= )`,
  `quelqu un (?:de chez vous )?(?:qui )?(?:parle|comprend|connait|sait|repond|m ecoute|me repond)`,
  `(?:conseillere?|humain|humaine|agent|operateur|operatrice|etre humain|vraie personne) (?:(?!m |me |a |de |du |d |et |ou )[a-z0-9]+ )?(?:s il (?:vous|te) plait|vite|maintenant|tout de suite|please)`,
  `(?:qu une?|que quelqu|que votre) ?(?:un )?(?:${STAFF}|personne|responsable)? ?(?:me|m|nous|vienne|reponde|regarde|traite|prenne|lise|s occupe|appelle|contacte)(?! a | ont | avez )`,
  `(?:c est |est il |serait il |il est )?possible (?:d avoir |de recevoir )?(?:un|par) (?:appel|rappel|telephone)`,
  `(?:prefere|plutot|veux|voudrais) (?:le |par |etre au |au )?telephone(?= (?:[,.?|]|$|s|svp|c est|a|que|car))`,
  `(?:prenez|prendre|prends|reprenez) contact`,
  `(?:je (?:veux|voudrais|souhaite|peux)|j aimerais|puis je|peut on|besoin de) (?:vraiment )?(?:lui|leur|vous|y) parler(?= (?:[,.?|]|$|directement|s))`,
  `besoin de parler(?= (?:[,.?|]|$|s|vite|urgemment))`,
  `(?:me|nous|m) faire (?:rappeler|contacter|appeler|recontacter|telephoner)`,
  `(?:une|d une|qu une) (?:vraie )?personne (?:m|me|nous|pour(?! une?| la| le| les| mon| ma| mes| \\d)|qui (?:m|me|nous|sait|peut|puisse|connait|comprend))`,
  // Any of ours with an indefinite article, neither told of nor refused: nobody mentions « un conseiller » to a robot for nothing.
  `(?:un|une|d un|d une|qu un|qu une|aucun) ${ADJ}(?:conseillere?|conseille|humaine?|operateur|operatrice|tele ?conseillere?|interlocuteur|interlocutrice|etre humain|vraie personne|personne (?:reel(?:le)?|humaine?|physique)|agent)(?! (?:de (?!la cpam|la caisse|chez|votre|vos)|d |du |a (?!l aide|l ecoute)|au (?!plus|telephone|bout)|en (?!ligne|vrai|direct)|m |me |ma |qui m |avait|doit|devait|va |allait|devrait))`,
  `(?:y|n y) (?:a|aurait)(?: t)?(?: il)? pas (?:moyen de |un |une |quelqu un|d ).{0,30}(?:humaine?|personne|conseillere?|agent|quelqu un)`,
  `(?:talk|speak|chat|connect|transfer|get|call|reach|put me through)(?: \\w+){0,4} (?:human|agent|person|someone|somebody|representative|adviser|advisor|operator|people|staff)`,
  `(?:i want|i need|give me|is there|can i have|may i have) (?:a |an |some |any )?(?:real |human |live )?(?:human|agent|person|someone|representative|adviser|advisor|operator)`,
  `(?:votre|quel|quel est le|quel est votre|c est quoi le|c est quoi votre|un|le|avoir le|a quel|donnez moi (?:le|un)|donne moi (?:le|un)) numero(?: (?:de telephone|du service client|du standard|de la cpam|de la securite sociale|de l assurance maladie|gratuit|direct))* (?:pour |ou |a )?(?:(?:je peux|vous|te|peut on|puis je|on peut|qu on peut|la|le|les|un|une) )*(?:joindre|appeler|contacter|telephoner|avoir|faire|conseiller)`,
  `(?:votre|quel|quel est le|quel est votre|c est quoi le|c est quoi votre|donnez moi (?:le|un|votre)|donne moi (?:le|un|ton)|y a t il un|avez vous un|vous avez un|y a un|je (?:veux|cherche|voudrais) (?:avoir )?(?:le|un|votre)|il me faut (?:le|un|votre)) numero de telephone(?= (?:[,.?|]|$|s|pour (?:vous|la|une|avoir)|de la cpam|de la securite|de la caisse|du service|direct|ou|gratuit|merci))`,
  `(?:avez vous|vous avez|y a t il|il y a|y a|donnez moi|donne moi|quel est|c est quoi|il me faut|je veux|je cherche) (?:un |le |votre |ton )?numero(?= (?:[,.?|]|$|s|ou|pour))`,
  `(?:votre|ton) numero(?= (?:[,.?|]|$|s|c est quoi|svp|de telephone))`,
  `numero (?:de telephone )?(?:du|de|d un|des) (?:service|service client|standard|accueil|conseillers?|support|agent|la cpam|la securite sociale|l assurance maladie)`,
  '(?:(?:je (?:veux|voudrais|prefere|souhaite|demande)|j (?:aimerais|exige|attends)|plutot|est il possible d avoir|possible d avoir|demande) (?:un |une )?(?:appel|rappel|coup de fil|demande de rappel|telephone)|demande de rappel|(?:appel|rappel|rendez vous|entretien) telephonique|par telephone (?:ce serait|ca serait|plutot|svp|s il))',
  `(?:rendez vous|entretien|visio) (?:telephonique )?(?:avec|chez) ${DET}${ADJ}${HUMAN}`,
  `(?:pas|plus|marre|assez|refuse|deteste|sans|arrete|ras le bol) (?:(?:envie|besoin|de|d|a|avec|un|une|vouloir) )*(?:parler|discuter|dialoguer|echanger|ecrire|tchater|chatter|(?:avoir )?(?:affaire|a faire)|perdre mon temps) (?:(?:a|avec|un|une|des|les|ce|cette|le|la|aux|au) )*(?:robots?|bots?|machines?|ordinateur|chatbot|ia|automate|logiciel|mur|tchatbot|algorithme|programme)`,
  `(?:pas|plus) (?:(?:un|une|de|d|des|le|la|a|avec|ce|aux|au) )*(?:robots?|bots?|machines?|chatbot|ia|automate)`,
);
/** « ça suffit, un humain » */
const CALLED = whole(
  `(?:conseillere?|humaine?|operateur|operatrice|tele ?conseillere?|interlocuteur)(?: (?:s il vous plait|s il te plait|vite|maintenant))?`,
  `(?:un|une) ${ADJ}${STAFF}(?: (?:s il vous plait|s il te plait|vite|maintenant))?`,
);
const FILLER = '(?:(?:bonjour|bonsoir|salut|ok|non|oui|bon|alors|stop|merci|allo|mais|euh|svp|[,.?|]) )*';
/** The noun alone says it: « conseiller svp », « un humain !!! », « une vraie personne ». */
const BARE = new RegExp(
  `^ ${FILLER}${DET}(?:telephone|numero de telephone|numero|operator|representative|adviser|advisor|customer service|appeler|appel|un appel|coup de fil|rappel|rappeler|mettre en relation|mise en relation|etre rappele|etre appele|human|real person|(?<=une )personne|${ADJ}${STAFF}|(?:vraie?|reelle|autre) personne|vrai|quelqu un|personne (?:reel(?:le)?|humaine?|physique))(?: (?:s il vous plait|s il te plait|vite|maintenant|urgent|urgence|tout de suite|reel|reelle|pas (?:un |de )?(?:robot|machine|bot)|au telephone|en ligne|direct|de la cpam|cpam|ameli|humaine?|physique|de vrai|de reel|je vous prie|merci|[,.?|]))* $`,
);
/** « y a quelqu'un ? » after the first turn; at the very start it is a way to say hello. */
const ANYBODY = anywhere('(?:y a|y a t|il y a|est ce qu il y a)(?: il| t il)? quelqu un', 'quelqu un (?:est|de) la');

const WHO =
  '(?:un|une) (?:vrai |vraie )?(?:robot|bot|humain|humaine|machine|ia|personne|etre humain|ordinateur|chatbot|conseiller|agent)(?: (?:reelle?|humaine?))?(?: ou (?:un|une|pas|a un|a une)(?: vrai| vraie)?(?: [a-z]+)?)?';
const MUST_ONE =
  '(?:il faut|faut il|faut|est ce qu (?:il faut|on doit)|est ce que (?:je|nous) (?:dois|devons)|dois je|doit on|on doit|je dois|on est oblige|je suis obligee?|c est obligatoire|est il obligatoire|est ce obligatoire)';
const WAY_ASKED =
  '(?:faut il|est ce qu (?:il faut|on doit)|est ce que (?:je|nous) (?:dois|devons)|dois je|doit on|est ce (?:que c est )?obligatoire|est il obligatoire)(?: \\w+){0,2} (?:prendre|passer|voir|avoir|demander|rencontrer|aller)';
/** « Faut-il voir un conseiller, ou ça se fait en ligne ? »: asks by which way, not for somebody. */
const WAYS = anywhere(
  `${MUST_ONE}(?: [a-z]+){0,7} ${ADJ}${HUMAN}(?=(?: [a-z,|]+){0,20} ou(?: [a-z]+){0,5} (?:se fait|peut|peux|puis|possible|faisable|suffit|en ligne|internet|compte|ameli|site|appli|application|courrier|poste|mail|moi meme|toute? seule?))`,
  `${WAY_ASKED}(?: [a-z]+){0,6} ${ADJ}${HUMAN} (?:pour|afin|avant|quand|si|lorsqu)`,
);
/** What looks like it and is not. */
const OTHER = anywhere(
  `(?:conseillere?s?|agents?|responsables?|employee?s?|techniciens?|gestionnaire|interlocuteurs?) (?:france travail|pole emploi|bancaire|de banque|banquier|numerique|caf|de la caf|d insertion|insertion|en insertion|municipal|municipale|immobilier|immobiliere|de securite|territorial|territoriale|de la fonction publique|fonction publique|d entretien|de maitrise|comptable|commercial|hospitalier|hospitaliere|public|sncf|ratp|contractuel|administratif|juridique|conjugal|mission locale|emploi|retraite|de mutuelle|d assurance|legal|legaux|de l accident|de paie|de production|d exploitation|a domicile|de menage|de ma banque)`,
  'mon conseiller (?:me|m|france|pole|bancaire|a la)',
  '(?:ecrire|ecris|ecrirai|m adresser) (?:a|au|aux) (?:le |la |votre )?(?:delegue|mediateur|mediatrice|defenseur|president)',
  'je suis (?:un |une |l |le |la )?(?:agent|employee?|technicienne?|gestionnaire|responsable|conseillere?|interlocuteur|operateur|operatrice|referent)',
  '(?:une?|la|d une|les|des|plusieurs|deux|trois|[2-9]|quatre|une seule|par|chaque|tierce) personnes? (?:a charge|agees?|handicapees?|de confiance|malades?|morales?|a mobilite|dependantes?|decedees?|invalides?|en situation|du foyer|au foyer|dans le foyer|par foyer|sous tutelle|a domicile)',
  'tierce personne',
  '(?:pour )?(?:une?|la|d une) personnes? seules?',
  'n y a (?:plus |vraiment |donc )?personne qui (?:prend|prenne|veut|veuille|accept|soigne|consulte|vient|habite|exerce)[a-z]*',
  // « conseillère France Services ici, je tape pour un monsieur » says who writes
  `(?:conseillere?|agent|employee?|responsable|gestionnaire|referent|directeur|directrice) (?:(?:france|services?|fs|de|du|la|paie|social|sociale|ccas|mairie|pharmacie|mission|locale|numerique|rh) )*ici(?= (?:[,.|]|$|je|pour))`,
  'personnes? (?:a charge|du foyer|dans le foyer|au foyer)',
  'personne (?:ne|n|decroche|repond|me repond|m a|ma|nous repond|a repondu|ne m)(?! peut| pourrait)',
  // told, not asked
  `(?:j ai|j avais|on a|nous avons|elle a|il a|mon|ma|ce|le|notre)(?: (?:deja|bien|un|pris|eu))* (?:rendez vous|entretien|rencontre)(?: \\w+){0,2} (?:avec|chez) ${DET}${ADJ}${HUMAN}`,
  `(?:ai|a|avais|avait|ont|avons|suis|est|etais)(?: deja)? ete \\w+(?: \\w+){0,2} par ${DET}${ADJ}${HUMAN}`,
  `(?:(?:j ai|on a|nous avons|j avais|apres avoir|avoir|elle a|il a) (?:(?:deja|bien|pu|reussi a|enfin|hier) )*|je viens (?:de |d ))(?:parle|parler|eu|discute|contacte|contacter|appele|appeler|vu|echange|joint|telephone|rencontre|ecrit|passe)(?: (?:a|avec|au|hier|ce matin|deja|un|une|la|le|l|par|votre|vos|des|une fois|plusieurs|deux))* ${ADJ}${HUMAN}`,
  `(?:le|la|un|une|votre|vos|l|des|les|d un|du|ce|cette|dernier|premier|autre|plusieurs) ${ADJ}(?:conseillere?s?|agents?|collegues?|dame|monsieur|personne|operatrice|operateur|interlocuteur|responsable|technicien|gestionnaire|medecin conseil|mediateur) (?:(?:de chez vous|de la (?:cpam|secu|securite sociale|caisse)|du guichet|au guichet|a l accueil|hier|par telephone|au telephone) )?(?:m a|m avait|m ont|nous a|me dit|m dit|ma dit|a dit|que j ai|qui m a|qui m avait|avait|au telephone m|a l accueil m|de la cpam m|hier|m as|ne sait|n a|ne m|raccroche|m indique|a refuse|refuse|a valide|peut il me (?:convoquer|refuser)|peut me (?:convoquer|refuser)|vient|passe)`,
  // « « souhaitez-vous échanger avec un conseiller ? » nan pas la peine »: the answer's own words, and refused
  '(?:souhaitez|voulez|desirez|souhaites|veux) (?:vous|tu) (?:(?:etre )?[a-z]+ )(?:[a-z]+ )*[a-z]+ [?](?= (?:.* )?(?:non|pas la peine|pas besoin|inutile|sans facon) )',
  '(?:m|me|nous) (?:invite|invitent|renvoie|renvoient|dit|disent|demande|demandent|conseille) (?:a |de |d )vous (?:contacter|appeler|joindre|ecrire|telephoner)',
  '(?:j ai|on a|ai) (?:bien )?(?:vu|trouve|note|eu) (?:le|un|votre) numero(?: (?:du|de|des) [a-z]+)?',
  '(?<!que |qu |ou )(?:quelqu un|une personne|un homme|un monsieur|une dame|un conseiller|une conseillere|un agent|il|elle|ils|numero inconnu) (?:m|me|nous) (?:appelle|telephone|contacte|appellent)',
  '(?:quelqu un|une personne) (?:a (?!qui)|utilise|s est|se fait|se sert|m a|m ont|ma|qui (?:est|a|utilise|habite|vit|n|gagne|part|touche|prend|travaille en|travaille a)|d autre (?:que|a)|de ma famille|de mon entourage|de malade|d age|prends?|vole)',
  'pour quelqu un',
  'je connais quelqu un',
  'comme quelqu un',
  '(?:j ai|on a|elle a|il a)(?: (?:deja|bien))? eu (?:quelqu une?|une (?:dame|personne)|un monsieur)',
  'ca m appelle',
  // « je voudrais parler de mon arrêt » names a subject
  '(?:parler|parle|discuter|causer) (?:de|du|des) (?:mon|ma|mes|notre|nos|sa|son|ses|l|la|le) [a-z]+(?! (?:avec|a|au|aux|directement|de vive) )',
  '(?:je|on|j) (?:vais|irai|va|vas|compte|dois|lui|leur) (?:lui |leur )?en (?:parler|parle|parlerai)(?: (?:a|avec) (?:la|ma|mon|sa|son|le|mes|cette|notre|demain|lundi|mardi) [a-z]+)?',
  '(?:j avais|j ai eu|on avait|j ai|mon|le|ce|notre|dernier)(?: (?:un|eu un|pris un|rate un|rate mon|rate le))? (?:rendez vous|entretien|appel|rappel) telephonique',
  '(?:impression|sentiment|l air|revient|autant) (?:de |d |a )?(?:parler|causer|discuter|m adresser) (?:a|avec) (?:un|une|des|du) [a-z]+',
  // papers are joined too
  'joindre (?:a |au )?(?:un|une|le|la|les|l|des|mon|ma|mes|ce|cette|ces) (?:autre |second )?(?:fichiers?|justificatifs?|documents?|papiers?|pieces?|photos?|pdf|scan|rib|factures?|attestations?|ordonnances?|certificats?|dossier|courrier|demande)',
  '(?:vous|tu) conseille[rsz]?',
  '(?:je|j) (?:m|me) (?:appelle|nomme|appel)',
  // remembered, and given advice
  'je (?:ne )?(?:me|m en) (?:rappelle|rapelle|rappele|rapel|rappel)',
  '(?<!(?:passe|passez|donne|donnez|appelle|appelez) )(?:me|m|nous|te) conseille[rz]?',
  // nobody was there
  '(?:ne|n|n ai|jamais|pas|n arrive a|n avons) (?:(?:ai|pu|reussi|peux|arrive|avons|a|jamais|eu) )*(?:parler|joindre|avoir|eu) (?:(?:a|avec) )?personne',
  // thanked
  `(?:merci|remercie|remercier|bravo|felicitations|feliciter) (?:[a-z]+ ){0,1}${DET}${ADJ}${HUMAN} (?:qui|d hier|de ce matin|de la semaine|de lundi|pour)`,
  // who are you?
  `(?:robot|bot|machine|ia|vrai|auto) ou (?:bien )?(?:(?:y a|il y a|c est) )?(?:quelqu un|une personne|un humain)(?: derriere| qui (?:lit|tape|ecrit))?`,
  `(?:y a|il y a) (?:quelqu un|une personne|un humain) (?:derriere|qui (?:lit|tape|ecrit))`,
  `(?:t es|tu es|vous etes|etes vous|es tu|c est|est ce que (?:c est|tu es|vous etes)|suis je (?:en contact )?avec|parle je a|j ai affaire a|est ce que je parle (?:a|avec)) (?:bien |donc |vraiment |toi )?${WHO}(?= [,.?|]|$| $)`,
  `(?<!que )je parle (?:a|avec) ${WHO}(?= \\?)`,
);
/** Refused: the words after it ask for nobody. */
const REFUSED = anywhere(
  `(?:pas|plus|sans|inutile) (?:besoin |envie )?(?:d |de )?(?:aide|assistance|contact|intervention|presence) humaine?`,
  `(?<!y a |a t il |aurait |auriez |avez vous |auriez vous |arrive |arrivons |parviens |peux |peut |reussi |reussis |pu )(?:pas|plus|sans|inutile|evite|eviter) (?:(?:envie|besoin|la peine|oblige|necessaire|vraiment|forcement|avoir|a|de|d|que|vouloir|qu on|devoir|le temps|l intention) )*(?:me |m |nous )?(?:${CONTACT} (?:ni |ou |et )?){0,2}(?:me |m |vous )?${DET}${ADJ}(?:${STAFF}|personne|quelqu un)`,
  `(?:ne|n) (?:me |m )?(?:rappelez|appelez|contactez|passez|transferez) (?:moi )?(?:pas|plus|surtout pas)`,
  '(?:pas|plus) (?:(?:besoin|envie|la peine|d|de|qu on|que vous) )*(?:etre |me |m )?(?:rappele|rappeler|rappelee|rappelle|appele|appeler|appelle|contacter|contacte|contactee)',
);
/** Put into French word by word, a wish has lost its order: the person and the verb are what is left of it. */
const SOUGHT = / (?:humain|conseiller|quelqu un) /;
const SEEKS = / (?:parler|je veux|rappelez moi|besoin|s il vous plait|appeler|aide) /;
const ROBOT_REFUSED =
  /(?:pas|plus|marre|assez|refuse|deteste|ras le bol) [a-z ]{0,30}(?:robots?|bots?|machines?|chatbot|ia|automate|ordinateur|tchatbot|algorithme|mur) /;

const OF_A_WISH =
  / (?:parl|caus|discut|echang|dialog|a qui|appel|rappel|joindre|contact|quelqu|humain|conseill|agent|personne|voix|vrai|numero|mette|mets|passe|transf|oral|voir|recu|lui |elle |robot|machine)/;

export interface PersonReading {
  readonly asked: boolean;
  /** A person is named as one way among others, is told of, or is not wanted. */
  readonly weighs: boolean;
  /** What names a person is told, refused or of others, and nothing else of a wish is said. */
  readonly spent: boolean;
  /** The text without what was told, refused or asked: what is left may still hold a need. */
  readonly rest: string;
}

/** « je peux reparler à la dame que j'ai eue hier ? »: told of her, and asked for. */
const SAME_AGAIN =
  / (?:peux|puis|pourrais|pourrai|voudrais|veux|aimerais|possible|faut|faudrait|souhaite)(?: je| de| d| il)* (?:re)?(?:parler|avoir|joindre|voir|contacter) (?:(?:a|avec) )?(?:la|le) (?:meme )?(?:dame|monsieur|personne|conseillere?|agent|femme|jeune (?:femme|homme)) (?:que|qui|avec qui|a qui) (?:j|je|m|on|nous) /;

/** « l'entendre de quelqu'un qui a un prénom et un bureau »: a living one. */
const ALIVE =
  / (?:quelqu un|une? (?:personne|etre|dame|monsieur)) qui (?:a|ait|aurait|possede) (?:un|une|des) (?:prenom|visage|bureau|voix|coeur|oreilles?|ame|cerveau) /;

/** @param first nothing was said in this conversation before */
export function asksForPerson({ text, reaches }: Pick<Chat, 'text' | 'reaches'>, first: boolean): PersonReading {
  if (BARE.test(text) || (reaches && SOUGHT.test(text) && SEEKS.test(text)))
    return { asked: true, weighs: false, spent: false, rest: ' ' };
  if (SAME_AGAIN.test(text) || ALIVE.test(text)) return { asked: true, weighs: false, spent: false, rest: ' ' };
  let rest = eat(text, WAYS, OTHER).text;
  // « pas un robot » refuses too, but the machine: that asks for a person.
  const refused = eat(rest, REFUSED);
  if (refused.found > 0 && !ROBOT_REFUSED.test(rest)) rest = refused.text;
  const asked = eat(rest, ASKS);
  const weighs = rest !== text;
  const spent = weighs && !OF_A_WISH.test(rest);
  if (asked.found > 0 || eat(rest, CALLED).found > 0) return { asked: true, weighs, spent, rest: asked.text };
  if (!first && eat(rest, ANYBODY).found > 0) return { asked: true, weighs, spent, rest };
  return { asked: false, weighs, spent, rest: text };
}
