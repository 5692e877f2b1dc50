// By sub-path: the package's index costs 760 ms, 120 MB, prints a banner and loads database drivers (design §7).
import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js';
import type { Evidence, MotifInput, MotifModel, RankedMotif } from '../domain/facts.ts';
import { splitQuotes, needsWholeThread } from '../domain/text/quotes.ts';
import { splitSignature } from '../domain/text/signature.ts';
import { tokenize, words } from '../domain/text/tokens.ts';
import type { Example } from './examples.ts';

/** More words than this add nothing to a bag of words and let a hostile mail cost seconds. */
const WORDS_MAX = 400;
/** Words left out one by one to find those that decided. */
const EVIDENCE_TRIES = 12;

/**
 * A few mails of each motif, in corpus order: natural's training is quadratic (50 s and 44 ms a mail on 2,000 mails, seen
 * on two shared cores), so the first model learns from a sample.
 */
export function sampleByMotif(examples: readonly Example[], per_motif: number): Example[] {
  const taken = new Map<string, number>();
  return examples.filter((example) => {
    const n = taken.get(example.motif) ?? 0;
    taken.set(example.motif, n + 1);
    return n < per_motif;
  });
}

/**
 * The first motif model and the measured baseline: natural's naive Bayes over our own French words (natural's own
 * tokeniser drops « pas »). Deterministic: the same examples in the same order give the same model.
 */
export function trainBayes(examples: readonly Example[], digest: string): MotifModel {
  const classifier = new BayesClassifier();
  for (const example of examples) {
    const text = splitSignature(splitQuotes(example.body).body).body;
    classifier.addDocument(features({ subject: example.subject, body: text, quoted: '' }), example.motif);
  }
  classifier.train();
  return {
    digest: `bayes-${digest}`,
    rank: (input) => rank(classifier, features(input)),
    evidence: (input, motif, max) => evidence(classifier, input, motif, max),
  };
}

function features(input: Pick<MotifInput, 'subject' | 'body' | 'quoted'>): string[] {
  // The new text speaks; the subject helps; the thread only when there is next to nothing else.
  const text = words(input.body.slice(0, 20_000)).slice(0, WORDS_MAX);
  const subject = words(input.subject.slice(0, 500)).slice(0, 30);
  const thread = needsWholeThread(input.body) ? words(input.quoted.slice(0, 20_000)).slice(0, WORDS_MAX) : [];
  // Once each: natural's cost is the number of distinct features times the motifs, and it ignores counts anyway.
  const all = [...new Set([...text, ...subject, ...thread])];
  return all.length > 0 ? all : ['(vide)'];
}

function rank(classifier: BayesClassifier, tokens: string[]): RankedMotif[] {
  // natural returns likelihoods that underflow to 0 on long mail; ties then keep the order of training.
  const scored = classifier.getClassifications(tokens);
  const total = scored.reduce((sum, candidate) => sum + candidate.value, 0);
  return scored
    .map((candidate) => ({ motif: candidate.label, score: total > 0 ? candidate.value / total : 1 / scored.length }))
    .sort((a, b) => b.score - a.score || (a.motif < b.motif ? -1 : 1));
}

/** The words without which the motif would score least, found by leaving each out. */
function evidence(classifier: BayesClassifier, input: MotifInput, motif: string, max: number): Evidence[] {
  const tokens = tokenize(input.body.slice(0, 2_000)).slice(0, 120);
  const base = rank(classifier, features(input)).find((candidate) => candidate.motif === motif)?.score ?? 0;
  return tokens
    .filter((token) => token.text.length > 3)
    .sort((a, b) => b.text.length - a.text.length || a.start - b.start)
    .slice(0, EVIDENCE_TRIES)
    .map((token) => {
      const without = { ...input, body: input.body.slice(0, token.start) + input.body.slice(token.end) };
      const score = rank(classifier, features(without)).find((candidate) => candidate.motif === motif)?.score ?? 0;
      return { token, loss: base - score };
    })
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss || a.token.start - b.token.start)
    .slice(0, max)
    .map(({ token }) => ({ for: `motif:${motif}`, part: 'body' as const, start: token.start, end: token.end }));
}
