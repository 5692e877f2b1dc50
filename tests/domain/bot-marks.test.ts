import { describe, expect, test } from '@jest/globals';
import type { MotifModel } from '../../domain/facts.ts';
import { buildFacts } from '../../domain/build-facts.ts';
import { replay, textLengths } from '../../domain/replay.ts';
import { decide, ENGINE } from '../../domain/route.ts';
import { wordsOf } from '../../store/bot-handover.ts';
import { facts, fixedModel, flag, testBook } from '../support/book.ts';

const NOW = new Date('2026-03-18T10:00:00Z');
/** Words of the list, or a model that is sure: as the shipped marks are. */
const danger = flag('danger-vital', 'P0', 'urgence-vitale', ['me suicider']);
const book = testBook({ flags: [{ ...danger, when: { any: [...danger.when.any!, { model_min: 0.7 }] } }] });
/** Hears danger everywhere, as a model does over few words. */
const anxious: MotifModel = {
  ...fixedModel([{ motif: 'carte-vitale', score: 0.9 }]),
  read: () => ({
    secondary: [],
    flags: new Map([['danger-vital', 0.99]]),
    publics: [{ public: 'assure', score: 1 }],
    expert: 0,
  }),
};
const flagsOf = (body: string, marks: readonly string[] | undefined, model: MotifModel = fixedModel([])) =>
  decide(facts({ channel: 'bot', body, ...(marks === undefined ? {} : { marks }) }), book, model, NOW).flags;

describe('marks the bot hands over', () => {
  test('stand, though the words of the packet do not carry them: the bot read them in chat spelling', () => {
    expect(flagsOf('jveu me suissidé', ['danger-vital'])).toEqual([{ id: 'danger-vital', level: 'P0' }]);
    const decision = decide(facts({ body: 'jveu me suissidé', marks: ['danger-vital'] }), book, fixedModel([]), NOW);
    expect(decision).toMatchObject({ queue: 'urgence-vitale', urgency: 0 });
  });

  test('take no mark away that stands in the words', () => {
    expect(flagsOf('je vais me suicider', [])).toEqual([{ id: 'danger-vital', level: 'P0' }]);
  });

  test('outweigh what a model alone hears in a chat; a mail is read as ever', () => {
    expect(flagsOf('ma carte', undefined, anxious)).toEqual([{ id: 'danger-vital', level: 'P0' }]);
    expect(flagsOf('ma carte', [], anxious)).toEqual([]);
    expect(flagsOf('ma carte', ['danger-vital'], anxious)).toEqual([{ id: 'danger-vital', level: 'P0' }]);
  });
});

test('a decision made with marks is made again with them', () => {
  const { subject, body, quoted, mailbox, from, received_at } = facts({ body: 'jveu me suissidé' });
  const at = new Date(received_at);
  const mail = { subject, body, quoted, mailbox, attachments: [], from_address: from, received_at: at, origin: 'bot' };
  const marks = ['danger-vital'];
  const given = buildFacts(mail, book.mailboxes[0], { prior_contacts: 0, contacts: [], marks });
  expect(given).toMatchObject({ channel: 'bot', marks });
  const decision = decide(given, book, fixedModel([]), NOW);
  const inputs = { history: [], chars: textLengths(mail), marks };
  const recorded = { engine: ENGINE, made_at: NOW, decision, inputs, load: null, routed: null, mail };
  expect(replay(recorded, book, fixedModel([]))).toEqual({ kind: 'equal' });
  expect(replay({ ...recorded, inputs: { ...inputs, marks: [] } }, book, fixedModel([]))).toMatchObject({
    kind: 'different',
  });
});

describe('the words a hand-over is decided on', () => {
  const turn = (n: number, text: string, kind: string, button: string | null = null) => ({
    turn: n,
    text,
    kind,
    button,
  });
  test.each([
    [
      'the requests of the matter at hand',
      [turn(1, 'carte', 'question'), turn(2, 'non', 'feedback-no'), turn(3, 'ma carte', 'reformulation')],
      1,
      'carte\nma carte',
    ],
    [
      'a no that tells something',
      [turn(1, 'carte', 'question'), turn(2, 'non, j’attends depuis mars', 'feedback-no')],
      1,
      'carte\nnon, j’attends depuis mars',
    ],
    [
      'not the matter before',
      [turn(1, 'carte', 'question'), turn(2, 'autre chose : mon arrêt', 'new-topic')],
      2,
      'autre chose : mon arrêt',
    ],
    [
      'no click and no greeting',
      [
        turn(1, 'bonjour', 'smalltalk'),
        turn(2, 'Carte Vitale', 'menu', 'menu'),
        turn(3, 'conseiller svp', 'ask-human'),
      ],
      1,
      'conseiller svp',
    ],
    [
      'a greeting where there is no more',
      [turn(1, 'bonjour', 'smalltalk'), turn(2, 'Oui', 'feedback-yes', 'yes')],
      1,
      'bonjour',
    ],
    [
      'a click where nothing was typed',
      [turn(1, 'Parler à un conseiller', 'ask-human', 'human')],
      1,
      'Parler à un conseiller',
    ],
    ['nothing, where nothing was said', [], 1, ''],
  ])('%s', (_, turns, topic_from, words) => {
    expect(wordsOf(turns, { topic_from })).toBe(words);
  });
});
