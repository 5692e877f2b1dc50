import { families } from './content.ts';
import { readSignals } from './signals.ts';

/** What the turns of a topic have said so far. */
export interface Topic {
  readonly words: ReadonlySet<string>;
  /** What was asked about it, domain/bot/content.ts. */
  readonly families: ReadonlySet<string>;
  /** It was put as a question, not as a complaint. */
  readonly asked: boolean;
  readonly texts: ReadonlySet<string>;
}

/** @param said the topic's turns that asked for something, in order */
export function topicOf(said: readonly string[]): Topic {
  const words = new Set<string>();
  const kinds = new Set<string>();
  let asked = false;
  const texts = new Set<string>();
  for (const text of said) {
    const { content, text: spelt } = readSignals(text, false);
    for (const word of content.words) words.add(word);
    for (const family of families(content.aspects)) kinds.add(family);
    asked ||= content.asks;
    texts.add(spelt);
  }
  return { words, families: kinds, asked, texts };
}
