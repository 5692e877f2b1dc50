import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CONCEPTS, findConcepts } from '../../classifiers/concepts.ts';
import { readFeatures } from '../../classifiers/features.ts';
import { Encoder } from '../../classifiers/encoder.ts';
import { PassageEncoder } from '../../classifiers/passage-encoder.ts';
import { passagesOf } from '../../classifiers/passages.ts';
import { requestWords } from '../../classifiers/requests.ts';
import { findTimes } from '../../classifiers/times.ts';
import type { MotifInput } from '../../domain/facts.ts';
import { readWords } from '../../domain/match/words.ts';

const concepts = (text: string): string[] => findConcepts(readWords(text)).map(({ name }) => name);

describe('named concepts', () => {
  test.each([
    ['own-employer', 'Mon patron a tout envoyé', 'Notre patronage du dimanche'],
    ['staff', 'Un de nos salariés est arrêté', 'Je suis salarié d’une boulangerie'],
    ['pregnancy', 'Je suis enceinte de six mois', 'Je ne suis pas enceinte'],
    ['health-card', 'ma carte verte est perdue', 'la carte postale… non, la cartographie'],
    [
      'rights-closed',
      'Le pharmacien dit que mes droits sont fermés : droits fermés depuis mardi',
      'Mes droits sont ouverts',
    ],
    ['perinatal-loss', 'Notre fille est née sans vie', 'J’ai perdu la carte de mon bébé'],
    ['private-cover', 'ma mutuelle ne reçoit plus rien', 'mon assurance auto'],
    ['solidarity-cover', 'où en est ma css', 'où en est ma mutuelle'],
    ['disputes', 'Je conteste votre décision du 4 mai', 'Je ne conteste pas la dette'],
    ['abroad', 'hospitalisée en Espagne', 'hospitalisée à Lille'],
    ['daily-allowance', 'quand vont tomber mes ij', 'quand va tomber la pluie'],
    ['chased', '3ème mail, je relance', 'premier message de ma part'],
  ])('%s: « %s », not « %s »', (name, said, unsaid) => {
    expect(concepts(said)).toContain(name);
    expect(concepts(unsaid)).not.toContain(name);
  });

  test('have one name each', () => {
    expect(new Set(CONCEPTS).size).toBe(CONCEPTS.length);
    expect(CONCEPTS.length).toBeGreaterThan(80);
  });
});

describe('times', () => {
  test.each([
    ['je suis opérée demain', 'in-2-days'],
    ['mon entrée est prévue dans huit jours', 'in-10-days'],
    ['rien reçu depuis 7 semaines', 'since-45-days'],
    ['sans salaire depuis cinq semaines', 'since-30-days'],
    ['depuis 3 jours', 'since-days'],
  ])('« %s » is %s', (text, name) => {
    expect(findTimes(readWords(text), '2026-03-18T10:00:00+01:00').map((hit) => hit.name)).toContain(name);
  });
});

describe('asking sentences', () => {
  const asks = (text: string): string =>
    requestWords(readWords(text), text)
      .map((word) => word.text)
      .join(' ');

  test('the story is left out, the request stays', () => {
    const text =
      'Il pleuvait sur Tourcoing. Mon chien dormait. Pouvez-vous me renvoyer une attestation ? Bonne journée.';
    expect(asks(text)).toContain('attestation');
    expect(asks(text)).not.toContain('chien');
  });

  test('a question mark is enough', () => {
    expect(asks('Il fait beau. Ma carte est partie ?')).toContain('carte');
  });

  test('no text asks more words than it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const words = readWords(text);
        expect(requestWords(words, text).length).toBeLessThanOrEqual(words.length);
      }),
    );
  });
});

describe('passages', () => {
  test('every word stands in a sentence, sentences do not overlap, pairs join neighbours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('je ', 'pars ', 'demain. ', 'rien ', 'reçu ? ', '\n\n', 'merci ')),
        (parts) => {
          const words = readWords(parts.join(''));
          const passages = passagesOf(words);
          const sentences = passages.slice(0, Math.ceil((passages.length + 1) / 2));
          let next = 0;
          for (const { first, end } of sentences) {
            expect(first).toBe(next);
            expect(end).toBeGreaterThan(first);
            next = end;
          }
          if (words.length > 0 && sentences.length < 60) expect(next).toBe(words.length);
        },
      ),
    );
  });

  test('a passage knows its own concepts and nothing around it', () => {
    const mail = readFeatures({
      mailbox: 'pfs-assures',
      subject: '',
      body: 'Ma carte Vitale est perdue depuis lundi. Je suis opéré du genou après-demain à Lille.',
      quoted: '',
      attachments: [],
      received_at: '2026-03-18T10:00:00+01:00',
    });
    const encoder = new PassageEncoder();
    const names = encoder.encode(mail).map(({ ids }) => [...ids].map((id) => encoder.names[id]!));
    expect(names[0]).toContain('khealth-card');
    expect(names[1]).toEqual(expect.arrayContaining(['ksurgery', 'kin-2-days', 'pin-2-days+surgery', 'topere']));
    expect(names[1]).not.toContain('khealth-card');
  });
});

describe('hostile text', () => {
  const mail = (body: string) => ({ mailbox: 'pfs-assures', subject: '', body, quoted: '', attachments: [] });

  test('a megabyte of one word, of letters or of punctuation gives no more features than a long letter', () => {
    for (const body of ['carte '.repeat(180_000), 'x'.repeat(1_000_000), '?!… '.repeat(250_000), 'é'.repeat(500_000)]) {
      const features = readFeatures(mail(body));
      expect(features.text.length).toBeLessThanOrEqual(1_200);
      expect(passagesOf(features.words).length).toBeLessThanOrEqual(120);
    }
  });

  test('bidi controls and zero-width spaces inside key words change nothing', () => {
    const plain = readFeatures(mail('Je veux mourir, ma carte Vitale est perdue'));
    const tricked = readFeatures(
      mail('Je v\u200beux mo\u200durir, ma c\u202earte\u202c Vi\u00adtale est per\ufeffdue'),
    );
    expect(tricked.text.map((word) => word.text)).toEqual(plain.text.map((word) => word.text));
    expect(tricked.concepts).toEqual(plain.concepts);
  });
});

describe('what a mail is counted as', () => {
  test('does not depend on the mails read before it, nor on the word that fills the room for words', () => {
    const words = Array.from({ length: 3_000 }, (_, i) =>
      [...i.toString(8)].map((digit) => 'ba be bi bo bu da de di'.split(' ')[Number(digit)]).join(''),
    );
    const encoder = new Encoder(words.map((word) => `w${word}`));
    const input = (subject: string, body: string): MotifInput => ({
      ...{ mailbox: 'pfs-assures', quoted: '', attachments: [] },
      ...{ subject, body },
    });
    for (const [i, word] of words.entries()) {
      const { ids } = encoder.encode(i % 2 === 0 ? input(word, words[0]!) : input(words[0]!, word));
      expect(new Set(ids)).toEqual(new Set([0, i]));
    }
  });
});
