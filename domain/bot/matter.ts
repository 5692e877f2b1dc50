import { textFacts, type Facts, type MotifModel, type RankedMotif } from '../facts.ts';
import type { CompiledRulebook } from '../match.ts';
import { decide, motifInput, type Decision } from '../route.ts';
import { foldText } from '../text/fold.ts';
import { readChat, type Chat } from './chat-words.ts';

/** What the triage brain says of a turn and of the whole topic; the same `decide()` as for mail. */
export interface Matter {
  /** Of the topic so far, this turn included. */
  readonly decision: Decision;
  /** Its motif, unless that comes from a mark which is not believed here. */
  readonly motif: string | null;
  /** Likeliest first, grief left out where nothing says so. */
  readonly ranked: readonly RankedMotif[];
  /** P0 and P1 marks a person must see at once. */
  readonly flags: readonly string[];
}

export interface Brain {
  readonly book: CompiledRulebook;
  readonly model: MotifModel;
  readonly mailbox: string;
  readonly now: Date;
}

/**
 * Over the few words of a chat turn the model knows little more than the subject: « c koi la css » is no refusal of care,
 * « c'est pour mon congé maternité » no unpaid leave. A mark without a word of its list is believed when the turn is long,
 * or long enough to tell something and the model is sure, or shorter and says that something is lacking.
 */
const LONG_WORDS_MIN = 25;
const TOLD_WORDS_MIN = 10;
const LACKING_WORDS_MIN = 5;
const SURE_FLAG_MIN = 0.9;
/** « le dentiste m'a viré car j'ai la css » states what « mon dentiste prend la css ? » asks. */
const STATED_WORDS_MIN = 8;
const STATED_MIN = 0.98;
const NOTHING_LACKS_MIN = 0.98;
const ASKING =
  / (?:comment|combien|quand|quels?|quelles?|est ce|pourquoi|quoi|puis je|faut il|question|savoir|renseignement) /;
const WANTING = / (?:il (?:me |m en )?faut|je (?:veux|voudrais|cherche|demande)|besoin|j aimerais) /;
/** « je demande juste si vous avez reçu ma feuille » tells no danger, whatever a model hears in it. */
const LIFE_WORDS_MIN = 14;
const LIKELY_LIFE_MIN = 0.7;
/** Words of the list that the model holds to be nothing are a homonym: « quand je saisis mon salaire ». */
const FLOOR_MIN = 0.02;
/** Several turns put together tell more of the subject and no more of the matter. */
const SURE_FLAG_TOGETHER_MIN = 0.95;
/** The means at hand, as one writes it in a chat; counts where the model hears something too. */
const AT_HAND =
  / (?:cachets?|medocs?|medicaments?|comprimes?|pilules?|corde|lame|arme|fusil|couteau) (?:[a-z]+ ){0,3}(?:devant moi|alignee?s?|prete?s?|a portee|a cote de moi|sous les yeux) | (?:avale|gobe) (?:[a-z]+ ){0,2}(?:cachets?|medocs?|medicaments?|comprimes?|boites?) /;
const LACKING = / (?:pas|plus|rien|jamais|aucune?|sans|ni|non|zero|ne|n|refus\w*) /;
const LIFE = 'danger-vital';
const GRIEF = 'deuil-perinatal';
const RIGHTS = 'rupture-droits';
const WAITING = 'ij-attente';
/** A leave that is not paid must say so: « mon congé mat a commencé le 2 janvier » does not, a child not on the card neither. */
const UNPAID = 'maternite-non-payee';
const OF_PAY =
  / (?:pay\w*|pai\w*|vers\w*|touch\w*|recu\w*|recois|indemn\w*|argent|virement|ij|ijs|ijss|sous|salaire|rien|zero|euros?|centimes?|sou|balles?|thunes?|fric) /;
/** « l'acte de décès de ma mère, il y a six semaines »: a death alone is not this grief. */
const OF_BIRTH =
  / (?:bebes?|enfants?|fils|filles?|fillette|garcon|nourrisson|grossesse|naissance|nee?s?|nes|naitre|accouch\w*|fausse|img|perinatal\w*|enceinte|jumea\w*|jumelles?|petite?|ange|maternite|conge|puce|terme|utero|foetus|neonat\w*) /;
/** « lot rejeté, bénéficiaire non couvert »: who bills care has lost no rights. */
const BILLS = / (?:lots?|amelipro|sesam|noemie|facturations?|refactur\w*|cabinet) /;
/** « 3 mois que j'attends ma carte » waits for no allowance, « mon indemnité de mai » does not say that it waits. */
const WAITS_FOR_PAY =
  / (?:ij|ijss|ijs|indemn\w*|arret|arrets|salaire|maladie|conge|paye|payee|verse\w*|virement|argent|accident|touche|sous) .*(?:pas|rien|aucune?|jamais|attend\w*|attente|retard|toujours|bloque\w*|zero|sans|plus) | (?:pas|rien|aucune?|jamais|attend\w*|attente|retard|toujours|bloque\w*|zero|sans|plus) .*(?:ij|ijss|ijs|indemn\w*|arret|arrets|salaire|maladie|conge|paye|payee|verse\w*|virement|argent|accident|touche|sous) /;
/** To ask the robot again is no third reminder to the caisse. */
const REPEATED = 'reiteration';
/** Said to the robot, not about care. */
const IDIOMS =
  /\b(?:laiss?e[rz]?s?\s+tomb[eé]r?|j['’ ]?abandonne|mort[e]? de (?:rire|fatigue)|tant pis|(?:me|m['’]|se) tue[rs]? [aà] la t[aâ]che|vous me tuez|tu me tues|port[eé]e?s?\s+disparue?s?|adieu\s+(?:le\s+stress|les\s+(?:soucis|vacances)|la\s+paperasse))\b/giu;
/** « j'ai peur que mon arrêt soit refusé » fears a paper, nobody. */
const WORRY =
  /(?<![\p{L}])peur\s+(?:qu[e'’]\s*(?:mon|ma|mes|le|la|les|l['’]|votre|ce|cette|[çc]a)\s*(?:arr[eê]t|dossier|demande|carte|droits?|remboursement|paiement|virement|versement|indemnit|courrier|papier|feuille|attestation|mutuelle|pension|soit|passe|prenne|marche)|de\s+(?:(?:me|m['’]|ne pas|mal|le|la|l['’])\s*)*(?:tromp|oubli|rat[eé]r|loup|pay|rembours|[eê]tre (?:en retard|rembours|pay|refus)|recevoir|remplir))/giu;
/** « une opération CPAM prévue demain sur mon compte » is a payment. */
const PAYMENT =
  /(?<![\p{L}])op[eé]rations?(?=[^.?!\n]{0,60}(?<![\p{L}])(?:compte bancaire|bancaires?|banque|relev[eé] de compte|carte bleue|virement|pr[eé]l[eè]vement|d[eé]bit|sur mon compte)(?![\p{L}]))/giu;

/** « le proprio veut trois loyers de garantie » is a flat to come, no rent owed. */
const GUARANTEE =
  /(?:\d|un|deux|trois|quatre)\s+(?:mois de\s+)?loyers?\s+(?:de|en|d['’]avance en)\s+(?:garantie|caution)/giu;

/** The facts of a text typed in the account's chat. */
export function chatFacts(text: string, brain: Brain): Facts {
  return {
    ...textFacts(
      text.replace(IDIOMS, ' ').replace(WORRY, 'doute').replace(PAYMENT, 'ligne').replace(GUARANTEE, 'un garant'),
      brain.now.toISOString(),
    ),
    channel: 'bot',
    mailbox: brain.mailbox,
    public: brain.book.mailboxes.find((profile) => profile.id === brain.mailbox)?.public ?? 'assure',
  };
}

/**
 * Decides on a turn alone, on the topic with it, and on both as people would have spelt them; marks of any of these
 * count, so that what is said in two halves is seen.
 * @param earlier what the topic's requests said, in order, this turn not included: they give the motif
 * @param around all turns since the topic began, small talk too: they may hold a mark
 */
export function readMatter(text: string, earlier: readonly string[], around: readonly string[], brain: Brain): Matter {
  const needs = [...earlier, text].join('\n');
  const all = [...around, text];
  const decision = decideOn(needs, brain);
  const flags = new Set<string>();
  const texts = new Set([needs, text, all.join('\n')]);
  // The brain folds accents and case by itself; what is left to mend is SMS spelling.
  if (isRespelt(text)) texts.add(spell(text));
  if (all.some(isRespelt)) texts.add(all.map(spell).join(' , '));
  for (const each of texts) {
    const alone = each === text;
    for (const id of urgentFlags(each, each === needs ? decision : decideOn(each, brain), alone, brain)) {
      if (id !== REPEATED || around.length === 0) flags.add(id);
    }
  }
  return {
    decision,
    motif: motifOf(decision, flags),
    ranked: withoutGrief(decision.ranked, flags),
    flags: [...flags].sort(),
  };
}

/** The motifs grief is taken for on a few words (domain §3.2: 22 beats 04, 17 and 21 on any cue, and there is none). */
const BESIDE_GRIEF: ReadonlySet<string> = new Set(['maternite-paternite', 'naissance-enfant', 'deces-capital-deces']);

function motifOf(decision: Decision, flags: ReadonlySet<string>): string | null {
  if (decision.motif !== GRIEF || flags.has(GRIEF)) return decision.motif;
  const ranked = withoutGrief(decision.ranked, flags);
  return (ranked.find(({ motif }) => BESIDE_GRIEF.has(motif)) ?? ranked[0])?.motif ?? null;
}

function withoutGrief(ranked: readonly RankedMotif[], flags: ReadonlySet<string>): readonly RankedMotif[] {
  if (flags.has(GRIEF)) return ranked;
  const grief = ranked.find(({ motif }) => motif === GRIEF)?.score ?? 0;
  // A certainty leaves nothing to share out; what stays is then a guess, and must look like one.
  const rest = Math.max(1 - grief, 0.1);
  return ranked.filter(({ motif }) => motif !== GRIEF).map(({ motif, score }) => ({ motif, score: score / rest }));
}

function spell(text: string): string {
  return readChat(text).text.trim();
}

function isRespelt(text: string): boolean {
  const typed = foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return readChat(text).words.join(' ') !== typed.join(' ');
}

function decideOn(text: string, brain: Brain): Decision {
  return decide(chatFacts(text, brain), brain.book, brain.model, brain.now);
}

function urgentFlags(text: string, decision: Decision, alone: boolean, brain: Brain): string[] {
  const urgent = decision.flags.filter(({ level }) => level === 'P0' || level === 'P1');
  if (urgent.length === 0) return [];
  const facts = chatFacts(text, brain);
  const model_flags = brain.model.read?.(motifInput(facts)).flags ?? new Map<string, number>();
  const context = { now: brain.now, motif: null, level: 'n1' as const, flags: [], prior_contacts: 0, model_flags };
  return urgent
    .filter(({ id }) => {
      const found = brain.book.compiled.flags.get(id)!(facts, context);
      const score = model_flags.get(id) ?? 0;
      const chat = readChat(facts.body);
      const worded = found.matched && found.evidence.length > 0;
      // Of a life, a word of the list is enough whatever the model says of it.
      if (id === LIFE) return worded || AT_HAND.test(chat.text) || score >= leastForLife(chat, alone);
      if (id === WAITING && !WAITS_FOR_PAY.test(chat.text)) return false;
      if (id === UNPAID && !OF_PAY.test(chat.text)) return false;
      if (id === GRIEF && !OF_BIRTH.test(chat.text)) return false;
      if (id === RIGHTS && BILLS.test(chat.text)) return false;
      return (worded && score >= FLOOR_MIN) || modelAlone(id, chat, score, alone);
    })
    .map(({ id }) => id);
}

/** Without a word of its list, a sign of danger must be the surer the less is told. */
function leastForLife({ words }: Chat, alone: boolean): number {
  if (!alone) return SURE_FLAG_TOGETHER_MIN;
  // « avant-hier soir » tells nothing at all.
  if (words.length < LACKING_WORDS_MIN) return Infinity;
  return words.length > LIFE_WORDS_MIN ? LIKELY_LIFE_MIN : SURE_FLAG_MIN;
}

function modelAlone(id: string, { text, words, asks }: Chat, score: number, alone: boolean): boolean {
  const lacking = LACKING.test(text);
  if (id === UNPAID && !lacking) return false;
  if (!alone) return lacking && words.length >= TOLD_WORDS_MIN && score >= SURE_FLAG_TOGETHER_MIN;
  // « quelle part remboursez-vous », « l'attestation pour un appartement, loyer 480 »: wants something, and says of nothing that it lacks.
  const wants = asks || ASKING.test(text) || WANTING.test(text);
  if (wants && !lacking && score < NOTHING_LACKS_MIN) return false;
  if (words.length >= LONG_WORDS_MIN) return true;
  if (!asks && !ASKING.test(text) && words.length >= STATED_WORDS_MIN && score >= STATED_MIN) return true;
  return score >= SURE_FLAG_MIN && words.length >= (lacking ? LACKING_WORDS_MIN : TOLD_WORDS_MIN);
}

/** Motifs that say nothing about a need: they swallow short turns (« ok », « non »). */
const EMPTY_MOTIFS: ReadonlySet<string> = new Set(['sans-suite', 'reclamation-service', 'hors-competence']);
export interface Nearness {
  /** 0–1: how much the two texts speak of the same motifs. */
  readonly same: number;
  /** 0–1: how sure it is that both have a motif of their own, and not the same one. */
  readonly apart: number;
}

/** Compares a turn with what was said before by the motifs they may belong to. */
export function nearness(text: string, earlier: readonly string[], brain: Brain): Nearness {
  const turn = needs(brain.model.rank(motifInput(chatFacts(text, brain))));
  const topic = needs(brain.model.rank(motifInput(chatFacts(earlier.join('\n'), brain))));
  let same = 0;
  for (const [motif, share] of turn) same += Math.sqrt(share * (topic.get(motif) ?? 0));
  const [best, best_share] = first(turn);
  const [known, known_share] = first(topic);
  const apart = best === known || same >= 0.5 ? 0 : Math.min(best_share, known_share);
  return { same, apart };
}

function needs(ranked: readonly RankedMotif[]): ReadonlyMap<string, number> {
  return new Map(ranked.filter(({ motif }) => !EMPTY_MOTIFS.has(motif)).map(({ motif, score }) => [motif, score]));
}

function first(shares: ReadonlyMap<string, number>): readonly [string, number] {
  let best: readonly [string, number] = ['', 0];
  for (const entry of shares) if (entry[1] > best[1]) best = entry;
  return best;
}
