import { describe, expect, test } from '@jest/globals';
import { compileRulebook } from '../../domain/match.ts';
import type { Condition, Flag, Rule, Rulebook } from '../../domain/rulebook.ts';
import { CONTEXT, facts, match } from './support.ts';

const phrase = (...any_phrase: string[]) => ({ any_phrase });

describe('all, any and none', () => {
  const condition: Condition = {
    all: [phrase('carte')],
    any: [phrase('perdue'), phrase('volée')],
    none: [phrase('bancaire')],
  };
  test.each([
    ['carte perdue', true],
    ['carte volée', true],
    ['carte', false],
    ['perdue', false],
    ['carte bancaire perdue', false],
  ])('« %s »: %s', (text, expected) => {
    expect(match(condition, text).matched).toBe(expected);
  });

  test('conditions nest', () => {
    const nested: Condition = { any: [{ all: [phrase('opérée'), { date_within_days: 10 }] }, phrase('chimio')] };
    expect(match(nested, 'opérée lundi').matched).toBe(true);
    expect(match(nested, 'opérée en septembre').matched).toBe(false);
    expect(match(nested, 'chimio').matched).toBe(true);
  });

  test('all_phrases wants each of them', () => {
    expect(match({ all: [{ all_phrases: ['carte', 'volée'] }] }, 'carte perdue').matched).toBe(false);
    expect(match({ all: [{ all_phrases: ['carte', 'volée'] }] }, 'on m’a volé la carte').matched).toBe(false);
    expect(match({ all: [{ all_phrases: ['carte', 'vol*'] }] }, 'on m’a volé la carte').matched).toBe(true);
  });
});

describe('facts outside the text', () => {
  test.each<[string, Condition, Parameters<typeof match>[2], Parameters<typeof match>[3], boolean]>([
    ['motif', { all: [{ motif: ['a', 'b'] }] }, {}, { motif: 'b' }, true],
    ['no motif yet', { all: [{ motif: 'a' }] }, {}, { motif: null }, false],
    ['level', { all: [{ level: 'expert' }] }, {}, { level: 'expert' }, true],
    ['flag', { all: [{ flag: 'x' }] }, {}, { flags: ['y', 'x'] }, true],
    ['flag that is not up', { none: [{ flag: 'x' }] }, {}, { flags: ['y'] }, true],
    ['mailbox', { all: [{ mailbox: 'dpo' }] }, { mailbox: 'dpo' }, {}, true],
    ['public', { all: [{ public: ['ps', 'employeur'] }] }, { public: 'ps' }, {}, true],
    ['attachment', { all: [{ has_attachment: true }] }, { attachments: ['a.pdf'] }, {}, true],
    ['no attachment', { all: [{ has_attachment: false }] }, { attachments: ['a.pdf'] }, {}, false],
    ['earlier contacts', { all: [{ prior_contacts_min: 2 }] }, { prior_contacts: 2 }, {}, true],
    [
      'domain of the sender',
      { all: [{ sender_domain: ['caisse.example'] }] },
      { from: 'A@Sud.Caisse.example' },
      {},
      true,
    ],
    [
      'address of the sender',
      { all: [{ sender_domain: ['a@caisse.example'] }] },
      { from: 'b@caisse.example' },
      {},
      false,
    ],
    [
      'domain that only ends alike',
      { all: [{ sender_domain: ['caisse.example'] }] },
      { from: 'a@faussecaisse.example' },
      {},
      false,
    ],
  ])('%s', (_name, condition, more, context, expected) => {
    expect(match(condition, 'texte', more, context).matched).toBe(expected);
  });
});

describe('what is read', () => {
  test('subject and body, each on its own: a phrase does not run from one into the other', () => {
    expect(match({ all: [phrase('carte perdue')] }, 'perdue', { subject: 'carte' }).matched).toBe(false);
    expect(match({ all: [phrase('carte perdue')] }, '', { subject: 'Carte perdue' }).evidence).toEqual([
      { for: 'rule:test', part: 'subject', start: 0, end: 12 },
    ]);
  });

  test('what the mail quotes only where it says nearly nothing itself', () => {
    const quoted = 'je vais me suicider';
    expect(match({ all: [phrase('suicid*')] }, 'voir ci-dessous', { quoted }).evidence[0]).toMatchObject({
      part: 'quoted',
    });
    expect(match({ all: [phrase('suicid*')] }, 'merci pour votre réponse, tout va bien', { quoted }).matched).toBe(
      false,
    );
  });

  test('a pattern sees the folded text and points into the original', () => {
    const body = 'Mon CŒUR, né le 12/03 — carte n° 45';
    const { evidence } = match({ all: [{ regex: 'coeur, ne' }] }, body);
    expect(body.slice(evidence[0]!.start, evidence[0]!.end)).toBe('CŒUR, né');
  });

  test.each([
    [['nir'], 'mon numéro 2 55 08 14 168 025 38'],
    [['iban'], 'FR76 3000 6000 0112 3456 7890 189'],
    [['card'], 'carte 4970 1000 0000 0154'],
  ] as const)('numbers written out: %s', (written_data, text) => {
    expect(match({ all: [{ written_data }] }, text).matched).toBe(true);
    expect(
      match(
        { all: [{ written_data }] },
        text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
      ).matched,
    ).toBe(false);
  });

  test.each([
    ['Hello, I have not received my card and I need it for work', true],
    ['Goedemorgen, ik heb een vraag over mijn kaart', true],
    ['السلام عليكم أريد بطاقة التأمين الصحي', true],
    ['Buongiorno, non ho ricevuto la mia carta, grazie per la risposta', true],
    ['Bonjour, je travaille en Belgique', false],
    ['ok merci', false],
    ['', false],
    ['12345 67890', false],
  ])('the language of « %s » is foreign: %s', (text, foreign) => {
    expect(match({ all: [{ foreign_language: true }] }, text).matched).toBe(foreign);
  });
});

describe('a rulebook', () => {
  const flag = (id: string, when: Condition, more: Partial<Flag> = {}): Flag => ({
    id,
    label: id,
    level: 'P2',
    when,
    why: '',
    examples: { match: [], no_match: [] },
    ...more,
  });
  const book = compileRulebook({
    motifs: [],
    flags: [
      flag('precarite', { any: [phrase('loyer')] }),
      flag(
        'attente',
        { all: [{ waiting_days_min: 30 }] },
        { raise: { level: 'P1', when: { any: [{ waiting_days_min: 45 }, { flag: 'precarite' }] } } },
      ),
    ],
    rules: [
      {
        id: 'r',
        why: '',
        when: { all: [{ flag: 'attente' }] },
        then: {},
        examples: { match: [], no_match: [] },
      } satisfies Rule,
    ],
  } as unknown as Rulebook);
  const attente = (body: string) => book.compiled.flags.get('attente')!(facts(body), CONTEXT);

  test('raises a flag to a higher level when more is true', () => {
    expect(attente('depuis 35 jours')).toMatchObject({ matched: true, level: 'P2' });
    expect(attente('depuis 50 jours')).toMatchObject({ matched: true, level: 'P1' });
  });

  test('lets a flag ask for one above it', () => {
    expect(attente('depuis 35 jours et le loyer ?')).toMatchObject({ matched: true, level: 'P1' });
    expect(attente('le loyer')).toMatchObject({ matched: false });
  });

  test('gives the same answer for the same mail, and says what it saw', () => {
    const body = 'depuis 50 jours';
    expect(attente(body)).toEqual(attente(body));
    expect(attente(body).evidence).toEqual([{ for: 'flag:attente', part: 'body', start: 7, end: 15 }]);
  });

  test('a rule asks for the flags of the decision', () => {
    const rule = book.compiled.rules.get('r')!;
    expect(rule(facts('x'), { ...CONTEXT, flags: ['attente'] }).matched).toBe(true);
    expect(rule(facts('depuis 50 jours'), CONTEXT).matched).toBe(false);
  });
});
