// By sub-path: the package's index costs 760 ms, 120 MB, prints a banner and loads database drivers (design §7).
import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js';
import type { Evidence, MotifInput, MotifModel, RankedMotif } from '../domain/facts.ts';
import { splitQuotes, needsWholeThread } from '../domain/text/quotes.ts';
import { splitSignature } from '../domain/text/signature.ts';
import { words } from '../domain/text/tokens.ts';
import type { Example } from './examples.ts';

/** More words than this add nothing to a bag of words and let a hostile mail cost seconds. */
const WORDS_MAX = 400;

/**
 * natural looks every known word up in every text with `indexOf`, which is quadratic (50 s for 2,000 mails); one pass over
 * the text's own words gives the same array.
 */
class QuickBayes extends BayesClassifier {
  readonly #places = new Map<string, number>();
  /** How many documents the places were counted from: their words are all that is known. */
  #counted = -1;
  #observation: number[] = [];
  readonly #set: number[] = [];

  override textToFeatures(observation: readonly string[]): number[] {
    // Only when documents came: listing tens of thousands of words for each text took minutes.
    if (this.#counted !== this.docs.length) {
      this.#counted = this.docs.length;
      this.#places.clear();
      for (const [place, word] of Object.keys(this.features).entries()) this.#places.set(word, place);
      this.#observation = Array.from({ length: this.#places.size }, () => 0);
      this.#set.length = 0;
    }
    const features = this.#observation;
    for (const place of this.#set) features[place] = 0;
    this.#set.length = 0;
    for (const word of observation) {
      const place = this.#places.get(word);
      if (place === undefined) continue;
      features[place] = 1;
      this.#set.push(place);
    }
    return features;
  }
}

/**
 * The measured baseline: natural's naive Bayes over our own French words (natural's own tokeniser drops « pas »), trained
 * on the same mails as the model. Deterministic: the same examples in the same order give the same model.
 */
export function trainBayes(examples: readonly Example[], digest: string): MotifModel {
  const classifier = new QuickBayes();
  for (const example of examples) {
    const text = splitSignature(splitQuotes(example.body).body).body;
    classifier.addDocument(features({ subject: example.subject, body: text, quoted: '' }), example.motif);
  }
  classifier.train();
  return {
    digest: `bayes-${digest}`,
    rank: (input) => rank(classifier, features(input)),
    evidence: (): Evidence[] => [],
  };
}

function features(input: Pick<MotifInput, 'subject' | 'body' | 'quoted'>): string[] {
  // The new text speaks; the subject helps; the thread only when there is next to nothing else.
  const text = words(input.body.slice(0, 20_000)).slice(0, WORDS_MAX);
  const subject = words(input.subject.slice(0, 500)).slice(0, 30);
  const thread = needsWholeThread(input.body) ? words(input.quoted.slice(0, 20_000)).slice(0, WORDS_MAX) : [];
  const all = [...new Set([...text, ...subject, ...thread])];
  return all.length > 0 ? all : ['(vide)'];
}

function rank(classifier: QuickBayes, tokens: string[]): RankedMotif[] {
  // natural returns likelihoods that underflow to 0 on long mail; ties then keep the order of training.
  const scored = classifier.getClassifications(tokens);
  const total = scored.reduce((sum, candidate) => sum + candidate.value, 0);
  return scored
    .map((candidate) => ({ motif: candidate.label, score: total > 0 ? candidate.value / total : 1 / scored.length }))
    .sort((a, b) => b.score - a.score || (a.motif < b.motif ? -1 : 1));
}
