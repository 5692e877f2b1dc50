import { foldText } from '../text/fold.ts';
import { unglue } from './elision.ts';
import { intoFrench } from './tongues.ts';

/**
 * What people type in a chat, brought to one spelling: « c pa sa », « C'est pas ça ! » and « cé pas ça » become
 * `c est pas ca`. Only spelling changes here; nothing is understood yet.
 */

/** Longer turns are read up to here; nobody writes a novel to a robot, but somebody may paste one. */
export const CHAT_CHARS_MAX = 4_000;

/** One typed word to what it stands for; several words are written out. */
const WRITTEN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'j ai': 'g jai',
    'je suis': 'jsuis chui chuis',
    veut: 'veu',
    'je veux': 'jveux jveu jvx jve',
    'je voudrais': 'jvoudrais jvoudrai jvoudré',
    'je peux': 'jpeux jpeu',

    'je sais': 'jsais jsai',
    'je vais': 'jvais jvai',
    'je comprends': 'jcomprends jcomprend jcompren',
    'je comprends pas': 'jcomprendpas',
    'je demande': 'jdemande',
    'je fais': 'jfais jfai',
    'je cherche': 'jcherche',
    'je parle': 'jparle',
    'je parlais': 'jparlais',
    'je te': 'jte',
    'je vous': 'jvous',
    'j en': 'jen',
    'je l ai': 'jlai',
    'd accord': 'daccord dacc dac dacord dak dakor dakord',
    'j attends': 'jattends jattend',
    'j arrive': 'jarrive',
    'j ai pas': 'japa',
    'c est': 'cest',
    'c etait': 'cetait ct',
    'y a': 'ya yas',
    'quelqu un': 'qqn qq1 qqun quelquun quelqun kelkun kelqun qlqn qlqun quelq1 qlq1 kk1 qqln',
    'quelqu une': 'quelquune',
    'qu est ce': 'kess keske',
    'est ce que': 'esque eske esk',
    'je sais pas': 'jsp jspa chepa chais',
    appeler: 'apeler appeller apeller',
    appelez: 'apelez appellez apellez',
    rappeler: 'rapeler rappeller',
    rappelez: 'rapelez rappellez rapellez',
    veux: 've',
    humain: 'umain umin humin umains',
    vrai: 'vré vrè vrais',
    vraie: 'vraies',
    ah: 'ahh aah ahhh',
    oh: 'ohh ooh',
    combien: 'cb cbien kombien',
    alors: 'alor',
    bebe: 'bb',
    's il vous plait': 'svp siouplait sivouplait silvousplait silvouplait svplait',
    's il te plait': 'stp steplait',
    'rendez vous': 'rdv rv',
    'parce que': 'pck pcq psk parceque parske',
    'n importe': 'nimporte nimp',
    'l ai': 'lai',
    'qu on': 'quon kon',
    'qu il': 'quil kil',
    'd un': 'dun',
    'd une': 'dune',
    'd aide': 'daide',
    'm aide': 'maide',
    'm aider': 'maider',
    'ne sert': 'nsert',
    'n est': 'nest',
    'n ai': 'nai',
    'l attestation': 'lattestation',
    'l adresse': 'ladresse',
    'l arret': 'larret',
    pas: 'pa pô',
    plus: 'plu',
    ca: 'çaa',
    non: 'nn nan nann nop nope nah naan no nonn nonnn noon nein nenni',
    oui: 'ui wi ouais ouai oué oue ouep ouaip yep yes yess yup voui oe ouii',
    ok: 'okay oki okey oké k okok oki',
    mouais: 'mwe mwai mwais mouai moue',
    merci: 'mrc mrci mci merki thx thanks mercii merciii mercie mersi merssi ty tysm thank cimer',
    bonjour: 'bjr bonjou bojour bonjoure bonjours',
    bonsoir: 'bsr',
    salut: 'slt slut',
    coucou: 'cc kikou',
    comment: 'cmt coment comen commen cmment comt kment commant',
    quand: 'kan kand qd qand kant',
    quoi: 'koi kwa quoii',
    pourquoi: 'pk pq pkoi pourkoi prquoi pourquoii pourqoi pkw',
    pour: 'pr pou',
    que: 'ke k',
    qui: 'ki',
    quel: 'kel',
    quelle: 'kelle',
    toujours: 'tjs tjrs tjr toujour tjour toujous',
    jamais: 'jms jamai',
    tout: 'tt',
    beaucoup: 'bcp bcoup',
    mais: 'ms',
    compris: 'compri copris',
    meme: 'mm mem',
    'il faut': 'fo',
    dans: 'ds',
    avec: 'avc ac',
    vous: 'vs vou',
    nous: 'ns',
    maintenant: 'mtn mnt mtnt',
    'quelque chose': 'qqc qqch',
    probleme: 'pb pbl prob problm probl',
    question: 'kestion qestion questio qestions',
    reponse: 'rep reponce',
    repondez: 'repondé',
    message: 'msg',
    telephone: 'tel tél teleph',
    numero: 'num no° n°',
    attestation: 'attest attestion atestation',
    remboursement: 'remb rembours rembourcement rembousement remboursemen rbt rmbrsmt',
    'securite sociale': 'secu',
    desole: 'dsl',
    'aujourd hui': 'ajd aujourdhui auj',
    semaine: 'sem',
    jours: 'jrs',
    ordonnance: 'ordo',
    truc: 'trk trucs',
  }).flatMap(([whole, typed]) => typed.split(' ').map((word) => [foldText(word), whole] as const)),
);
/** « k » alone is « ok » as a whole turn and « que » inside one. */
const INSIDE: ReadonlyMap<string, string> = new Map([
  ['k', 'que'],
  ['no', 'numero'],
]);

/** Words the recogniser cannot do without, mended when one letter is wrong (two in the long ones). */
const MENDED = [
  ...['conseiller', 'conseillere', 'personne', 'question', 'reponse', 'humain', 'humaine', 'comprends', 'toujours'],
  ...['parler', 'telephone', 'interlocuteur', 'operateur', 'teleconseiller', 'responsable', 'parfait', 'nickel'],
  ...['quelqu', 'marche', 'fonctionne', 'repond', 'rapport', 'remboursement', 'attestation', 'reformule', 'robot'],
];
/** Real words that stand a letter away from one of those. */
const REAL = new Set(
  (
    'repose reposer reponds repondu repondez repondre marcher marchee marches parlez parles parle parlais parlant parlee ' +
    'parlent comprend compris humains humaines personnes personnel personnelle questions reponses conseil conseils ' +
    'conseillers conseilles conseille conseilleres gestion rapports reports apport fonctionnent fonctionner parfaite ' +
    'parfaites marque manche marchent responsables telephoner telephones remboursements attestations parfois porter ' +
    'parier perler robots rebond dimanche emarche demarche'
  ).split(' '),
);

const ELONGATED = /([a-z])\1{2,}/g;
const HAND = /[👋🖐✋]/gu;
const UP = /[👍👌✅🙂😊😀🙏💯❤🥰😁🎉🤝🤗😍💪🫶😃😄😌]/gu;
const CLAPS = /👏/gu;
const DOWN = /[👎😡😠🤬😤🙄😒😑❌😞😩😭🤦😐😕😖😣😫😔🥱🙃🤯🤮😾👿🖕💩😧😟🫤🫠🤡☹🙁🤨]/gu;
const PIECE = /[\p{L}\p{N}°]+|\?+|[.!…;\n]+|[,:()"«»/]|-(?= )/gu;

export interface Chat {
  /** Padded with spaces; ` , ` for a pause, ` . ` for an end, ` ? ` for a question. */
  readonly text: string;
  /** The words alone. */
  readonly words: readonly string[];
  /** It ends with, or holds, a question mark. */
  readonly asks: boolean;
  /** A person, to speak or to want was said in another tongue. */
  readonly reaches: boolean;
}

/** Reads a turn; never throws, linear in its length. */
export function readChat(source: string): Chat {
  const shown = source
    .slice(0, CHAT_CHARS_MAX)
    .replace(HAND, ' mainlevee ')
    .replace(CLAPS, ' bravo ')
    .replace(UP, ' pouceleve ')
    .replace(DOWN, ' poucebaisse ')
    .replace(/[\r\n]+/g, ' , ');
  const pieces = [...foldText(shown).matchAll(PIECE)].map((match) => match[0]);
  const alone = pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length === 1;
  const { heard, reaches } = intoFrench(pieces);
  const out: string[] = [];
  heard.forEach(({ word, french }, i) => {
    if (french) out.push(word);
    else if (word.startsWith('?')) out.push('?');
    else if (/^[.!…;]/.test(word)) out.push('.');
    else if (/^[,:()"«»/-]/.test(word)) out.push(',');
    else out.push(...spell(word, heard[i - 1]?.word, heard[i + 1]?.word, alone).split(' '));
  });
  return {
    text: ` ${out.join(' ')} `,
    words: out.filter((piece) => !/^[?.,]$/.test(piece)),
    asks: out.includes('?'),
    reaches,
  };
}

function spell(word: string, before: string | undefined, after: string | undefined, alone: boolean): string {
  const short = word.replace(ELONGATED, '$1');
  // « c » stands for « c'est » unless the verb follows; « sa », « ses » where « ça », « c'est » is meant.
  if (short === 'c' || short === 'ce') {
    const whole = /^(?:est|etait|etai|es|ete)$/.test(after ?? '');
    return whole ? 'c' : short === 'c' || IS_WHAT.test(after ?? '') ? 'c est' : 'ce';
  }
  if (short === 'es' && before === 'c') return 'est';
  if (short === 'acc' && before === 'd') return 'accord';
  if (short === 'sa' && (/^(?:pas|pa|est|avec|tout|comme|c)$/.test(before ?? '') || CA_DOES.test(after ?? '')))
    return 'ca';
  if (/^(?:ses|ces|se|s)$/.test(short) && IS_WHAT.test(after ?? '')) return 'c est';
  if (
    /^(?:t|tes)$/.test(short) &&
    /^(?:nul|nulle|un|une|con|conne|bete|sourd|pas|ou|la|humain|chiant|relou)$/.test(after ?? '')
  )
    return 't es';
  if (short === 'r' && (after === undefined || /^[.!?,]/.test(after))) return 'rien';
  if (short === '1' && ONE_OF.test(after ?? '')) return 'un';
  const euros = /^(\d+)e(?:ur|uro|uros)?$/.exec(short);
  if (euros !== null && !(Number(euros[1]) < 10 && ORDERED.test(after ?? ''))) return `${euros[1]} euros`;
  const inside = alone || before === undefined ? undefined : INSIDE.get(short);
  if (inside !== undefined) return inside;
  const known = WRITTEN.get(short) ?? WRITTEN.get(word);
  if (known !== undefined) return known;
  const parts = unglue(short)?.split(' ');
  // What stands behind the glue has a spelling of its own: « jlai », « jcompren ».
  if (parts !== undefined)
    return [parts[0], ...parts.slice(1).map((part) => spell(part, parts[0], after, false))].join(' ');
  return mend(short);
}
const IS_WHAT = /^(?:pas|pa|bon|quoi|koi|nul|clair|tout|parfait|ca|sa)$/;
/** « 1 vrai gens », « à 1 conseiller ». */
const ONE_OF = /^(?:vr|pers|cons|agent|hum|etre|colleg|mec|gars|resp|autre)/;
/** « 3e mail » is a rank, « 8e de moins » money. */
const ORDERED =
  /^(?:fois|mails?|messages?|relance|question|demande|semaine|mois|enfant|trimestre|jour|courrier|appel|etage|annee|categorie|arrondissement|grossesse)$/;
const CA_DOES =
  /^(?:marche|fonctionne|va|repond|veut|aide|maide|fait|change|m|me|ne|n|sert|dit|suffit|prend|bloque|bug|correspond|se|y|c|suffi|march|roule)$/;

function mend(word: string): string {
  if (word.length < 6 || REAL.has(word)) return word;
  const reach = word.length >= 9 ? 2 : 1;
  let best = word;
  let least = reach + 1;
  for (const right of MENDED) {
    if (right === word) return word;
    if (right[0] !== word[0] || Math.abs(right.length - word.length) > reach) continue;
    // Two slips are forgiven in long words only, or « personne » would swallow its neighbours.
    const allowed = right.length >= 9 ? reach : 1;
    const far = distance(word, right, allowed + 1);
    if (far <= allowed && far < least) [best, least] = [right, far];
  }
  return best;
}

/** Edit distance with adjacent swaps, given up at `limit`. */
function distance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) >= limit) return limit;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
