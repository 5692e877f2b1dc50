import { isWave, usualPeople } from '../../domain/wave/baseline.ts';
import type { WavePolicy } from '../../domain/wave/policy.ts';
import { clusterPoints, type Point } from './cluster.ts';
import { likeness, PointSpace } from './points.ts';
import type { Terms } from './terms.ts';
import { PEOPLE_MIN, Vocabulary, type Said } from './vocabulary.ts';

/** One mail as the search for waves sees it: words, no text. */
export interface WaveMail {
  /** Id of its message. */
  readonly id: string;
  /** Who wrote, compared and never shown. */
  readonly sender: string;
  /** 0 the hours looked at, 1 the same hours a week before, and so on. */
  readonly week: number;
  readonly terms: Terms;
}

/** What a wave's mails have in common, kept to recognise the next one. Words that at least three people wrote. */
export interface WaveSignature {
  /** Weight by stem, of length 1 together. */
  readonly centre: Readonly<Record<string, number>>;
  /** What each word of that day weighed, by stem. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface FoundWave {
  /** Its words as most people wrote them, most telling first. */
  readonly words: readonly string[];
  /** People of the hours looked at, and the usual number at this hour of this weekday. */
  readonly people: number;
  readonly usual: number;
  readonly members: readonly { readonly id: string; readonly similarity: number }[];
  readonly signature: WaveSignature;
}

const WORDS_SHOWN_MAX = 8;
/** Words kept with a wave: the most used ones of that day; the others weigh nothing in a mail. */
const WEIGHTS_MAX = 2_000;
const WAVES_MAX = 5;

/**
 * Groups of similar mails of the hours looked at that far more people wrote than usual, biggest rise first. Pure and
 * deterministic, whatever the order of the mails.
 * @param known by week from 1 on: is there mail from before it, so that nothing means none?
 * @param share of the mails that was read, 0–1: counts are carried over to the whole
 */
export function findWaves(
  mails: readonly WaveMail[],
  known: readonly boolean[],
  policy: WavePolicy,
  share = 1,
): FoundWave[] {
  const sorted = [...mails].sort((a, b) => a.week - b.week || byText(a.sender, b.sender) || byText(a.id, b.id));
  const vocabulary = vocabularyOf(sorted);
  const space = new PointSpace((stem) => vocabulary.weight(stem));
  const points = sorted.map(({ terms }) => space.pointOf(terms));
  const first = sorted.filter(({ week }) => week === 0).length;
  const found: FoundWave[] = [];
  for (const { centre } of clusterPoints(points.slice(0, first))) {
    const similarities = points.map((point) => likeness(point, new Map(centre)));
    const like = sorted.map((mail, i) => ({ ...mail, similarity: round(similarities[i]!) }));
    const close = like.filter(({ similarity }) => similarity >= policy.similarity_min);
    const people = (week: number): number =>
      Math.round(new Set(close.filter((mail) => mail.week === week).map(({ sender }) => sender)).size / share);
    const usual = usualPeople(known.map((is, i) => (is ? people(i + 1) : null)));
    const now = people(0);
    if (!isWave(now, usual, policy)) continue;
    const stems = centre.map(([number, weight]) => [space.stems[number]!, weight] as const);
    found.push({
      words: shown(stems, close, vocabulary),
      people: now,
      usual: usual!,
      members: close.filter(({ week }) => week === 0).map(({ id, similarity }) => ({ id, similarity })),
      signature: { centre: record(stems), weights: weightsOf(vocabulary) },
    });
  }
  const told = found.filter(({ words }) => words.length > 0).sort((a, b) => b.people - b.usual - (a.people - a.usual));
  return told.filter((wave, i) => !told.slice(0, i).some((bigger) => overlap(wave, bigger))).slice(0, WAVES_MAX);
}

/** Half of the mails are in the bigger one: one event told in two ways, which a supervisor names once. */
function overlap(wave: FoundWave, bigger: FoundWave): boolean {
  const ids = new Set(bigger.members.map(({ id }) => id));
  return wave.members.filter(({ id }) => ids.has(id)).length * 2 >= wave.members.length;
}

/** Tells how much a mail resembles each wave; made once for a wave, since its words never change. */
export class WaveReader {
  readonly #space: PointSpace;
  readonly #centre: ReadonlyMap<string, number>;

  constructor({ centre, weights }: WaveSignature) {
    // Stems come out of JSON: one called « constructor » must not find a method.
    const known = new Map(Object.entries(weights));
    this.#space = new PointSpace((stem) => known.get(stem));
    this.#centre = new Map(Object.entries(centre));
  }

  /** 0–1, as the search finds it but for words too rare to be kept. */
  similarity(terms: Pick<Terms, 'words'>): number {
    const point = this.#space.pointOf(terms);
    return round(this.#dot(point));
  }

  #dot({ terms, weights }: Point): number {
    return terms.reduce((sum, term, i) => sum + (this.#centre.get(this.#space.stems[term]!) ?? 0) * weights[i]!, 0);
  }
}

/** Are two waves about one thing? Cosine of their centres, 0–1. */
export function sameSubject(a: WaveSignature, b: WaveSignature): number {
  const other = new Map(Object.entries(b.centre));
  return round(Object.entries(a.centre).reduce((sum, [stem, weight]) => sum + weight * (other.get(stem) ?? 0), 0));
}

function vocabularyOf(mails: readonly WaveMail[]): Vocabulary {
  const vocabulary = new Vocabulary();
  const said = new Map<string, Said>();
  for (const { sender, week, terms } of mails) {
    const key = `${week} ${sender}`;
    let one = said.get(key);
    if (one === undefined) said.set(key, (one = { words: new Map(), names: new Set() }));
    for (const [stem, written] of terms.words) one.words.set(stem, written);
    for (const stem of terms.names) one.names.add(stem);
  }
  for (const [key, one] of said) vocabulary.add(Number(key.split(' ', 1)[0]), one);
  return vocabulary;
}

/** Words of the wave that at least three of its people wrote in these hours, as most people wrote them. */
function shown(
  stems: readonly (readonly [string, number])[],
  close: readonly WaveMail[],
  vocabulary: Vocabulary,
): string[] {
  const now = close.filter(({ week }) => week === 0);
  const many = (stem: string): boolean =>
    new Set(now.filter(({ terms }) => terms.words.has(stem)).map(({ sender }) => sender)).size >= PEOPLE_MIN;
  return stems
    .map(([stem]) => stem)
    .filter(many)
    .slice(0, WORDS_SHOWN_MAX)
    .map((stem) => vocabulary.shown(stem));
}

function weightsOf(vocabulary: Vocabulary): Record<string, number> {
  const usable = [...vocabulary.used.keys()].filter((stem) => vocabulary.usable(stem));
  const most = usable.sort((a, b) => vocabulary.total(b) - vocabulary.total(a) || byText(a, b)).slice(0, WEIGHTS_MAX);
  return record(most.map((stem) => [stem, vocabulary.weight(stem)!]));
}

function record(entries: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(entries.map(([stem, weight]) => [stem, round(weight)]));
}

/** Four digits are told and stored: the same figure everywhere. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
