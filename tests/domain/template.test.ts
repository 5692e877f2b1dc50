import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acknowledgmentValues, dayInWords, delayInWords, instantInWords } from '../../domain/acknowledgment.ts';
import { hasCode } from '../../domain/errors.ts';
import type { ReplyTemplate } from '../../domain/rulebook.ts';
import { fillTemplate, variablesOf } from '../../domain/template.ts';
import { DateTime } from 'luxon';

const template = (subject: string, body: string, legal_approved = false): ReplyTemplate => ({
  id: 'modele',
  kind: 'ack',
  motifs: [],
  subject,
  body,
  legal_approved,
});

describe('filling a template', () => {
  test('puts the values in place, in subject and body', () => {
    const filled = fillTemplate(
      template('Reçu {{reference}}', 'Le {{ received_on }}, {{reference}}.'),
      { reference: 'AG-1', received_on: 'lundi' },
      { legal: false },
    );
    expect(filled).toEqual({ subject: 'Reçu AG-1', body: 'Le lundi, AG-1.' });
  });

  test.each([
    ['Bonjour {{prenom}}', {}, 'unknown variable {{prenom}}'],
    ['Bonjour {{agent}}', {}, 'no value for {{agent}}'],
    ['Bonjour {{agent}}', { agent: '  ' }, 'no value for {{agent}}'],
    ['{{constructor}}', {}, 'unknown variable {{constructor}}'],
    ['{{a\u0000<b}}', {}, 'unknown variable {{a??b}}'],
  ])('%j with %j is refused by name', (body, values, wanted) => {
    const error = caught(() => fillTemplate(template('x', body), values, { legal: false }));
    expect(hasCode(error, 'BAD_INPUT')).toBe(true);
    expect((error as Error).message).toContain(wanted);
  });

  test('a value is never template: braces, dollars and blocks in it stay as they are', () => {
    for (const agent of ['{{reference}}', '$1 $& $$', '{{#legal}}x{{/legal}}', '{{/legal}}']) {
      expect(fillTemplate(template('s', 'De {{agent}}'), { agent }, { legal: false }).body).toBe(`De ${agent}`);
    }
  });

  test('a value cannot add a line to the subject, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (agent) => {
        fc.pre(agent.replace(/[^\P{Cc}\n\t]/gu, '').trim() !== '');
        const { subject, body } = fillTemplate(template('De {{agent}}', 'De {{agent}}'), { agent }, { legal: false });
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(body).not.toMatch(/[^\P{Cc}\n\t]/u);
        expect(subject.isWellFormed() && body.isWellFormed()).toBe(true);
      }),
    );
  });

  test('the legal block needs the jurist and the person who confirmed the motif, both', () => {
    const body = 'Reçu.\n{{#legal}}Silence : {{legal_silence}}.\n{{/legal}}\nMerci.';
    const values = { legal_silence: 'rejetée' };
    const fill = (approved: boolean, legal: boolean): string =>
      fillTemplate(template('s', body, approved), values, { legal }).body;
    expect(fill(true, true)).toBe('Reçu.\nSilence : rejetée.\nMerci.');
    for (const [approved, legal] of [
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      expect(fill(approved, legal)).toBe('Reçu.\nMerci.');
    }
  });

  test('the variables of a text are listed once, those of the legal block too', () => {
    expect(variablesOf('{{a}} {{b}} {{a}} {{#legal}}{{c}}{{/legal}}')).toEqual(['a', 'b', 'c']);
  });
});

describe('what an acknowledgment says', () => {
  test('the instant of receipt is told in the time of the service, on both sides of midnight and of the summer', () => {
    expect(instantInWords('2026-03-27T17:05:00Z', 'Europe/Paris')).toBe('vendredi 27 mars 2026 à 18 h 05');
    expect(instantInWords('2025-12-31T23:30:00Z', 'Europe/Paris')).toBe('jeudi 1er janvier 2026 à 0 h 30');
    expect(instantInWords('2026-07-14T22:00:00Z', 'Indian/Reunion')).toBe('mercredi 15 juillet 2026 à 2 h 00');
    expect(dayInWords(DateTime.fromISO('2026-08-01'))).toBe('samedi 1er août 2026');
  });

  test.each([
    [null, 'dans les meilleurs délais'],
    [Number.POSITIVE_INFINITY, 'dans les meilleurs délais'],
    [0, 'sous 1 jour ouvré environ'],
    [1, 'sous 1 jour ouvré environ'],
    [2.1, 'sous 3 jours ouvrés environ'],
    [10, 'sous 10 jours ouvrés environ'],
    [11, 'sous 3 semaines environ'],
    [40, 'sous 8 semaines environ'],
    [41, 'dans un délai de plus de deux mois'],
  ])('%p working days read « %s »', (days, wanted) => {
    expect(delayInWords(days)).toBe(wanted);
  });

  test('silence that accepts speaks of the attestation, silence that rejects of the appeal, no legal silence of neither', () => {
    const facts = {
      received_at: '2026-03-27T17:05:00Z',
      zone: 'Europe/Paris',
      profile: { service_name: 'PFS', service_contact: '3646' },
      reference: 'AG-1',
      delay_working_days: 3,
    };
    const legal = (silence: 'acceptance' | 'rejection' | 'none') =>
      acknowledgmentValues({ ...facts, legal: { silence, decision_on: '2026-05-27' } });
    expect(legal('acceptance')).toMatchObject({
      legal_silence: expect.stringContaining('acceptée'),
      legal_decision_on: 'mercredi 27 mai 2026',
    });
    expect(legal('acceptance').legal_appeal).toContain('L. 232-3');
    expect(legal('rejection').legal_appeal).toContain('recours');
    expect(legal('none')).toEqual(acknowledgmentValues(facts));
  });
});

function caught(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
