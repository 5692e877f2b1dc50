import { describe, expect, test } from '@jest/globals';
import { CONCEPTS, PASSAGE_ONLY } from '../../classifiers/concepts.ts';
import { readFeatures } from '../../classifiers/features.ts';
import { PassageEncoder } from '../../classifiers/passage-encoder.ts';
import { prepareExample } from '../../classifiers/prepare.ts';

/** The names of the features of each passage of a text, sentence by sentence, then by pairs of sentences. */
function read(body: string): Set<string>[] {
  const encoder = new PassageEncoder();
  const encoded = encoder.encode(readFeatures(prepareExample({ subject: '', body })));
  return encoded.map(({ ids }) => new Set([...ids].map((id) => encoder.names[id]!)));
}

describe('what is read of a passage', () => {
  test('two classes of words close behind each other, in their order and no other', () => {
    const [passage] = read('Mon mari frappe encore les enfants.');
    expect(passage).toContain('pd-man>d-blow');
    expect(passage).not.toContain('pd-blow>d-man');
  });

  test('classes far apart are together, not near', () => {
    const [passage] = read('Mon mari est parti chercher du pain puis il est revenu et il frappe.');
    expect(passage).toContain('pd-blow+d-man');
    expect(passage).not.toContain('pd-man>d-blow');
  });

  test('« je plaisante » two sentences further on is known to the first', () => {
    const [first] = read('Ce courrier va me tuer un jour. Le facteur est passé hier matin. Bien sûr je plaisante.');
    expect(first).toContain('xd-joke');
    expect(first).not.toContain('kd-joke');
  });

  test('classes for passages say nothing of what a mail asks for', () => {
    expect(CONCEPTS.filter((name) => name.startsWith(PASSAGE_ONLY)).length).toBeGreaterThan(40);
    const { concepts, hits } = readFeatures(prepareExample({ subject: '', body: 'Mon mari me frappe, j’ai peur.' }));
    expect(hits.some(({ name }) => name.startsWith(PASSAGE_ONLY))).toBe(true);
    expect(concepts.filter((name) => name.startsWith(PASSAGE_ONLY))).toEqual([]);
  });
});
