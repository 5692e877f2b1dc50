/**
 * Classes of words by what they do in a chat: what is good, what is bad, who is meant, what was done. No list holds all the
 * ways to say « that did not help », but « vous … pas … » behind an answer has one shape whatever stands between.
 */
const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['not', /^(?:pas|plus|rien|jamais|aucune?|ni|guere|nullement|sans|zero|personne|nulle|not|no|don|dont|que dalle)$/],
  ['ne', /^(?:ne|n)$/],
  ['non', /^non$/],
  ['oui', /^(?:oui|ok|accord|entendu|soit|volontiers|yes|d)$/],
  ['thanks', /^(?:merci|remercie|reconnaissant|sympa|gentil|gentille|aimable|pouceleve)$/],
  [
    'good',
    /^(?:parfait|parfaite|super|nickel|top|genial|impec\w*|excellent|bien|bon|bonne|clair|claire|regle|resolu|trouve|cool|carre|tranquille|mieux|note|vu|rassure\w*|soulage\w*|enfin|ouf|voila|logique|effectivement|suffit|ca y est)$/,
  ],
  [
    'bad',
    /^(?:nul|nulle|faux|fausse|erreur|bug\w*|vide|plant\w*|bloqu\w*|impossible|in(?:utile|compl|compreh|corr|suff|trouv|exact|admiss|sens)\w*|mort|casse|rate|perdue?|pourri|naze|debile|stupide|honte\w*|scandal\w*|marre|ridicule|bizarre|flou|floue|vague|complique\w*|difficile|charabia|chinois|blabla|baratin|jargon|pire|poucebaisse|echec|echoue|refus\w*|pff+|bof|mouais|hors|cote|rond|boucle|lent|galere|grise\w*|wrong|error|useless|dommage|helas|malheureusement|desolee?)$/,
  ],
  [
    'person',
    /^(?:conseill\w*|agents?|humain\w*|interlocut\w*|operat\w*|responsables?|chef|superieur\w*|gestionnaires?|technicien\w*|employee?s?|standard|hotline|secretariat|collegues?|collaborat\w*|someone|somebody|person|human|persona|agent|referent\w*|dame|monsieur|gars|mec|gens|expert|quelqu|quelquun|personne)$/,
  ],
  [
    'tells',
    /^(?:re)?(?:dites|dis|disiez|parl(?:ez|es|ait|iez)|donn(?:ez|es|e|iez)|expliqu(?:ez|es)|renvo(?:yez|ies?)|indiqu(?:ez|es)|montr(?:ez|es)|propos(?:ez|es)|envoi(?:es|e)|serv(?:ez|s|ie?)|racont(?:ez|es)|decriv(?:ez|s)|cit(?:ez|es)|copi(?:ez|es|e)|colle|repet(?:ez|es)|mis|met(?:s|tez)|sor(?:s|tez)|ramen(?:ez|es)|conseill(?:ez|es)|affich(?:ez|es)|insist(?:ez|es)|continu(?:ez|es)|confond(?:ez|s)|tourne)$/,
  ],
  [
    'reach',
    /^(?:parl(?:er|e|ez|erai)|appel\w*|rappel\w*|joindre|contact\w*|telephon\w*|tel|discuter|echanger|causer|entretenir|rencontrer|relation|transf\w*|passe[rz]?|connect(?:ez|e)|vive|voix|call|talk|speak|numero|rendez|expliquer|ligne|oral)$/,
  ],
  ['machine', /^(?:robots?|bots?|machines?|ia|automate|ordinateur|chatbot|logiciel|algorithme|grille|programme)$/],
  [
    'answer',
    /^(?:reponses?|liens?|pages?|sites?|boutons?|rubriques?|explications?|messages?|onglets?|ecran|infos?|informations?|procedure|texte|notice|appli|application|fenetre|menu|formule|conseil|solution|link|answer)$/,
  ],
  ['you', /^(?:vous|tu|t|te|votre|vos|ton|ta|tes|toi)$/],
  ['i', /^(?:je|j|moi|m|me|mon|ma|mes|on|nous|notre|nos)$/],
  ['it', /^(?:ca|c|ce|cela|ceci|il|elle|ils|elles|l)$/],
  [
    'asking',
    /^(?:comment|quand|ou|combien|pourquoi|quel|quelle|quels|quelles|qui|quoi|lequel|laquelle|est ce|faut|puis|peut|what|where|when|how|which)$/,
  ],
  [
    'understand',
    /^(?:compri\w*|comprend\w*|comprenez|pig\w+|capte\w*|sais\w*|sui(?:s|vre)|lu|lire|lis|lisez|understand|get)$/,
  ],
  [
    'helps',
    /^(?:aid\w+|repon\w+|repond\w*|ser[st]|servez|march\w*|fonctionn\w*|avanc\w*|convient|correspond\w*|concerne\w*|ouvre\w*|charge|affich\w*|help\w*|work\w*)$/,
  ],
  [
    'want',
    /^(?:veux|voudrais|souhait\w*|aimerais|besoin|cherche\w*|voulais|prefer\w*|demand\w*|parlais|disais|reformule|repete|precise|insiste|reprends|reprenons|want|need|mean)$/,
  ],
  ['again', /^(?:toujours|encore|meme|memes|pareil|idem|deja|again|still|already|rebelote)$/],
  ['on', /^(?:et|donc|alors|puis|aussi|sinon|coup|and|also|then)$/],
  ['but', /^(?:mais|sauf|pourtant|justement|or|but)$/],
  ['other', /^(?:autre|autres|ailleurs|sujet|propos|passons|bref|tant|other)$/],
  [
    'will',
    /^(?:vais|irai|ferai|attends|attendrai|verrai|enverrai|essaie|essaye|patiente\w*|transmets|appellerai|passerai|allons|ferons|regarde|will|wait)$/,
  ],
  [
    'done',
    /^(?:fait|faite|essaye|tente|envoye\w*|teste|regarde|verifie|suivi|clique|depose\w*|transmis\w*|relance\w*|consulte\w*|did|done|tried)$/,
  ],
  ['hello', /^(?:bonjour|bonsoir|salut|coucou|allo|hello|mainlevee|bye|revoir|journee|soiree|hi|salam)$/],
  [
    'hold',
    /^(?:attendez|minutes?|secondes?|sec|instant|reviens|euh|hein|hum|hmm|lol|mdr|ptdr|test|pardon|excusez|oups)$/,
  ],
];

/** The class of a word in the spelling of domain/bot/chat-words.ts; undefined for all others. */
export function classOfWord(word: string): string | undefined {
  for (const [name, pattern] of CLASSES) if (pattern.test(word)) return name;
  return undefined;
}
