import { expect, test } from '@jest/globals';
import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js';
import { trainBayes } from '../../classifiers/bayes.ts';
import { readCorpus } from '../../classifiers/files.ts';
import { prepareExample } from '../../classifiers/prepare.ts';
import { splitQuotes } from '../../domain/text/quotes.ts';
import { splitSignature } from '../../domain/text/signature.ts';
import { words } from '../../domain/text/tokens.ts';

test('the baseline is natural’s own Bayes, only quicker', async () => {
  const examples = (await readCorpus()).examples.filter((_, i) => i % 90 === 0);
  const natural = new BayesClassifier();
  const tokens = (subject: string, body: string): string[] => [
    ...new Set([...words(body).slice(0, 400), ...words(subject).slice(0, 30)]),
  ];
  for (const { subject, body, motif } of examples)
    natural.addDocument(tokens(subject, splitSignature(splitQuotes(body).body).body), motif);
  natural.train();
  const quick = trainBayes(examples, 'test');
  const asked = (await readCorpus()).examples.filter((_, i) => i % 487 === 3).map((example) => prepareExample(example));
  expect(asked.length).toBeGreaterThan(10);
  for (const input of asked.filter(({ quoted }) => quoted === '')) {
    const theirs = natural.getClassifications(tokens(input.subject, input.body));
    const ours = quick.rank(input);
    expect(ours.find(({ motif }) => motif === theirs[0]!.label)!.score).toBe(ours[0]!.score);
  }
});
