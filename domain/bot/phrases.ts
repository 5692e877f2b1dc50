import { AFTER, anywhere, NE, NOT, opening, VERY, whole } from './grammar.ts';

/** What people answer to a robot: that it helped, that it did not, and the small change of a talk (domain §2.3, §3.6-16). */

const IT =
  '(?:(?:ca|cela|ceci|c|ce|ca la|elle|il|(?:votre|ta|la|cette|vos|tes|les) (?:reponses?|explications?|infos?|informations?|solution|truc|proposition|conseils?)|(?:le|votre|ton|ce) (?:lien|truc|bouton|machin|bot|robot)) )';
const WHAT_I_ASK =
  '(?:(?:a|pas a|avec|de|sur|pour) )?(?:ma|la|mon|mes|cette|ce) (?:questions?|demandes?|problemes?|besoins?|interrogations?|souci|cas|recherche|attente|situation)';
const HELPS =
  '(?:repond(?:s|ez|ent|u|re)?|aide(?:s|nt|z|r)?|convient|correspond(?:ent)?|marche(?:nt)?|march|fonctionne(?:nt)?|sert|servent|va|avance|suffit|suffi|arrange|concerne|change|resout|resoud|regle|dit|apporte|interesse|explique|m avance|est d aucune aide)';
const WORTHLESS =
  '(?:nul|nulle|nuls|nulles|naze|nase|inutile|inutiles|pourri|pourrie|merdique|bidon|zero|catastrophe|catastrophique|lamentable|pitoyable|n importe quoi|pathetique|minable|mauvais|mauvaise|faux|fausse|incomplet|incomplete|incomprehensible|du grand n importe quoi|nimporte quoi|une blague|du foutage de gueule|hors sujet|decevant|flou|floue|vague|trop vague|complique|trop complique|insuffisant|de la merde|du chinois|incoherent|incoherente|rate|ratee|debile|stupide|absurde|a cote|hors de propos)';
const RIGHT =
  '(?:ca|cela|celle la|celui la|bon|bonne|bons|(?:le|la|les) (?:bon|bonne|bons|bonnes)(?: [a-z]+)?|(?:la|une) bonne (?:reponse|page|question|chose|rubrique|demarche|info|information)|le bon (?:lien|sujet|truc|document|endroit|formulaire)|la bonne|clair|claire|clairs|compris|comprehensible|utile|satisfaisant|satisfaisante|satisfait|satisfaite|convaincu|convaincue|convaincant|content|contente|(?:le|mon|ma|la) (?:sujet|probleme|question|demande|cas|souci)|correct|juste|vrai|pertinent|pertinente|top|terrible|genial|fameux|fameuse|suffisant|suffisante|precis|precise|complet|adapte|exact|(?:ce|cet|cette|ces) (?!que |qu |qui |dont )[a-z]+(?: la| ci)?|ce qu il me faut|ce dont j ai besoin|d aide|d accord|avance|avancee|aide|aidee|regle|resolu|resolue|tout|ma question ca|une reponse|de reponse|(?:la|ma) (?:bonne )?reponse(?: (?:a ma question|que j attends|attendue))?|ok|possible)';
const WANTED =
  '(?:ce que|ce qu|celle que|celui que) (?:je|j|on) (?:veux|voulais|voudrais|veut|demande|demandais|demandai|cherche|cherchais|attends|attendais|dis|disais|parle|parlais|vous demande|te demande|vous parle|vous ai demande|t ai demande|avais demande|ai demande|ai dit|souhaite|souhaitais)(?: (?:savoir|dire|faire|entendre|demander))?';

/** « Non, c'est bon », « non merci »: nothing more is wanted. */
export const NO_THANKS = opening(
  `(?:(?:ah|oh|ok|d accord|oui|bon) )+(?:donc |alors )?(?:c est )?non(?: [,.])? merci`,
  `(?:(?:non|ah|euh|bah|ben|mais|[,.]) )*non (?:(?:non|[,.]|mais|la|pas|plus|ok|en fait|finalement) )*(?:c est (?:tout )?(?:bon|parfait|ok|tout|nickel|gentil|clair|regle|note)(?: (?:pour moi|pour l instant|pour le moment|la|maintenant|comme ca))*|merci(?! (?:pour rien|quand meme))(?: (?:bien|beaucoup|c est (?:tout|bon|gentil|parfait|ok)|ca (?:va|ira|ira comme ca|me va)|au revoir|bonne journee))*|ca (?:va|ira|me va|suffit|suffira)(?! pas)(?: (?:comme ca|aller|merci))*|rien (?:d autre|de plus)|plus (?:besoin|rien|de question|d autre question|question)|(?:pas |aucune )(?:d )?autres? (?:question|questions|demande)|j ai (?:tout )?(?:compris|trouve|ma reponse|ce qu il (?:me )?faut)|tout est (?:bon|clair|ok)|je n ai (?:plus|pas) d autres? questions?|sans facon|ok merci|d accord merci|parfait|nickel)(?: merci)?`,
);

export const NO = anywhere(
  // « ça ne répond pas à ma question », « votre lien marche pas »
  `${IT}${NE}${VERY}(?:a |ont )?${NE}${VERY}${HELPS} ${VERY}(?:pas|rien|jamais|que dalle|a rien|guere|goutte|nada) ?${VERY}(?:${WHAT_I_ASK}|a grand chose|pour moi|chez moi|non plus)?`,
  `${IT}${NE}(?:a|ont) ${VERY}(?:pas|rien) ${VERY}(?:repondu|aide|marche|fonctionne|servi|avance|change|resolu|regle)(?: ${WHAT_I_ASK})?`,
  `(?:vous|tu|t|il|elle|le bot) ${NE}(?:avez|as|a) ${VERY}(?:pas|rien|jamais|mal) ${VERY}(?:repondu|compris|lu|aide|ecoute|pige|capte|saisi)(?: (?:${WHAT_I_ASK}|ce que je (?:dis|demande|veux|veux dire)|aux questions?))?`,
  `(?:vous|tu|t|le bot) ${NE}(?:repond(?:s|ez)?|comprenez|comprends|comprend|captes?|captez|pigez|piges|lisez|lis|ecoutez|ecoutes|aidez|aides|servez|sers)(?: toujours| vraiment| absolument)*(?: (?:pas|rien|jamais|mal|a cote|n importe quoi|a rien|strictement rien))+${AFTER}(?: (?:${WHAT_I_ASK}|ce que je (?:dis|demande|veux|veux dire)|de la plaque|aux questions?))?`,
  `(?:ce |n |ce n |c )?(?:est|etait|sont) ${VERY}pas ${VERY}(?:${RIGHT}|${WANTED})${AFTER}`,
  `(?:je|j) ${NE}(?:ai|suis) ${VERY}(?:(?:pas|rien|jamais) )${VERY}(?:eu )?(?:${RIGHT}|compris|pige|capte|saisi|eu (?:de|ma|la) reponse|repondu|plus avancee?|ma reponse|la reponse|ce qu il (?:me )?faut)${AFTER}`,
  `(?:je|j) ${NE}(?:comprends?|pige|capte|saisis|vois) ${VERY}(?:pas|rien|plus|goutte|que dalle|nada) ?${VERY}(?:(?:a )?(?:votre|ta|la|cette|vos) (?:reponse|explication|jargon|charabia)s?|le rapport|a (?:votre|ce que vous)|ce que (?:vous|tu) (?:dites|dis|voulez dire|racontez))?`,
  `(?:je|j) ${NE}${VERY}(?:arrive|y arrive|trouve|parviens) ${VERY}(?:pas|rien|plus) ?${VERY}(?= (?:[,.?|]|$|mais|et|non|merci|car|avec (?:votre|ton|le) lien))`,
  `(?:y )?${NE}arrive ${VERY}pas ?${VERY}(?= (?:[,.?|]|$|mais|et))`,
  // « j'ai déjà fait tout ça »
  `(?:j ai|c est|on a|je l ai|je viens de) (?:(?:deja|bien|tout|pourtant|ce que j ai|en fait|de le) )*(?:deja|tout|pourtant|bien|ce que j ai|viens de) ?(?:fait|faire|essaye|essayer|essai|tente|teste|vu|lu|regarde|verifie|suivi|cherche|clique|ete voir|ete dessus|refait|faites)(?: (?:tout|toutes|deja|ca|cela|ces demarches|la demarche|cette demarche|(?:tout )?ce que (?:vous|tu) (?:dites|dis|me dites|me dis|proposez|avez dit)|le lien|votre lien|dessus|la bas|plusieurs fois|(?:deux|trois|dix|[0-9]+) fois|sans succes|en vain|mais rien|hier|et rien|le site|votre page))*`,
  `j ai (?:fait|essaye|tente|suivi|teste|regarde|clique) (?:(?:tout|ca|cela|ce que (?:vous|tu) (?:dites|dis|m avez dit|avez dit)|mais|et|sur (?:le|votre) lien|votre lien|les etapes|la demarche) )*(?:sans succes|en vain|rien|ca (?:ne )?(?:marche|fonctionne|change) (?:pas|rien|toujours pas))`,
  `(?:deja|tout) (?:fait|essaye|tente|vu|lu|teste|regarde|verifie|clique|cherche)(?: (?:tout )?(?:ca|cela|aussi|partout|dix fois|cent fois|plusieurs fois|(?:\\d+|deux|trois|mille) fois))*`,
  `(?:ca|cela) (?:n )?(?:a )?(?:marche|fonctionne) (?:que|qu)`,
  `(?:me|nous|te) voila bien (?:avancee?s?|aidee?s?|servie?s?|renseignee?s?)`,
  `(?:j|on|nous) (?:suis|est|sommes) bien (?:avancee?s?|aidee?s?|servie?s?|barree?s?)`,
  `autant (?:parler|interroger|demander|discuter|causer|ecrire|poser|faire|jeter|lire)(?: \\w+){0,4}`,
  `merci (?:du|pour le|pour ce) (?:conseil|tuyau|renseignement) (?:inutile|bidon|nul)`,
  `(?:bravo|super|genial|formidable|magnifique|merci|chapeau) (?:[,.] )?(?:quelle? |pour (?:l |la |le )?)(?:eclairage|eclaircissement|efficacite|precision|aide|intelligence|utilite|service|clarte)`,
  `(?:ah |oh )?(?:bah|ben|eh ben|eh bien|he ben) (?:bravo|chapeau|felicitations)`,
  `c est tout(?= \\?)`,
  `(?:c est|ca|cela) (?:est )?(?:cense|suppose) (?:m |me |nous )?(?:aider|repondre|servir|regler)`,
  `(?:repond|aid|regl|resou|march|fonctionn)[a-z]* (?:qu )?(?:a moitie|en partie|a peine)`,
  `autour du pot`,
  `parler? (?:a|aux?) (?:(?:un|des|le|les) )?(?:murs?|vide|ane|poteaux?|vent)`,
  `(?:on|ca|tu|vous|je|nous) (?:(?:me|nous|n|ne|fais|fait|fait que|font|faites) )*(?:tourner?|tournes|tournons|tournez) (?:tous )?(?:en (?:rond|boucle)|a vide)`,
  `(?:recopi|repet|copi|radot|rabach|recit)\\w* (?:(?:encore|toujours|juste|que|en boucle) )*(?:ton|votre|le|la|ta|mon|ma|meme|les memes|toujours|la meme) (?:site|page|texte|lettre|message|courrier|chose|question|phrases?)`,
  `(?:encore|toujours) (?:(?:ton|votre|ce|cette|le|la|ta|le meme|la meme) )+(?:site|page|lien|texte|reponse|blabla|message|charabia|pub)`,
  // said in other languages
  `(?:(?:i|me|sorry|it|this|that) )*(?:do |does |did |is |was )?(?:not|don t|dont|doesn t|doesnt|didn t|didnt|isn t|isnt|no) (?:(?:to|me|i|what|the|a|my) )*(?:understand|understood|help|helps|helping|work|works|working|answer|good|this|that|it|find|right|correct|question|useful|clear)(?: (?:you|your|me|my|the|answer|question|this|that|it))*`,
  `(?:no|nada) (?:es (?:eso|esto|lo que)|entiendo|entendi|comprendo|funciona|sirve|me ayuda|me sirve|capisco|percebo)(?: nada)?`,
  `(?:wrong|useless|bad answer|no entiendo|nicht verstanden|nao entendi)`,
  `(?:a cote|hors sujet|a cote de la plaque|hors de propos|du tout au tout)`,
  `(?:aucun|pas le|quel) rapport(?: avec (?:ma|la) (?:question|demande))?`,
  `(?:(?:ca|cela|c|ce) )?${NE}(?:a |est )?${VERY}rien a voir(?: avec (?:ma (?:question|demande)|ce que je (?:demande|dis|veux)|mon (?:probleme|cas)|ca|moi))?`,
  `(?:c est|t es|tu es|vous etes|il est|quel|trop|vraiment|completement|mais c est|reponse|reponses|bot|robot|service|assistant|est) ${VERY}(?:un |une )?(?:bot |robot |truc |service |assistant |assistance )?${VERY}${WORTHLESS}`,
  `n importe quoi`,
  `(?:(?:ca|tu|vous|il|ce truc|ce bot|ce robot|votre (?:bot|robot|truc|site|service)) )?${NE}(?:sert|sers|servez|servent) ${VERY}a (?:rien|quedalle|que dalle)`,
  `a quoi (?:ca|tu|vous|il) ${NE}(?:sert|sers|servez)(?: (?:ce|cet|votre) (?:truc|machin|bot|robot|assistant|chat|chatbot|service))?`,
  `merci (?:pour rien|quand meme(?! (?:pour|de))|de rien|bien pour rien)`,
  `(?:laisse|laisses|laissez|laisser) (?:tomber|beton)`,
  `(?:tant pis|passons|j abandonne|je laisse tomber|je renonce a comprendre|oubliez|oublie ca|je me debrouillerai|je vais me debrouiller)`,
  `(?:toujours|encore|c est) (?:la meme (?:chose|reponse|histoire)|pareil|le meme (?:probleme|message|truc|resultat|texte|lien)|au meme point)`,
  `(?:la )?meme (?:reponse|chose|message)(?: qu avant| que tout a l heure| encore)?`,
  `(?:vous|tu) (?:me )?(?:repetes?|repetez|redites|redis|redonnes?|redonnez|dites|dis|tournes?|tournez|repondez|reponds) (?:(?:toujours|encore|deja|sans arret|tout le temps|juste) )*(?:la meme chose|pareil|la meme reponse|en rond|en boucle|n importe quoi)`,
  `(?:ca|on|tu) (?:tourne|tournes) en (?:rond|boucle)`,
  `(?:je m en|on s en|m en) (?:fous|fiche|tape|moque|balance|fout)(?: de (?:ca|votre (?:lien|reponse|site)))?`,
  `(?:vous|tu) (?:vous |te )?(?:foutez|moquez|fous|moques|fichez) (?:de )?(?:moi|nous|ma gueule|la gueule du monde|la gueule des gens|ma tete|du monde)`,
  `(?:j en ai|y en a) (?:marre|assez|ras le bol|plein le dos|plein le cul)(?: de (?:ce|cet|votre|ces) (?:bot|robot|truc|machin|machine|reponses|site))?`,
  `(?:c est |tout ca c est )?${VERY}(?:honteux|scandaleux|inadmissible|abuse|agacant|enervant|penible|fatigant|desesperant|ridicule|une honte|se moquer du monde|se foutre du monde)`,
  `(?:lien|page|site) (?:mort|casse|introuvable|invalide|vide|blanche|d erreur|qui (?:ne )?marche pas|${NE}(?:ouvre|marche|fonctionne|s ouvre|charge|existe) ${VERY}pas)`,
  `(?:page|erreur) (?:introuvable|404|blanche)`,
  `(?:mauvaise|fausse) reponse`,
  `reponse (?:fausse|incomplete|inutile|automatique|toute faite|generale|trop generale|generique|bidon)`,
  `(?:(?:je|j) ${NE}(?:ai|suis) ${VERY})?(?:pas|aucunement) ${VERY}plus avancee?`,
  `(?:c est|ca) (?:pas|plus) (?:normal que vous ne repondiez|une reponse)`,
  `(?:oui )?je sais (?:bien |tres bien |deja )?(?:ce que c est|tout ca|ca|comment on fait|ou c est)`,
  `je (?:le|la|les) vois bien(?: ca)?`,
  `(?:ca |cela )?je (?:le |la |les |l )?(?:sais|savais|connais|connaissais) (?:deja|bien)(?: (?:ca|tout ca|merci))?`,
  `(?:je|j) ${NE}(?:vois|y vois|en sais|suis) ${VERY}(?:pas|guere) ${VERY}(?:clair|avancee?|mieux|davantage)`,
  `(?:tu|vous) (?:ne )?(?:m |me |nous )?(?:expliques?|expliquez|dis|dites|aides?|aidez|reponds?|repondez|apprends?|apprenez) ${VERY}(?:rien|pas grand chose)`,
  `aucune (?:aide|reponse|utilite|solution)`,
  `poucebaisse`,
  `(?:je suis )?(?:pas|guere) (?:plus )?(?:avancee?|aidee?)(?: pour autant)?`,
  `je (?:ne |n )?(?:sais|suis) pas (?:davantage|plus (?:avancee?|qu avant|que tout a l heure))`,
  `(?:(?:le |toujours le |encore le |c est le )?meme (?:probleme|souci|erreur|bug)|(?:le |mon )?(?:probleme|souci|blocage) (?:continue|persiste|reste(?: le meme)?|demeure|est toujours la|n est (?:toujours )?pas (?:resolu|regle))|ca persiste|rien n a change|rien ne change|pas de changement|toujours (?:bloque|coince|en panne|en attente|le meme|la meme)e?)`,
  `(?:tu|vous) (?:te|t|vous) (?:es |etes )?(?:trompes?|trompez|plante|gourez?)(?: (?:de sujet|encore|completement))?`,
  `(?:tu|vous) (?:as|avez) tort`,
  `(?<!je )(?:tu|vous) (?:dis|dites|racontes?|racontez|inventez|inventes) ?(?:des betises|des conneries|n importe quoi|tout|des choses)?`,
  `(?:ca|cela|(?:ta|votre|la|cette) reponse) ${NE}(?:veut|a) ${VERY}(?:rien|pas|aucun) ?(?:dire|de sens|sens)`,
  `(?:ca|c) ${NE}(?:mene|conduit) a rien`,
  `(?:bott|deg)\\w* en touche`,
  `(?:tu|vous) ${NE}(?:peux|pouvez|sais|savez) ${VERY}pas (?:m |me |nous )?(?:aider|repondre|renseigner|comprendre)`,
  `je ${NE}(?:ai )?pas demande (?:ca|cela)`,
  `je ${NE}(?:ai|suis) pas (?:convaincue?|rassuree?)`,
  `je ${NE}(?:pense|crois|trouve) pas(?= (?:[,.?|]|$|non|que ca|que ce soit))`,
  `je veux (?:juste )?une (?:vraie|autre|meilleure|bonne) (?:reponse|explication)`,
  `(?:et|mais) (?:pour |a )?ma (?:question|demande)(?: a moi)?(?= (?:[,.?|]|$|alors|elle|la dedans|dans tout|on en|dort|attend))`,
  `j (?:attendais|esperais) (?:plutot |juste )?(?:une?|mieux|autre chose|plus)`,
  `je (?:suis|reste) ${VERY}(?:perdue?|bloquee?|coincee?|pas avancee?|au meme point)(?= (?:[,.?|]|$|pareil|la))`,
  `(?:mais |oui |et )*(?:je|j) (?:l |vous |t |te |le |vous l |te l |viens de |l ai )*(?:ai |avais )?(?:deja )?(?:dit|demande|explique|ecrit|precise|le dire|dis|repete)(?: (?:deja|plus haut|avant|tout a l heure|trois fois|dix fois|deux fois|au debut))(?= (?:[,.?|]|$))`,
  `(?:oui|ok|bon|d accord|bah|ah|non|[,]| )*(?:mais|et) (?:non|bof)`,
  `je (?:demande|parle|parlais|demandais|voulais|veux|cherche|cherchais|dis|disais) pas (?:(?:de|du|d|la|le|les|l|ca|cela) ?)*`,
  `(?:ne |n )?(?:parle|parlais|demande|cherche) pas (?:(?:de|du|d|la|le|les|l|ca|cela) ?)*`,
);
/** Said at the beginning of a clause, where the subject is left out: « marche pas », « pas compris ». */
export const NO_OPENING = opening(
  `(?:non |nan |bah |ben |mais |et |toujours |ca )*${NE}(?:repond(?:ez|s)?|aide|marche|march|fonctionne|convient|correspond|sert|va|suffit) ${VERY}(?:pas|rien|a rien) ?${VERY}(?:${WHAT_I_ASK})?`,
  `(?:non |nan |euh |bah |ben |mais |toujours |ah |franchement |desolee? |encore |vraiment )*pas ${VERY}(?:${RIGHT}|${WANTED})${AFTER}`,
  `(?:comprends?|compris) ${VERY}(?:pas|rien)(?: du tout)?`,
  `(?:non |nan |euh |bah |ben |mais |ah |toujours )*(?:rien|pas) (?:compris|pige|capte)(?: (?:du tout|a (?:votre|ta) (?:reponse|explication|charabia|jargon)))?`,
  `(?:non |nan |bah |ben |euh |mais |ah |oui |ok )*(?:toujours|encore) (?:pas|rien|non)(?= (?:[,.?|]|$))`,
  `(?:mais |bah |alors )*(?:repondez|repond|reponds)(?: (?:moi|juste|a la question|a ma question|correctement|simplement|donc|clairement|svp|s il vous plait|vraiment))+`,
  `(?:re)?(?:lisez|lis|lire)(?: bien| donc)* (?:ma|la|mon) (?:question|demande|message)`,
  `(?:apprenez|apprends|apprend) a lire`,
  `(?:oui |ok )?(?:et alors|et donc|so what)(?= (?:[,.?|]|$))`,
  `(?:hein|quoi|comment ca|wtf|pardon|gne|serieux|serieusement)(?= \\?)`,
  `(?:hein|wtf|n imp)(?= (?:[,.|]|$))`,
  `(?:nul|nulle) a chier`,
  `(?:et|mais|donc)(?= \\?)`,
  `(?:absolument |vraiment |surement |certainement |carrement )pas`,
  `(?:(?:ah|mais|euh|ben|bah|oh) )*non(?: (?:non|mais|[,.]))*`,
);
/** What a robot hands out. */
const HANDED_OUT =
  '(?:releves?|pages?|liens?|documents?|reponses?|textes?|attestations?|formulaires?|papiers?|messages?|fichiers?|pdf|ecrans?|rubriques?|tableaux?|explications?|choses?|phrases?|courriers?|infos?|informations?|listes?|sites?|numeros?|erreurs?|boutons?|menus?|procedures?|demarches?|trucs?|machins?|adresses?|montants?|periodes?|mois)';
/** A clause of its own. */
export const NO_WHOLE = whole(
  // « c'est le même relevé », « je retombe sur la même page »
  `(?:mais |non |et |ah |bah |ben )*(?:(?:c est|ca reste|ca (?:me )?(?:re)?donne|ca ouvre|ca affiche|(?:je|on) (?:re)?tombe sur|(?:j ai|toujours|encore)(?= (?:toujours|encore|exactement|le|la|les))|vous me (?:re)?donnez|tu me (?:re)?donnes|vous me renvoyez|tu me renvoies) )+(?:(?:encore|toujours|exactement|juste|bien|pile|sur|a|vers) )*(?:le|la|les) (?:tout )?memes? ${HANDED_OUT}(?: (?:qu avant|que (?:tout a l heure|la derniere fois|precedemment|j ai deja|celui d avant|celle d avant)|encore|toujours|une fois de plus))*(?! \\?)`,
  `(?:(?!ou )\\w+ ){0,3}non`,
  `(?:(?:non|ah|euh|mais|ben|bah|oh|hein|pff|pfff|bon|oui|ok|desolee?|malheureusement|franchement|eh|he|vous|merci|toujours|hmm|hum|helas) )*(?:non|bof(?: bof)*|bofbof|mouais(?: bof)?|moyen(?: moyen)?|moyennement|nul|faux|negatif|jamais|rien|aucun(?:e)?|zero|perdu|inutile|pas du tout|pas vraiment|pas trop|pas tout a fait|pas exactement|pas totalement|pas completement|pas forcement|pas specialement|pas tellement|pas plus que ca|pas encore|toujours pas|oui et non|ni l un ni l autre|aucun des deux|aucune des deux|pas mieux|pas bon|pas ca|rate|perdu|incomprehensible|hors sujet|encore|pas celui la|pas celle la|pas ceux la|pas celles la|pas moi|pas d accord|c est non|c est pas vrai|fail|degoute|decue?|pas tip top|pas fou|mediocre|insuffisant|inexact|incorrect|incomplet|imprecis|pas convaincue?|idem|pareil|rate|loupe|erreur|a cote|hors sujet)(?: (?:non|plus|du tout|merci|desolee?|pas|toujours|vraiment|hein|la|pour moi|madame|monsieur))*`,
);

/** Strong: it helped, whatever was said before in the same turn. */
export const YES = anywhere(
  `c est (?:tout )?(?:bon|parfait|note|nickel|super|genial|top|gentil|regle|resolu|ok|exactement ca|tout a fait ca|bien ca|excellent|impeccable|tres clair|tres bien|tres gentil|plus clair|bien clair|clair|compris|cool|carre|ce (?:que|qu) (?:je|j|il) (?:voulais|cherchais|demandais|veux|cherche|attendais|me fallait|avais besoin)(?: savoir)?|bon pour moi|bien)(?! (?:de la merde|pour|beau|comme|ce|que))`,
  `(?:j ai|je l ai|je les ai|on a) (?:bien |tout |enfin |deja )?(?:trouvee?s?|comprise?|reussi|recu ma reponse|ma reponse|la reponse|ce qu il (?:me )?(?:faut|fallait)|mon info|l info|eu ma reponse|eu (?:l|mon) info)(?: (?:tout seul|toute seule|merci|la reponse|c est bon|ce que je cherchais|mieux|comment faire|maintenant))*(?= (?:[,.?|]|$|merci|et|c|bonne|au|j|ok))`,
  `(?:parfait|parfaite|super|nickel|nikel|genial|impec|impeccable|excellent|formidable|top|merveilleux|magnifique|extra|tip top|pouceleve|trop bien|tres bien|perfect|au top|bravo|chouette|super bien)`,
  `(?:bien recu|bien note|entendu|c est note|note|compris|exactement|tout a fait|bien compris)(?= (?:[,.?|]|$|merci|bonne|ok))`,
  `(?:ca|cela|celui la|celle la|celui ci) (?:(?:m|me|nous) )?(?:marche|fonctionne|va(?! mal| pas| finir| mieux| etre| faire)|repond|aide|a aide|ira|roule|y est|suffit|suffira|convient|repond a tout|a repondu|a marche)(?: (?:tres )?(?:bien|mieux|maintenant|beaucoup|parfaitement|comme ca|impec|super|pour moi|a ma question|a ma demande))*(?! (?:${NOT}|toujours|meme|pas|ou|si|quand|pour|comment|combien|que|qu|a moitie|en partie|a peine))`,
  `pas (?:de |d )?(?:souci|soucis|probleme|problemes|mal)(?! (?:de|du|avec))`,
  `(?:je (?:vais|va) (?:faire|essayer|voir|regarder|tester|suivre|appliquer|m en occuper|le faire|la faire|aller voir)(?: (?:ca|cela|comme ca|la demarche|vos (?:conseils|etapes)|le lien|dessus|tout de suite|demain|avec (?:lui|elle|eux|mon|le|la|ma)))*|j essaie|j essaye|je regarde(?: ca)?|je teste|je fais ca|je note|je vois (?:avec|ca)|je m en occupe|j y vais)(?= (?:[,.?|]|$|merci|et|avec|alors|bonne|ca|mon|le|la))`,
  `merci (?:beaucoup |bien |infiniment |mille fois |encore |bcp )?(?:(?:pour|de) (?:votre|ton|l|cette|ta|la|les|vos|tes|cet|ces|le|tout) ?(?:aide|reponses?|infos?|informations?|explications?|precisions?|conseils?|renseignements?|retour|lien|rapidite|votre|temps|efficacite|reactivite)?)`,
  `(?:j ai|je l ai|je les ai) (?:bien )?(?:vu|vue|recu|recue)(?= (?:[,.?|]|$|merci|c est bon))`,
  `(?:voila |oui )?(?:exactement )?ce (?:que|qu) (?:je|j|il) (?:voulais|cherchais|me fallait|demandais|attendais)(?: savoir| entendre)?`,
  `(?:probleme|souci|question) (?:regle|resolu|resolue|reglee)`,
  `(?:bonne|tres bonne|super|excellente) reponse`,
  `(?:vous etes|tu es|t es|c est) (?:vraiment |trop |tres |super |hyper )?(?:gentil|gentille|adorable|genial|geniale|top|super|au top|efficace|formidable|un amour|un ange|le meilleur|sympa|utile)`,
  `(?:vous avez|tu as|t as) raison`,
  `(?:tres |plus |bien |hyper )?clair(?= (?:[,.?|]|$|merci|pour moi))`,
  `mille mercis?`,
  `(?:voila )?c est (?:bien )?ca(?= (?:[,.?|]|$|merci|oui))`,
  // « voilà c'était ça », « ah oui c'était celui-là »
  `(?:(?:voila|oui|ah|ok|bon|bah|ben|eh) |, )*(?:c est|c etait) (?:(?:bien|exactement|juste|tout a fait) )*(?:ca|celui la|celle la|ceux la|celles la|ce qu il (?:me )?fallait|(?:le|la|les) bons?|la bonne)(?= (?:[,.|]|$|merci|super|parfait)(?! (?:que|le|la|mon|ma|votre)))`,
  `(?:cool|interessant|logique|c est exact|exact|bonne idee|c est logique|c est vrai)(?= (?:[,.?|]|$|merci))`,
  `tout (?:fonctionne|marche|est (?:bon|ok|clair|regle|en ordre))`,
  `(?:ca|cela) a (?:l air (?:bon|ok|bien|de marcher|de fonctionner)|(?:bien )?(?:resolu|regle) (?:mon|le) (?:probleme|souci)|(?:bien )?(?:marche|fonctionne|aide))`,
  `c est tout(?: (?:pour moi|pour aujourd hui|ce que je voulais(?: savoir)?|bon))?(?= (?:[,.|]|$|merci|et merci|au revoir))`,
  `(?:(?:ah )?mais si|ah si|si si|ah oui si)(?= )`,
  `(?:ca y est|c est fait|c est envoye|c est enregistre|demande faite)(?= (?:[,.?|]|$|merci|c|j|ca))`,
);
const GOOD =
  '(?:clair|claire|precis|precise|complet|complete|utile|efficace|rapide|pratique|simple|interessant|bien|bon|sympa|gentil|satisfaisant|satisfait|satisfaite|suffisant|concis|limpide|exact|juste|correct|nickel|chouette|excellent|content|contente|rassure|rassuree|soulage|soulagee|carre|propre|royal|cimer)';
/** « clair et précis », as a clause of its own. */
export const YES_WHOLE = whole(
  `(?:ok |ah |voila |bon |oui )*(?:trouvee?|fait|faite|reussi|passe|regle|resolu|vu|retrouvee?)(?: merci)*`,
  `(?:(?:tres|bien|assez|hyper|super|trop|plutot|c est|je suis|ah|oui|tout a fait|vraiment|reponse) )*${GOOD}(?: et ${GOOD})*(?: (?:merci|ca|alors|comme reponse|pour moi))*`,
);
/** Weak: politeness that also follows « non ». */
export const YES_OPENING = opening(
  `(?:(?:ah|oh|bah|ben|bon|alors|eh|oui|ok|ha|hmm|et|mais|bonjour|he|ouf|pff|ha) )*(?:oui|ok|d accord|dac|merci|je vous (?:en )?remercie(?: (?:de|pour) (?:votre|l|cette|la|vos|ces) \\w+)?|je te remercie|je comprends(?! (?:pas|rien|toujours|plus|mal))|je vois(?! (?:pas|rien|toujours|plus|que|sur|dans))|bien sur|volontiers|avec plaisir|c est gentil|je veux bien|pourquoi pas|si si|c est ca|allons y|allez y|vas y|(?:entendu|bien|tres bien|affirmatif|exact|voila|tout a fait|effectivement|en effet|a merveille|parfaitement|absolument|go|si|un peu|plutot|assez|la plupart)(?= (?:[,.?|]|$|merci|ok|oui|d accord|je vous remercie|monsieur|madame|jeune)))(?: (?:oui|ok|d accord|merci|beaucoup|bien|infiniment|mieux|mille fois|tres|encore|a vous|a toi|bcp|bonne journee|bonne soiree|madame|monsieur|bien sur|maintenant|parfait|super|a present|je (?:vois|comprends)(?! (?:pas|rien))|vous|enormement|c est gentil|pour tout|alors|svp|s il vous plait|je veux bien|volontiers|grand))*`,
);
