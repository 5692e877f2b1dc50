import { chanceOfRise, logOddsRise } from './chance.ts';
import { clusterPoints, type Cluster, type Point } from './cluster.ts';
import { PointSpace } from './points.ts';
import type { Terms } from './terms.ts';
import { PEOPLE_MIN, Vocabulary, type Said } from './vocabulary.ts';

/** One mail as emerging topics see it: no text, only words that may be shown once enough people wrote them. */
export interface TopicMail {
  /** Reference of its conversation. */
  readonly ref: string;
  /** Who wrote, compared and never shown. */
  readonly sender: string;
  /** 0 the period in question, 1 the one before it, and so on. */
  readonly period: number;
  /** The motif was not sure. */
  readonly unsure: boolean;
  readonly terms: Terms;
}

/** A subject among unsure mails that more people write about than in the period before. */
export interface EmergingTopic {
  /** Its words, most telling first. */
  readonly terms: readonly string[];
  /** Mails, and people, of this period and of the one before. */
  readonly now: number;
  readonly before: number;
  readonly people: number;
  readonly people_before: number;
  /** References of conversations to read, the most typical first, one a person. */
  readonly examples: readonly string[];
  /** How likely such a rise is by chance. */
  readonly chance: number;
}

/** A word more people use than in the periods before, in all mails, sure ones too. */
export interface RisingTerm {
  readonly term: string;
  readonly people: number;
  /** Mean of the earlier periods. */
  readonly people_before: number;
  /** Log-odds ratio in standard deviations. */
  readonly rise: number;
}

export interface Emerging {
  readonly topics: readonly EmergingTopic[];
  readonly rising: readonly RisingTerm[];
}

const TOPIC_PEOPLE_MIN = 6;
const TERM_PEOPLE_MIN = 8;
const GROWTH_MIN = 2;
/** False alarms a list may hold on average: the more groups or words are judged, the less each may be by chance. */
const FALSE_ALARMS_MAX = 0.1;
const CHANCE_MAX = 0.003;
const RISE_MIN = 2;
const TOPICS_MAX = 10;
const RISING_MAX = 20;
const TERMS_SHOWN_MAX = 8;
const EXAMPLES_MAX = 3;
/** Unsure mails grouped in each period; about a second of work. */
const UNSURE_MAX = 4_000;

/** What is new in the first period, against those before. Pure and deterministic, whatever the order of the mails. */
export function emergingTopics(mails: readonly TopicMail[]): Emerging {
  const counter = new TopicCounter();
  for (const mail of [...mails].sort((a, b) => byText(a.sender, b.sender))) counter.add(mail);
  return counter.result();
}

/** The same for mails that come one by one, those of one sender together: sure ones are counted and forgotten. */
export class TopicCounter {
  readonly #vocabulary = new Vocabulary();
  readonly #unsure: TopicMail[] = [];
  #sender: string | undefined;
  /** What the sender at hand said, by period. */
  #said = new Map<number, Said>();

  add(mail: TopicMail): void {
    if (mail.sender !== this.#sender) this.#flush();
    this.#sender = mail.sender;
    let said = this.#said.get(mail.period);
    if (said === undefined) this.#said.set(mail.period, (said = { words: new Map(), names: new Set() }));
    for (const [stem, written] of mail.terms.words) said.words.set(stem, written);
    for (const stem of mail.terms.names) said.names.add(stem);
    if (mail.unsure && mail.period <= 1) this.#unsure.push(mail);
  }

  /** Call once, after the last mail. */
  result(): Emerging {
    this.#flush();
    const unsure = this.#unsure.sort((a, b) => byText(a.ref, b.ref) || a.period - b.period);
    return { topics: findTopics(sampled(unsure), this.#vocabulary), rising: risingTerms(this.#vocabulary) };
  }

  #flush(): void {
    for (const [period, said] of this.#said) this.#vocabulary.add(period, said);
    this.#said = new Map();
  }
}

/** The same share of both periods; references are random, so their order favours nothing. */
function sampled(unsure: readonly TopicMail[]): readonly TopicMail[] {
  const periods = [0, 1].map((period) => unsure.filter((mail) => mail.period === period));
  const most = Math.max(...periods.map(({ length }) => length));
  if (most <= UNSURE_MAX) return unsure;
  return periods.flatMap((mails) => mails.slice(0, Math.round((mails.length * UNSURE_MAX) / most)));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findTopics(mails: readonly TopicMail[], vocabulary: Vocabulary): EmergingTopic[] {
  const unsure = mails.filter((mail) => mail.unsure && mail.period <= 1);
  const { points, stems } = pointsOf(unsure, vocabulary);
  const all = [0, 1].map((period) => peopleOf(unsure, period));
  if (all[1] === 0) return [];
  const judged = clusterPoints(points)
    .map((cluster) => {
      const inside = cluster.members.map((number) => unsure[number]!);
      const [people, people_before] = [peopleOf(inside, 0), peopleOf(inside, 1)];
      // Against the other unsure mails: a busier fortnight or a new model raises all groups alike.
      const [others, others_before] = [all[0]! - people, all[1]! - people_before];
      const share = others + others_before === 0 ? 0.5 : others / (others + others_before);
      const grown = people * (1 - share) >= GROWTH_MIN * people_before * share;
      return { cluster, inside, people, people_before, grown, chance: chanceOfRise(people, people_before, share) };
    })
    .filter(({ people }) => people >= TOPIC_PEOPLE_MIN);
  const found = judged
    .filter(({ grown, chance }) => grown && surprising(chance, judged.length))
    .map(({ cluster, inside, people, people_before, chance }): EmergingTopic => {
      const terms = shownTerms(cluster, inside, stems, vocabulary);
      const now = inside.filter((mail) => mail.period === 0).length;
      const counts = { now, before: inside.length - now, people, people_before, chance };
      return { terms, ...counts, examples: examplesOf(cluster, unsure, points) };
    })
    .filter(({ terms }) => terms.length > 0);
  return found.sort((a, b) => a.chance - b.chance || b.people - a.people).slice(0, TOPICS_MAX);
}

function surprising(chance: number, judged: number): boolean {
  return chance <= CHANCE_MAX && chance * judged <= FALSE_ALARMS_MAX;
}

function peopleOf(mails: readonly TopicMail[], period: number): number {
  return new Set(mails.filter((mail) => mail.period === period).map((mail) => mail.sender)).size;
}

function pointsOf(mails: readonly TopicMail[], vocabulary: Vocabulary): { points: Point[]; stems: readonly string[] } {
  const space = new PointSpace((stem) => vocabulary.weight(stem));
  return { points: mails.map(({ terms }) => space.pointOf(terms)), stems: space.stems };
}

/** Words of the group that at least three people of this period wrote, heaviest first. */
function shownTerms(
  cluster: Cluster,
  inside: readonly TopicMail[],
  stems: readonly string[],
  vocabulary: Vocabulary,
): string[] {
  const now = inside.filter((mail) => mail.period === 0);
  const many = (stem: string): boolean =>
    new Set(now.filter(({ terms }) => terms.words.has(stem)).map(({ sender }) => sender)).size >= PEOPLE_MIN;
  const telling = cluster.centre.map(([number]) => stems[number]!).filter(many);
  return telling.slice(0, TERMS_SHOWN_MAX).map((stem) => vocabulary.shown(stem));
}

/** The most typical mails of this period, one a person. */
function examplesOf(cluster: Cluster, unsure: readonly TopicMail[], points: readonly Point[]): string[] {
  const centre = new Map(cluster.centre);
  const likeness = (number: number): number =>
    points[number]!.terms.reduce((sum, term, i) => sum + (centre.get(term) ?? 0) * points[number]!.weights[i]!, 0);
  const typical = cluster.members
    .filter((number) => unsure[number]!.period === 0)
    .map((number) => ({ mail: unsure[number]!, like: likeness(number) }))
    .sort((a, b) => b.like - a.like);
  const seen = new Set<string>();
  const refs = new Set<string>();
  for (const { mail } of typical) {
    if (refs.size >= EXAMPLES_MAX) break;
    if (!seen.has(mail.sender)) refs.add(mail.ref);
    seen.add(mail.sender);
  }
  return [...refs];
}

function risingTerms(vocabulary: Vocabulary): RisingTerm[] {
  const [of_now = 0, ...earlier] = vocabulary.people;
  const periods = earlier.filter((n) => (n ?? 0) > 0).length;
  const of_before = earlier.reduce((sum, n) => sum + (n ?? 0), 0);
  if (of_before === 0) return [];
  const share = of_now / (of_now + of_before);
  const judged = [...vocabulary.used]
    .map(([stem, [now = 0, ...counts]]) => ({ stem, now, before: counts.reduce((sum, n) => sum + (n ?? 0), 0) }))
    .filter(({ stem, now }) => now >= TERM_PEOPLE_MIN && vocabulary.usable(stem));
  const found: RisingTerm[] = [];
  for (const { stem, now, before } of judged) {
    const rise = logOddsRise(now, of_now, before, of_before);
    if (rise < RISE_MIN || now * of_before < GROWTH_MIN * before * of_now) continue;
    if (!surprising(chanceOfRise(now, before, share), judged.length)) continue;
    found.push({ term: vocabulary.shown(stem), people: now, people_before: before / periods, rise });
  }
  return found.sort((a, b) => b.rise - a.rise || (a.term < b.term ? -1 : 1)).slice(0, RISING_MAX);
}
