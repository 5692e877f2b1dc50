import { describe, expect, test } from '@jest/globals';
import { buildFacts, type FactSource } from '../../domain/build-facts.ts';
import { chooseQueue, type Load } from '../../domain/overflow.ts';
import type { PriorContact } from '../../domain/repeat.ts';
import { replay, textLengths, type Recorded } from '../../domain/replay.ts';
import { decide } from '../../domain/route.ts';
import { fixedModel, rule, testBook } from '../support/book.ts';

const book = testBook();
const model = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);
const AT = new Date('2026-03-18T10:00:00.000Z');
const mail: FactSource = {
  mailbox: 'pfs-assures',
  subject: 'carte',
  body: 'Relance : ma carte verte est perdue.',
  quoted: '',
  attachments: [{ name: 'photo.jpg' }],
  from_address: 'camille@membre.example',
  received_at: new Date('2026-03-18T09:00:00.000Z'),
};
const history: PriorContact[] = [
  { motif: 'carte-vitale', at: '2026-03-10T09:00:00.000Z', pieces: false, waiting: false, thread: false, open: false },
];
const load: Load = {
  n1: { backlog: 2_000, arrivals_today: 1_000, handed_today: 0 },
  'pool.hainaut': { backlog: 0, arrivals_today: 0, handed_today: 0 },
};

function record(changes: Partial<Recorded> = {}): Recorded {
  const profile = book.mailboxes[0];
  const decision = decide(buildFacts(mail, profile, { prior_contacts: 1, contacts: history }), book, model, AT);
  const terms = { mailbox: mail.mailbox, started_at: mail.received_at.toISOString() };
  const routed = chooseQueue(decision, load, book, AT, terms);
  const recorded: Recorded = {
    engine: decision.engine,
    made_at: AT,
    decision,
    inputs: { history, chars: textLengths(mail) },
    load,
    routed: { ...routed, at: AT.toISOString(), rulebook: book.digest },
    mail,
    ...changes,
  };
  // As the store gives it back: jsonb keeps neither the order of keys nor what is undefined.
  const shuffle = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffle)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, shuffle(each)]),
          )
        : value;
  const stored = shuffle(JSON.parse(JSON.stringify(recorded))) as Recorded;
  return { ...stored, made_at: recorded.made_at, mail: recorded.mail };
}

describe('a stored decision made again', () => {
  test('is equal, routing and repeats included', () => {
    const recorded = record();
    expect(recorded.routed).toMatchObject({ queue: 'pool.hainaut', overflow: true });
    expect(recorded.decision.trace).toContainEqual(expect.objectContaining({ step: 'repeat', matched: true }));
    expect(replay(recorded, book, model)).toEqual({ kind: 'equal' });
  });

  const changed: [string, Recorded, string[]][] = [
    [
      'the stored motif',
      record({ decision: { ...record().decision, motif: 'mediation-saisine' } }),
      ['motif', 'routed'],
    ],
    ['a stored flag', record({ decision: { ...record().decision, flags: [] } }), ['flags']],
    ['what it knew of earlier contacts', record({ inputs: { history: [], chars: textLengths(mail) } }), ['trace']],
    ['the stored load', record({ load: { ...load, n1: { ...load['n1']!, backlog: 0 } } }), ['routed']],
  ];
  test.each(changed)('is different when somebody touched %s', (_name, recorded, fields) => {
    const result = replay(recorded, book, model);
    expect(result).toMatchObject({ kind: 'different', fields: expect.arrayContaining(fields) });
  });

  test('is different under a set that only claims the same digest', () => {
    const other = testBook({ rules: [rule('x', { all: [{ motif: 'carte-vitale' }] }, { queue: 'mediation' })] });
    expect(replay(record(), other, model)).toMatchObject({
      kind: 'different',
      fields: expect.arrayContaining(['queue', 'rule']),
    });
  });

  test.each([
    ['its text was erased', record({ mail: { ...mail, body: '' } }), 'erased'],
    ['an attachment name was erased', record({ mail: { ...mail, attachments: [] } }), 'erased'],
    ['another engine made it', record({ engine: '1' }), 'engine'],
    ['what it was given was not kept', record({ inputs: null }), 'inputs'],
  ])('cannot be made again when %s', (_name, recorded, why) => {
    expect(replay(recorded, book, model)).toEqual({ kind: 'not-replayable', why });
  });

  test('cannot be made again without its set or its model', () => {
    expect(replay(record(), undefined, model)).toEqual({ kind: 'not-replayable', why: 'rulebook' });
    expect(replay(record(), book, undefined)).toEqual({ kind: 'not-replayable', why: 'model' });
  });

  test('an empty mail is not taken for an erased one', () => {
    const empty = { ...mail, subject: '', body: '', attachments: [] };
    const decision = decide(buildFacts(empty, book.mailboxes[0], { prior_contacts: 0, contacts: [] }), book, model, AT);
    const recorded = record({
      mail: empty,
      decision,
      routed: null,
      inputs: { history: [], chars: textLengths(empty) },
    });
    expect(replay(recorded, book, model)).toEqual({ kind: 'equal' });
  });

  test('a mail that kept its conversation’s place is not routed again', () => {
    const kept = { queue: 'mediation', rule: 'conversation.kept', overflow: false, reasons: [], at: AT.toISOString() };
    expect(replay(record({ routed: kept }), book, model)).toEqual({ kind: 'equal' });
  });
});
