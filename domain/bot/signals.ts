import { readChat } from './chat-words.ts';
import { contentOf, type Content } from './content.ts';
import { eat } from './grammar.ts';
import { asksForPerson } from './person.ts';
import { NO, NO_OPENING, NO_THANKS, NO_WHOLE, YES, YES_OPENING, YES_WHOLE } from './phrases.ts';
import {
  AGAIN,
  ALSO,
  ANNOUNCE,
  INSIST,
  INSULT,
  MAYBE_OTHER,
  OTHER_TOPIC,
  POLITE,
  SMALL,
  SMALL_WHOLE,
  STILL,
} from './small-talk.ts';

/** What the words of one turn say, whatever came before it. */
export interface Signals {
  /** One spelling, domain/bot/chat-words.ts. */
  readonly text: string;
  readonly person: boolean;
  /** « non », « ça ne répond pas », « j'ai déjà fait tout ça ». */
  readonly no: boolean;
  /** Nothing but the word « non ». */
  readonly bare_no: boolean;
  /** « non, c'est bon », « non merci ». */
  readonly no_thanks: boolean;
  readonly yes: 'strong' | 'weak' | null;
  /** The last of « oui » and « non » that was said; « oui mais non » is a no. */
  readonly verdict: 'yes' | 'no' | null;
  /** The turn begins with a yes: what follows builds on the answer. */
  readonly yes_first: boolean;
  /** « oui » may answer a question that was never asked; « ok » and « merci » answer the answer. */
  readonly says_oui: boolean;
  readonly but: boolean;
  /** « oui mais … » with nothing good behind it. */
  readonly ends_in_but: boolean;
  readonly other_topic: boolean;
  readonly maybe_other: boolean;
  readonly also: boolean;
  readonly again: boolean;
  readonly still: boolean;
  /** « j'ai une question »: the request itself is still to come. */
  readonly announces: boolean;
  readonly small: boolean;
  readonly insults: boolean;
  readonly content: Content;
  /** « et », « donc », « du coup »: goes on from the answer. */
  readonly goes_on: boolean;
  /** « parce que … »: gives a reason for what was asked. */
  readonly because: boolean;
  /** « je veux », « il me faut »: wants something, though it asks nothing. */
  readonly wants: boolean;
  readonly negates: boolean;
  /** « ah, les franchises », « waouh merci »: understood. */
  readonly relieved: boolean;
  /** « votre lien … », « ce message … »: speaks of the answer itself. */
  readonly about_answer: boolean;
  /** « vous bottez en touche », « tu m'énerves »: says something of the robot. */
  readonly about_robot: boolean;
  /** « tant pis », « bref », « laisse tomber »: done with the subject. */
  readonly gives_up: boolean;
  /** What is said behind that: « laissez tomber la mutuelle. ma carte vitale, elle … ». */
  readonly instead: Content | null;
  /** « mon médecin dit que c'est à vous, alors qui ? »: holds something against the answer. */
  readonly objects: boolean;
  /** « elle est refusée à chaque fois »: goes on about what was named before. */
  readonly points_back: boolean;
  /** « l'acte, je l'ai déjà transmis »: what the answer asks for was done. */
  readonly did_already: boolean;
  /** It begins with somebody or something of which it says a thing. */
  readonly states: boolean;
  /** « insuffisant », « raté », « introuvable »: the colour of a remark. */
  readonly sour: boolean;
  /** « mais justement, il ne peut pas »: why the answer does not serve. */
  readonly excuses: boolean;
  /** « non ça c'est l'adresse de la maison »: says what the answer was about, and nothing more. */
  readonly rejects: boolean;
  /** « un décompte que je ne comprends pas », « faut-il voir un conseiller ou … ? »: wants to know, not to be put through. */
  readonly wonders: boolean;
  /** A person is told of or not wanted, and nothing else of a wish is said. */
  readonly spent: boolean;
  /** « demandez à votre employeur »: gives back the answer's own words. */
  readonly quotes: boolean;
  /** One word in capitals among others: « celui de la MÉDIATION ». */
  readonly stresses: boolean;
  readonly word_count: number;
}

const GOES_ON =
  /^ (?:(?:et|ok|oui|ah|bon|alors|donc|du coup|dans ce cas|d accord|si je comprends bien|apres|ensuite|mais|pour ca|sur ca) )*(?:et|donc|du coup|dans ce cas|alors|si je comprends bien|ensuite|apres|et si|cela veut dire|ca veut dire|c est a dire) /;
const GOOD_AFTER_BUT =
  / mais (?:si|ok|merci|bon|d accord|c est (?:bon|ok|pas grave)|ca va|ca ira|pas grave|tant mieux|super|parfait|je (?:vais|comprends|vois)) /;
const WANTS =
  / (?:je (?:veux|voudrais|voudrai|souhaite|souhaiterais|cherche|demande|dois|desire)|j (?:aimerais|aimerai|ai besoin)|il (?:(?:me|m en|nous|le|la|les) )*(?:faut|faudrait)|merci de|pouvez vous|donnez moi|envoyez moi|vouloir) /;
const RELIEVED = /^ ah (?!bon \?|non |oui \?|d accord \?)| merci (?:[,.?] )?$/;
const NEGATES =
  / (?:guere|nulle part|pas|plus|rien|jamais|aucune?|sans|erreur|bloquee?|refusee?|impossible|retard|bug|ni) /;

const ABOUT_ANSWER =
  / (?:le|ce|votre|ton|la|cette|les) (?:liens?|page|bouton|site|rubrique|numero) (?:est|sont|ne|n|marche\w*|mene\w*|renvoie\w*|bug\w*|s ouvre|ouvre|fonctionne\w*|existe\w*) | (?:(?:votre|ton|ta|ce|cette|vos|tes) (?:lien|reponse|message|explication|bouton|robot|bot|infos?|page|rubrique|reponses|liens|truc)|(?:le|la|les) (?:lien|page|rubrique|reponse|liens?) (?:indiquee?|donnee?|que vous|que tu|propos)|(?:le|la|les|l) \w+ que (?:vous|tu) (?:me |m |nous )?(?:redonn|donn|indiqu|propos|montr|affich|sor[st]|cit)\w*|(?:ca|cela|vous|tu) (?:me |m |nous )(?:ramen|renvoi|renvoy|redirig|retomb)\w*|(?:votre|ton) (?:site|page)) /;
const ABOUT_ROBOT =
  /^[ ,.|]*(?:(?:mais|bah|non|oh|ah|et|donc|la|franchement|serieux|decidement|alors|encore|la) )*(?:vous|tu|t) (?!pouvez|peux|peut|pourriez|voulez|veux|avez (?:recu|bien|mon|ma|mes|un|une|des)|as (?:recu|mon|ma|mes|un|une)|connais|connaissez|aurez|serez|trouverez|verrez)[a-z]/;
const REJECTS =
  /^ (?:(?:ah|bah|ben|mais|euh|bon|oh|merci|[,.]) )*non (?:(?:non|mais|monsieur|madame|[,.]) )*(?:(?:ca|cela|ceci|la) (?:c est|c etait|ce sont|est|concerne)|(?:(?:la|ca) )?(?:vous|tu) (?:me |m |nous )?(?:parl|donn|redonn|repond|envoi|envoy|renvoi|renvoy|montr|expliqu|sor[st])\w*) (?!.* (?:moi|je|j|mais|plutot|alors|comment|pourquoi|combien|quand|\?|il me|et) )/;
const EXCUSES =
  / mais (?:(?:justement|en fait|plutot|[,.]) )+(?:ca|cela|il|elle|on|ils|elles|je|j) (?:(?:ne|n|me|m|y|le|la|l|en|lui) )*[a-z]+ (?:pas|plus|rien|jamais) /;
const PUZZLED =
  / (?:(?:que|qu|dont|ou|auquel|a laquelle|auxquels) (?:je|j|on) (?:ne |n )?(?:y )?(?:comprends?|saisis|pige|capte|arrive pas a (?:comprendre|lire)|sais pas (?:lire|dechiffrer))|(?:je|j|on) (?:ne |n )?(?:y )?(?:comprends?|saisis|pige|capte) (?:pas|rien|plus|goutte) (?:bien |du tout )?(?:a |au |aux )?(?:ce|cet|cette|le|la|les|l|mon|ma|mes|un|une) (?!reponse|lien|explication)) /;
/** A number that stands in the file, not one to call. */
const OWN_NUMBER =
  / (?:mon|ma|mes|leur|son|sa|vieux|ancien|ancienne|nouveau|nouvelle) (?:[a-z]+ )?(?:numero|telephone|portable|mobile|adresse|mail) /;
const COMPLETES =
  / (?:en entiere?|entierement|en totalite|au complet|(?:le|tout le|un) mois complet|compl[a-z]+ du|du (?:[0-9]{1,2}|1er) (?:[a-z]+ )?au (?:[0-9]{1,2}|1er)|de (?:janvier|debut) a (?:decembre|fin)|pas (?:juste|seulement|que) (?:le|la|les|une?) (?:debut|fin|partie|moitie|morceau)) /;
const GIVES_UP =
  / (?:tant pis|bref|laisse[rz]?(?: tomber)?|passons|peu importe|oubliez|c est pas grave|pas grave|(?:je|on) (?:verrai|verra|demanderai|me debrouillerai|vais (?:voir|demander)|regarderai)(?= .* [?]| .* (?:comment|ou|quand|combien|quel|quelle|il me faut|je veux|je voudrais|dites moi) )|(?:leave|forget|drop) it|never mind) /;
const OBJECTS =
  /^ (?:(?:ah|non|nan|mais|euh|oui|ok|merci|bah) (?:, )?){0,3}(?:pas (?!de souci|grave|mal |encore|de probleme|besoin|trop|facile|tout a fait|du tout|vraiment|sur |sure |bete|con )(?:[a-z0-9]+ ){1,5}[,.] [a-z0-9]|(?:tout )?(?:ca|cela|ceci) c est (?:pour|comment|quand|quoi) [a-z]+ .{12,})|^(?! (?:ok|oui|d accord|merci|ah|et) ).{12,}[,. ] (?:alors|donc|mais alors|et alors|du coup) (?:c est )?(?:qui|pourquoi|comment|quoi|ou|quand|lequel|laquelle|que|je fais) | (?:je|j|on|il|elle|nous) (?:l|les|vous l|leur|lui|y) (?:ai|a|avons|est) deja \w+ | (?:bloque|refuse|affiche|manque|refusee|bloquee|coince) (?:encore|toujours|quand meme) /;
const POINTS_BACK =
  /^ (?:(?:mais|ben|bah|non|euh|bon|sauf que|or|en fait) )*(?:elles?|ils?|ca|cela|celui|celle|l a|(?:le|la|les) (?:miens?|miennes?))(?! (?:me |m en )?(?:faut|faudrait|y a|manque|est (?:possible|normal))) /;
const DID_ALREADY =
  / (?:ai|a|avons|avait|avais|ont|est|suis) (?:(?:pourtant|bien|tout|moi) )?deja (?:tout |bien |ete )?(?!eu |un |une )\w+(?:e|es|ees|i|is|it|u|us|ue|ert) | (?:ai|a|avons|ont) \w+(?:e|i|u|is|it)(?: \w+){0,2} deja [,.]? /;
const STATES =
  /^ (?:(?:mais|ben|bah|non|euh|bon|ok|oui|sauf que|or|en fait|et|la) |, )*(?:elles?|ils?|ca|cela|le|la|les|l|mon|ma|mes|son|sa|ses|je|j|on|y a|il y a|il n y a|ils?) /;
/** Adjectives in in- and their like say that something was not enough, whatever it was. */
const SOUR =
  / (?:in(?!dem|fo|ter|sc|valid|firm|tern|dica|dique|dus|div|du |dus )[a-z]{4,}|im(?:possible|precis\w*|pertinent\w*|buvable|practicable)|il(?:lisible|logique)|rate[es]*|loupe|echec|echoue|flou|vague|vide|erreur|faux|fausse|mal|mauvais\w*|bloque\w*|bug\w*|plante\w*|perdu|manque|absente?|helas|malheureusement|zut|dommage|decu\w*|bizarre|etrange|n importe|compliqu\w*|difficile|penible|long|lent|lourd|galere|relou|charabia|chinois|jargon|en rond|blabla|trop|general|generale|generique|basique|superficiel\w*|chiant\w*|saoul\w*|soul\w*|poucebaisse) /;

const QUOTES = /[«“][^»”]{3,200}[»”]|"[^"]{3,200}"/u;
/** Abbreviations of the trade are shorter, or listed. */
const STRESSES = /(?<![\p{L}])(?!CPAM|CARSAT|URSSAF|AMELI|FRANCE|ASAP|IBAN)\p{Lu}{4,}(?![\p{L}])/u;

/**
 * Reads one turn. Pure.
 * @param first nothing was said in this conversation before
 * @param wishes false where the wish for a person that is heard in it is known to be none
 */
export function readSignals(source: string, first: boolean, wishes = true): Signals {
  const chat = readChat(source);
  const { text } = chat;
  const person = wishes ? asksForPerson(chat, first) : { asked: false, weighs: true, spent: true, rest: text };
  const declined = eat(person.rest, NO_THANKS);
  const taken_back = declined.found > 0 && DENIED_AFTER.test(declined.text.slice(declined.last));
  const thanks = taken_back ? { ...declined, text: person.rest, found: 0, first: -1, last: -1 } : declined;
  const polite = eat(thanks.text, POLITE);
  const other = eat(polite.text, OTHER_TOPIC);
  const insist = eat(other.text, INSIST);
  const hello = eat(insist.text, SMALL);
  const no = eat(hello.text, NO, NO_OPENING);
  const good = eat(no.text, YES, YES_WHOLE);
  // « je n'y vois pas plus clair »: the good word stands under a negation.
  const turned =
    good.found > 0 &&
    (isDenied(no.text, good.first) ||
      DENIED_AFTER.test(good.text.slice(good.last)) ||
      IRONY.test(text) ||
      HANDED_AGAIN.test(text) ||
      UNSERVED.test(text) ||
      ROLLS_EYES.test(source));
  const yes = turned ? { ...good, found: 0, first: -1, last: -1 } : good;
  const opens = eat(yes.text, YES_OPENING);
  const weak = UNSERVED.test(text) ? { ...opens, found: 0, first: -1, last: -1 } : opens;
  const small = eat(weak.text, INSULT);
  const bare = eat(small.text, NO_WHOLE);
  const chat_small = eat(bare.text, SMALL_WHOLE);
  const announce = eat(chat_small.text, ANNOUNCE);
  const maybe = eat(announce.text, MAYBE_OTHER);
  const again = eat(maybe.text, AGAIN);
  const marks_only = chat.words.length === 0 && chat.asks;

  const no_last = Math.max(no.last, bare.last, marks_only ? 0 : -1);
  const strong_last = yes.last;
  const content = contentOf(again.text, chat_small.text, chat.asks || insist.found > 0);
  const starts = content.words.size === 0 ? text.length : firstWord(again.text);
  // « … merci » behind a request is politeness.
  const weak_counts = weak.found > 0 && weak.first <= starts;
  const yes_found = yes.found > 0 ? 'strong' : weak_counts ? 'weak' : null;
  const says_no = (no_last >= 0 || turned) && thanks.found === 0;
  const verdict =
    thanks.found > 0
      ? strong_no_after(no_last, thanks.last)
        ? 'no'
        : 'yes'
      : says_no
        ? strong_last > no_last && content.things.size === 0 && !PRAISE.test(no.text.slice(strong_last))
          ? 'yes'
          : 'no'
        : yes_found === null
          ? null
          : 'yes';
  return {
    text,
    person: person.asked,
    no: says_no,
    bare_no: says_no && chat.words.length > 0 && chat.words.every((word) => word === 'non' || word === 'merci'),
    no_thanks: thanks.found > 0,
    yes: yes_found,
    verdict,
    yes_first:
      (yes_found !== null && Math.min(...[yes.first, weak.first].filter((at) => at >= 0)) <= starts) ||
      thanks.found > 0,
    says_oui: /^ (?:ah |bah |ben )?oui /.test(text),
    but: / mais /.test(text),
    ends_in_but:
      /^ (?:(?:ah|bon|bah|ben|euh) )*(?:oui|ok|d accord|merci|bien|je vois|je comprends|c est (?:bien |tres |vraiment |fort )?(?:gentil|aimable|sympa|beau|joli|note|bien)|je veux bien|tres bien) (?:\S+ ){0,3}mais (?!non )/.test(
        text,
      ) && !GOOD_AFTER_BUT.test(text),
    other_topic: other.found > 0,
    maybe_other: maybe.found > 0,
    also: ALSO_IN.test(text),
    // « il me faut octobre en entier, du 1er au 31 »: what came was a part of it.
    again: again.found > 0 || (insist.found > 0 && /oui ou /.test(text)) || (WANTS.test(text) && COMPLETES.test(text)),
    still: eat(text, STILL).found > 0,
    announces: announce.found > 0,
    small: hello.found > 0 || small.found > 0 || chat_small.found > 0 || polite.found > 0,
    insults: small.found > 0,
    content,
    goes_on: GOES_ON.test(text),
    because: /^ (?:\S+ ){0,2}(?:parce que|car|vu que|comme|puisque) /.test(text),
    wants: WANTS.test(text),
    negates: NEGATES.test(again.text),
    relieved: RELIEVED.test(text),
    about_answer: ABOUT_ANSWER.test(text),
    about_robot: ABOUT_ROBOT.test(again.text),
    gives_up: GIVES_UP.test(text),
    instead: insteadOf(text),
    objects: OBJECTS.test(text),
    points_back: POINTS_BACK.test(text),
    did_already: DID_ALREADY.test(text),
    states: STATES.test(text),
    sour: SOUR.test(text),
    excuses: EXCUSES.test(text),
    rejects: REJECTS.test(text),
    wonders: person.weighs || PUZZLED.test(text) || OWN_NUMBER.test(text),
    spent: person.spent,
    quotes: QUOTES.test(source),
    stresses: STRESSES.test(source) && /\p{Ll}{2}/u.test(source),
    word_count: chat.words.length,
  };
}

function insteadOf(text: string): Content | null {
  const given_up = GIVES_UP.exec(text);
  if (given_up === null) return null;
  const behind = text.slice(given_up.index + given_up[0].length - 1);
  const stop = / [.,] /.exec(behind);
  const rest = stop === null ? behind : behind.slice(stop.index + stop[0].length - 1);
  return contentOf(rest, rest, rest.includes('?'));
}

/** « quelle aide formidable », « merci pour le copier-coller »: praise that is none. */
const IRONY =
  /^ (?:(?:ah|bah|ben|oh|oui|ok|bon|non|merci|bravo|super|genial|et|[,.]) )*(?:quelle? (?:belle )?(?:aide|reponse|efficacite|precision|progres|service|avancee|clarte|merveille)|merci (?:bien )?(?:pour|de) (?:rien|le (?:copier|copie|blabla|roman|cours|pave|baratin)|la (?:lecon|poesie|pub)|les? banalites?)|me voila bien avancee?|ca me fait une belle jambe|je suis bien avancee?|on est bien avances?|(?:tout (?:ca|cela) )?c est (?:bien |fort |tres )?(?:joli|beau|mignon) (?:tout (?:ca|cela) )?mais)/;
/** « génial. encore un lien. bravo. » */
const HANDED_AGAIN =
  / (?:encore|toujours) (?:et encore )?(?:une?|le|la|les|des|du|vos|votre|ce|cette|l) (?:autre )?(?:memes? )?(?:liens?|pages?|reponses?|textes?|articles?|formulaires?|fiches?|tutos?|rubriques?|menus?|numeros?|foires?|faq|pdf) /;
/** « ok donc vous ne savez pas, génial », « merci, on n'a toujours pas parlé du 12 », « génial. le même paragraphe. » */
const UNSERVED =
  / (?:(?:vous|tu) (?:ne |n )?(?:m |me |nous |le )?(?:savez|sais|avez|as|dites|dis|repondez|reponds|lisez|lis) (?:toujours |donc |meme |encore )*(?:pas|rien)(?! besoin| oublie| a (?:vous|t) | de quoi )|(?:on|vous|tu) (?:ne |n )?[a-z]+ toujours (?:pas|rien)(?! recu)|(?:encore |toujours )?(?:le|la|les) memes? (?:paragraphes?|textes?|reponses?|pages?|liens?|messages?|phrases?|baratin|blabla|tableau|explications?|refrain|chanson|fiche))(?= )/;
/** A face that says the contrary of the words before or behind it. */
const ROLLS_EYES = /🙄|🤡|🖕|💩|🤦|😒/u;

const DENIED = / (?:rien|pas|guere|jamais|aucun|aucune|ni|sans|plus) $/;
/** « ça va toujours pas » */
const DENIED_AFTER =
  /^\|+ (?:toujours |encore |vraiment |quand meme |du tout )?(?:pas|plus) |^\|+ , pas (?:le|la|les|l|un|une|des|celle?|celui|ceux|mon|ma|mes|pour) /;
const ADJECTIVE =
  /^(?:(?:tres|plus|bien|assez) )*(?:clair|precis|complet|utile|mieux|satisf|suffis|bon |bien |juste|exact|correct)/;

/** A good word right behind « pas », or behind a « je n'y vois pas » that was read already. */
function isDenied(text: string, at: number): boolean {
  const before = text.slice(0, at);
  return DENIED.test(before) || (before.endsWith('| ') && ADJECTIVE.test(text.slice(at)));
}

/** « encore ton site, bravo »: behind a complaint, praise is irony. */
const PRAISE = /^(?:bravo|pouceleve|felicitations|chapeau) /;

const ALSO_IN = new RegExp(ALSO.source);

function strong_no_after(no_last: number, thanks_last: number): boolean {
  return no_last > thanks_last;
}

function firstWord(text: string): number {
  const match = /[a-z0-9]/.exec(text);
  return match === null ? text.length : match.index;
}
