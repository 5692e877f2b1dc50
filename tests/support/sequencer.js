// JavaScript because the types of this package do not say what it exports.
import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest, the longest first: the two workers then end together. Jest orders by the times of the run
 * before, which a clean checkout has not, and else by the size of the file, which says nothing here.
 */
const LONGEST = [
  'workers/back-test',
  'faults/kill-ingest',
  'scripts/cli',
  'browser/pages',
  'workers/pipeline',
  'domain/bot-dialogues',
  'scripts/learning',
  'browser/desk',
  'browser/acts',
  'browser/supervisor',
  'workers/journey',
  'browser/hostile',
  'classifiers/model',
  'browser/days',
  'queues/queues',
];

/** Lower comes sooner. */
function rank({ path }) {
  const at = LONGEST.findIndex((name) => path.endsWith(`/tests/${name}.test.ts`));
  return at < 0 ? LONGEST.length : at;
}

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    return (await super.sort(tests)).sort((a, b) => rank(a) - rank(b));
  }
}
