import { onlyAnnounces } from './announces.ts';
import { ASIDE, families, isCommon, overlap, sharesSubject, type Aspect } from './content.ts';
import type { Act } from './machine.ts';
import type { Nearness } from './matter.ts';
import { answerToOffer } from './offer-words.ts';
import { believesWish, settle } from './settle.ts';
import { readSignals, type Signals } from './signals.ts';
import type { BotRequest } from './state.ts';
import { topicOf, type Topic } from './topic.ts';
import type { TurnModel } from './turn-model.ts';

/**
 * What a turn is, by its words and by what came before. The hard question is what a second turn on the same subject
 * means: the same need again (the answer failed), one more question (it did not), or another subject.
 */
export interface Before {
  /** Nothing was said in this conversation. */
  readonly first: boolean;
  readonly request: BotRequest | null;
  /** The bot has just offered a person: « oui » answers that. */
  readonly offered: boolean;
  /** Failed requests of this topic that count; none unless given. */
  readonly failed?: number;
  /** What this topic's turns said, in order. */
  readonly said: readonly string[];
  /** Compared only where it matters: it costs two readings of the model. */
  readonly near: () => Nearness;
  /** Reads what the phrase lists only guess at; the shipped one unless another is given, null for the lists alone. */
  readonly turns?: TurnModel | null;
}

/** More than « ok » or « bon ». */
const GLAD =
  / (?:merci|parfait|super|top|nickel|genial|impec\w*|compris|clair|claire|trouve\w*|regle|resolu|note|vu|c est (?:bon|bien|fait)|pouceleve|excellent|mieux) /;

export function recognise(text: string, before: Before): Act {
  const topic = topicOf(before.said);
  const heard = readSignals(text, before.first);
  if (heard.person && believesWish({ ...before, signals: heard, topic })) return { kind: 'ask-human' };
  const signals = heard.person ? readSignals(text, before.first, false) : heard;
  const { request } = before;
  const answer = before.offered ? answerToOffer(signals.text) : null;
  if (answer !== null) return { kind: 'feedback-yes', ...(answer === 'declines' ? { no_thanks: true } : {}) };
  if (before.offered && signals.verdict === 'yes' && signals.yes_first && !signals.but) {
    return { kind: 'feedback-yes', no_thanks: signals.no_thanks };
  }
  const ruled = request === null ? opening(signals) : following(signals, request, before, topic);
  const leaves = (): boolean => request !== null && elsewhere(signals, request, topic, before);
  const act = settle(ruled, { ...before, signals, topic, leaves });
  if ((before.failed ?? 0) > 0) {
    const glad = GLAD.test(signals.text);
    // « bon. et il faut combien de temps ? », where a request has failed before: « bon » makes nothing good.
    if (act.kind === 'question' && act.yes === true && !glad) return { ...act, yes: false };
    // … nor does « ok, j'attends » …
    if (act.kind === 'feedback-yes' && signals.yes === 'weak' && !glad && !before.offered) return { kind: 'smalltalk' };
    // … and what is told without asking (« pensionnée du régime général, oui ») is of the matter at hand.
    if (act.kind === 'new-topic' && act.yes !== true && !turnsAway(signals)) return { ...act, kind: 'question' };
  }
  return act.kind === 'smalltalk' && signals.insults ? { ...act, insults: true } : act;
}

function turnsAway(signals: Signals): boolean {
  const { other_topic, maybe_other, also, gives_up, wants, content } = signals;
  return other_topic || maybe_other || also || gives_up || wants || content.asks;
}

/** Before any request was made, there is nothing to approve or to refuse. */
function opening(signals: Signals): Act {
  const { content } = signals;
  const says_something =
    content.words.size > 0 || (content.aspects.size > 0 && (!signals.small || signals.word_count > REMARK_WORDS_MAX));
  // « votre site ne marche pas » as first words is the request itself.
  const complaint = signals.no && !signals.bare_no && signals.word_count >= 3;
  if (says_something || complaint) return { kind: 'question', announces: onlyAnnounces(signals) };
  if (signals.verdict === 'no') return { kind: 'feedback-no' };
  return { kind: 'smalltalk' };
}

/** As many words of substance behind « non » are another try. */
const RETRY_WORDS_MIN = 2;
/** « tant pis. par contre la borne ne met pas ma carte à jour »: so many words of substance put another need. */
const TOLD_INSTEAD_WORDS_MIN = 3;
/** A remark is short: what is longer has something to say. */
const REMARK_WORDS_MAX = 4;
/** « votre lien renvoie vers la page d'accueil du site »: longer than that, something is told. */
const ANSWER_REMARK_WORDS_MAX = 10;
/** « le formulaire je l'ai rempli »: of what the answer spoke. */
const DONE_WITH = / (?:je|j|on|nous) (?:l|les) (?:ai|a|avons) /;
/** From here on « j'ai déjà fait ça » tells what happened then: the need again. */
const TOLD_WORDS_MIN = 12;
/** « super merci ! », then « euh en fait non, votre lien c'est pour MON compte »: thanked too early. */
export const TAKES_BACK =
  /^ (?:(?:euh|ah|oh|hm|attendez|attends|pardon|desolee?|mais|oups|zut|bon|[,.]) )*(?:en fait|finalement|enfin|au final|tout compte fait) (?:, )?non (?!c est (?:bon|ok|tout)|merci|plus besoin)/;
/** … and whatever the words share, from here on. */
const APART_SURE_MIN = 0.95;
const DROPS =
  /^ (?:(?:bon|bah|ben|ok|ah|euh|bref|[,.]) )*(?:laisse[rzs]?|passons|tant pis|oubliez|oublie|peu importe|bref) (?!.* non )/;
/** The motifs of two turns are surely not the same from here on … */
const APART_MIN = 0.6;
/** … and from here on where the answer had just been refused: then people rather say the same again. */
const APART_AFTER_NO_MIN = 0.85;

function following(signals: Signals, request: BotRequest, before: Before, topic: Topic): Act {
  const { content, verdict } = signals;
  const bare_question = content.aspects.size > 0 || (content.asks && signals.word_count >= 3 && !signals.small);
  const asks_something = content.words.size > 0 || (bare_question && verdict === null) || signals.again;
  if (request.verdict === 'satisfied' && TAKES_BACK.test(signals.text))
    return content.words.size > 0 ? { kind: 'reformulation', no: true } : { kind: 'feedback-no' };
  const { instead } = signals;
  const drops =
    instead !== null &&
    (instead.things.size > 0 || signals.wants) &&
    !topic.texts.has(signals.text) &&
    // « bref : pourquoi pas payé ? » comes back to the matter as often as it leaves it.
    (!/^ (?:bon |bah )?bref /.test(signals.text) || before.near().apart >= APART_MIN) &&
    (instead.asks || signals.wants || instead.words.size >= TOLD_INSTEAD_WORDS_MIN) &&
    (!sharesSubject(instead.words, topic.words) || before.near().apart >= APART_SURE_MIN);
  if (drops || (signals.other_topic && verdict !== 'no')) {
    return { kind: 'new-topic', announces: !asks_something || onlyAnnounces(signals), yes: verdict === 'yes' };
  }
  if (!asks_something) return reaction(signals, request);
  const shared = overlap(content.words, topic.words);
  const asking =
    content.asks || signals.wants || signals.again || signals.announces || signals.maybe_other || signals.also;
  const names = [...content.things].some((thing) => !topic.words.has(thing));
  const about = signals.about_answer || signals.about_robot;
  // After « non » people say it otherwise, and it still sounds like a complaint: that is the next attempt.
  const retries =
    !about && request.verdict === 'failed' && (content.words.size >= RETRY_WORDS_MIN || content.things.size > 0);
  if (signals.did_already && !asking && verdict !== 'yes')
    return signals.word_count >= TOLD_WORDS_MIN ? { kind: 'reformulation', no: true } : { kind: 'feedback-no' };
  if (verdict === 'no') {
    if (signals.rejects && !signals.wants && !signals.again) return { kind: 'feedback-no' };
    if (signals.about_answer && !asking && signals.word_count <= ANSWER_REMARK_WORDS_MAX)
      return { kind: 'feedback-no' };
    if (!asking && !names && content.things.size < 2 && content.words.size <= REMARK_WORDS_MAX) {
      return retries || tellsMore(signals, topic, about)
        ? { kind: 'reformulation', no: true }
        : { kind: 'feedback-no' };
    }
    const leaves =
      signals.other_topic ||
      signals.maybe_other ||
      ((content.asks || signals.wants) && !signals.again && elsewhere(signals, request, topic, before));
    // « laissez tomber. Autre chose : … » refuses nothing more: the subject is closed.
    if (!leaves) return { kind: 'reformulation', no: true };
    // « ok ça je vois. Et aussi mon RIB est faux »: the « no » is of the new matter.
    const settled = signals.yes_first && signals.also;
    return { kind: 'new-topic', no: !settled && !DROPS.test(signals.text), yes: settled };
  }
  if (verdict === null && !asking && content.things.size === 0) {
    // A remark that names nothing of the matter is about the answer; what colour it has, its words say.
    if (signals.negates || signals.sour || signals.still || about) {
      if (retries) return { kind: 'reformulation' };
      return tellsMore(signals, topic, about) ? { kind: 'reformulation', no: true } : { kind: 'feedback-no' };
    }
    if (signals.relieved && !signals.goes_on) return reaction({ ...signals, verdict: 'yes', yes: 'strong' }, request);
    // Asked to say it in other words, people say something; behind an answer, a few empty words are talk.
    const tries_again = request.verdict === 'failed' && content.words.size >= 2;
    if (!tries_again && signals.word_count <= REMARK_WORDS_MAX && !signals.goes_on) return { kind: 'smalltalk' };
  }
  if (verdict === null && !asking && signals.about_answer && signals.word_count <= ANSWER_REMARK_WORDS_MAX) {
    return { kind: 'feedback-no' };
  }
  if (signals.about_robot && !content.asks && !signals.wants && content.things.size === 0 && verdict === null)
    return { kind: 'feedback-no' };
  if (verdict === 'yes' && !signals.yes_first && !asking && !signals.negates) return reaction(signals, request);
  if (verdict === 'yes' && signals.yes_first) {
    if (signals.yes === 'strong' && !signals.ends_in_but && !asking && content.things.size === 0)
      return reaction(signals, request);
    if (signals.but) {
      if ((signals.maybe_other || signals.also) && before.near().apart >= APART_MIN)
        return { kind: 'new-topic', yes: true };
      // « merci, mais justement il ne peut pas le faire en ligne »: « justement » asks nothing by itself.
      const excuses = signals.excuses && !content.asks && !signals.wants;
      if (signals.ends_in_but && (content.things.size === 0 || signals.about_answer) && (!asking || excuses))
        return { kind: 'feedback-no' };
      const more =
        content.asks &&
        families(content.aspects).size > 0 &&
        !signals.negates &&
        !signals.again &&
        !signals.wants &&
        !asksSame(content.aspects, topic);
      return more ? { kind: 'question', yes: true } : { kind: 'reformulation', no: true };
    }
    const comment =
      !content.asks &&
      !signals.wants &&
      !(signals.negates && signals.says_oui) &&
      !signals.goes_on &&
      !signals.maybe_other &&
      !signals.announces;
    if (comment) return { kind: 'feedback-yes' };
    const leaves = signals.maybe_other || signals.also ? shared < 0.5 : elsewhere(signals, request, topic, before);
    // « ok et l'école ??? », asked before and failed once: thanks for nothing
    const same =
      content.asks && (before.failed ?? 0) > 0 && !leaves && [...content.words].every((word) => topic.words.has(word));
    if (same && content.words.size > 0) return { kind: 'reformulation', no: true };
    return leaves ? { kind: 'new-topic', yes: true } : { kind: 'question', yes: true };
  }
  return relate(signals, request, before, topic, shared);
}

/** A turn without a need of its own: an answer to the answer, or talk. */
function reaction(signals: Signals, request: BotRequest): Act {
  if (signals.verdict === 'no') {
    // After « merci », a lone « non » answers « autre chose ? ».
    return signals.bare_no && request.verdict === 'satisfied' ? { kind: 'smalltalk' } : { kind: 'feedback-no' };
  }
  if (signals.verdict === 'yes') {
    // « oui mais ça fait deux mois »: whatever comes behind, it was not enough.
    if (signals.ends_in_but) return { kind: 'feedback-no' };
    // « ok » to « dites-le avec d'autres mots » approves nothing.
    if (signals.yes === 'weak' && !signals.no_thanks && request.verdict === 'failed') return { kind: 'smalltalk' };
    return { kind: 'feedback-yes', no_thanks: signals.no_thanks };
  }
  if (signals.relieved && !signals.negates && !signals.sour && signals.content.words.size > 0)
    return { kind: 'feedback-yes' };
  // « je n'ai pas cette rubrique », « erreur encore »
  return signals.negates || signals.about_answer || (signals.sour && !signals.small)
    ? { kind: 'feedback-no' }
    : { kind: 'smalltalk' };
}

/** « elle est refusée à chaque fois, la photo »: a complaint that speaks of the matter is an attempt of its own. */
function tellsMore(signals: Signals, topic: Topic, about: boolean): boolean {
  return (
    !about && signals.states && signals.word_count > REMARK_WORDS_MAX && overlap(signals.content.words, topic.words) > 0
  );
}

/** A turn that says something, with neither yes nor no. */
function relate(signals: Signals, request: BotRequest, before: Before, topic: Topic, shared: number): Act {
  const { content } = signals;
  if (topic.texts.has(signals.text)) return { kind: 'reformulation' };
  const more = (signals.maybe_other || signals.also) && !signals.again;
  if (more && shared < 0.5 && (before.near().apart >= APART_MIN || (shared === 0 && !content.asks)))
    return { kind: 'new-topic' };
  const corrects = (signals.again || signals.objects) && request.verdict !== 'satisfied';
  // « question congé mat », then the whole story: whatever it says is the request that was announced.
  if (!corrects && !request.announced && elsewhere(signals, request, topic, before)) return { kind: 'new-topic' };
  if (request.announced || request.choices.length > 0) return { kind: 'question', announces: onlyAnnounces(signals) };
  if (request.verdict === 'failed') return { kind: 'reformulation' };
  if (request.verdict === 'satisfied') {
    // « merci », then « en fait ça ne s'ouvre pas »: thanked too early.
    const denies = signals.negates && !content.asks && (signals.points_back || content.things.size === 0 || shared > 0);
    return denies ? { kind: 'reformulation', no: true } : { kind: 'question' };
  }
  if (more && !signals.still) return { kind: 'question' };
  return { kind: isAgain(signals, topic, shared) ? 'reformulation' : 'question' };
}

/** The same need again, though nobody said « non »: the answer failed (ruling 16). */
function isAgain(signals: Signals, topic: Topic, shared: number): boolean {
  const { content } = signals;
  if (signals.again || signals.still || signals.objects) return true;
  if (content.asks) {
    if (signals.goes_on && shared < 0.67) return false;
    const same = asksSame(content.aspects, topic);
    // « comment l'obtenir ? », then « combien ça coûte ? »: one more question on the same thing.
    const repeats = shared >= 0.75 && content.words.size >= 3;
    const other_aspect = !same && families(content.aspects).size > 0;
    const aside = [...families(content.aspects)].some((family) => ASIDE.has(family));
    if (other_aspect && !repeats && (topic.asked || aside) && !signals.negates) return false;
    if (shared === 0) return same && content.words.size > 0;
    const things = [...content.things];
    const same_things = things.filter((thing) => topic.words.has(thing)).length;
    return shared >= 0.5 || same || (same_things >= 2 && !signals.goes_on);
  }
  if (signals.goes_on && !signals.negates) return false;
  return signals.wants || signals.negates || shared >= 0.5;
}

/** Another subject without a word that says so: no word in common, and the motifs are surely not the same. */
function elsewhere(signals: Signals, request: BotRequest, topic: Topic, before: Before): boolean {
  const { content } = signals;
  const fresh = [...content.things].filter((thing) => !topic.words.has(thing));
  if (fresh.length === 0 || signals.because || signals.points_back || DONE_WITH.test(signals.text)) return false;
  if (signals.still || sharesSubject(content.words, topic.words)) return false;
  // « et mon adresse, elle est à jour ? » names something of one's own; « et la carte ? » may go on.
  if (content.words.size < 2 && signals.goes_on && !OWN_THING.test(signals.text)) return false;
  const shared = overlap(content.words, topic.words);
  if (shared >= 0.5) return false;
  // Things that stand in every second message say little by themselves.
  const telling = fresh.some((thing) => !isCommon(thing));
  const refused = request.verdict === 'failed' && !signals.gives_up;
  if (!telling && (shared > 0 || refused)) return signals.content.asks && before.near().apart >= APART_SURE_MIN;
  return before.near().apart >= (refused || !telling ? APART_AFTER_NO_MIN : APART_MIN);
}

const OWN_THING = /^ (?:(?:ok|oui|bon|merci|bien|d accord|parfait|[,.]) )*et (?:pour )?(?:mon|ma|mes|notre|nos) /;

function asksSame(aspects: ReadonlySet<Aspect>, topic: Topic): boolean {
  return [...families(aspects)].some((family) => topic.families.has(family));
}
