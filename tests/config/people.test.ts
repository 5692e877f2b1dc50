import { describe, expect, test } from '@jest/globals';
import { loadRulebook } from '../../config/load.ts';
import { formatProblems } from '../../config/problems.ts';
import { DEFAULT_DESK } from '../../domain/aside.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { validSet } from './support.ts';

const ORDER = 'version: 1\nlegal_days: 3\nstock_share: 0.4\nage_max_hours: 240\n';

function load(changes: Parameters<typeof validSet>[0]): Rulebook {
  const { rulebook, problems } = loadRulebook(validSet(changes));
  if (rulebook === undefined) throw new Error(formatProblems(problems));
  return rulebook;
}

test('order.yaml: what nobody wrote about the desk has its own limit, and a limit out of range is told', () => {
  const book = load({ 'order.yaml': () => `${ORDER}desk: { snooze: { longest_hours: 6 } }\n...\n` });
  expect(book.order?.desk).toEqual({ ...DEFAULT_DESK, snooze: { ...DEFAULT_DESK.snooze, longest_hours: 6 } });
  expect(load({ 'order.yaml': () => `${ORDER}...\n` }).order?.desk).toEqual(DEFAULT_DESK);
  expect(() => load({ 'order.yaml': () => `${ORDER}desk: { series: { size: 500 } }\n...\n` })).toThrow(/order\.yaml:5/);
});

describe('YAML is read as people mean it', () => {
  test.each([
    ['oui', true],
    ['Oui', true],
    ['yes', true],
    ['on', true],
    ['true', true],
    ['non', false],
    ['no', false],
    ['off', false],
    ['"no"', false],
  ])('%s in place of a yes or no is %s', (written, meant) => {
    const book = load({ 'motifs.yaml': (text) => text.replace('restricted: oui', `restricted: ${written}`) });
    expect(book.motifs.find(({ id }) => id === 'deuil-perinatal')!.restricted).toBe(meant);
  });

  test('8:30, "08:30" and 08:30 are half past eight', () => {
    for (const written of ['8:30', '"08:30"', '08:30']) {
      const book = load({ 'calendars.yaml': (text) => text.replace('"08:30"', written) });
      expect(book.calendars[0]!.hours[0]).toEqual({ day: 1, from: '08:30', to: '12:30' });
    }
  });

  test('one value may stand where a list may', () => {
    const one = load({ 'routing.yaml': (text) => text.replace('motif: at-mp-dossier', 'motif: [at-mp-dossier]') });
    expect(one.rules[0]).toEqual(load({}).rules[0]);
  });

  test('a site that closes at noon gets both openings of each day, in order', () => {
    expect(load({}).calendars[0]!.hours.slice(0, 3)).toEqual([
      { day: 1, from: '08:30', to: '12:30' },
      { day: 1, from: '13:30', to: '17:00' },
      { day: 2, from: '08:30', to: '12:30' },
    ]);
  });

  test('a file with Windows line ends and a byte-order mark loads and keeps its places', () => {
    const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    load({ 'sla.yaml': windows });
    const { problems } = loadRulebook(
      validSet({ 'sla.yaml': (text) => windows(text.replace('calendar: lille', 'calendar: lile')) }),
    );
    expect(formatProblems(problems)).toMatch(/^sla\.yaml:6:15 {2}calendrier inconnu/);
  });

  test('numbers written as ids are never taken for something else', () => {
    const { problems } = loadRulebook(
      validSet({ 'flags.yaml': (text) => text.replace('[suicid*, plus envie de vivre]', '[suicid*, 3114]') }),
    );
    expect(formatProblems(problems)).toBe(
      'flags.yaml:10:33  any_phrase : valeur refusée ; trouvé : « 3114 » ; attendu : un texte : mettez-le entre guillemets, "3114"',
    );
  });

  test('a key that would reach the prototype is an unknown key', () => {
    const { problems } = loadRulebook(
      validSet({ 'sla.yaml': (text) => text.replace('    hours: 48', '    __proto__: { hours: 1 }\n    hours: 48') }),
    );
    expect(formatProblems(problems)).toMatch(/^sla\.yaml:4:5 {2}clé inconnue « __proto__ »/);
  });
});
