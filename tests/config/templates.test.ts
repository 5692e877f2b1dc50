import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkRules } from '../../config/check.ts';
import { editRules } from '../../config/rule-edits.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { adviseOnDates } from '../../config/template-dates.ts';
import { editTemplate } from '../../config/template-edit.ts';
import { daysLeft, isOffered, templateState } from '../../domain/template-life.ts';

const HEAD = '---\nid: essai # la clé\nkind: reply\nmotifs: [c2s-demande]\nsubject: Essai\nlegal_approved: non\n';
const TEXT = `${HEAD}valid_until: 2026-12-31 # fin du barème\n---\nBonjour,\n\nVoici.\n\n...\n`;

describe('how long a template is used', () => {
  test.each([
    ['2026-12-01T12:00:00.000Z', 'soon', 30],
    ['2026-11-30T12:00:00.000Z', 'valid', 31],
    // 23:30 in Paris: the last day still counts; half an hour later it is over.
    ['2026-12-31T22:30:00.000Z', 'soon', 0],
    ['2026-12-31T23:00:00.000Z', 'expired', -1],
  ] as const)('at %s it is %s, %d days left', (at, state, left) => {
    const dated = { valid_until: '2026-12-31' };
    expect([templateState(dated, at), daysLeft(dated, at)]).toEqual([state, left]);
    expect(isOffered({ ...dated, kind: 'reply' }, at)).toBe(state !== 'expired');
  });

  test('without a date it is never over', () => {
    expect([templateState({}, '2099-01-01T00:00:00Z'), daysLeft({}, '2099-01-01T00:00:00Z')]).toEqual(['valid', null]);
  });

  test.each([
    ['2026-12-10T12:00:00.000Z', 'replies/essai.md:7:14', 'ne sera plus valable dans 21 jours'],
    ['2027-01-02T12:00:00.000Z', 'replies/essai.md:7:14', 'il n’est plus proposé'],
  ])('the check of %s warns at the date itself', (at, place, words) => {
    const [problem, ...more] = adviseOnDates(new Map([['replies/essai.md', TEXT]]), new Date(at));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ severity: 'warning' });
    expect(`${problem!.file}:${problem!.line}:${problem!.col}`).toBe(place);
    expect(problem!.what).toContain(words);
  });
});

describe('a form that changes a template', () => {
  test('changes what it says, and keeps comments and every other key', () => {
    expect(
      editTemplate(TEXT, { id: 'essai', valid_until: '2027-12-31', owner: 'équipe : droits', body: 'Bonjour.' }),
    ).toBe(`${HEAD}valid_until: 2027-12-31 # fin du barème\nowner: "équipe : droits"\n---\nBonjour.\n\n...\n`);
    expect(editTemplate(TEXT, { id: 'essai', subject: 'Autre' })).toBe(
      TEXT.replace('subject: Essai', 'subject: Autre'),
    );
  });

  describe('in the set that ships', () => {
    let shipped: Map<string, string>;
    beforeAll(async () => void (shipped = await readConfigFolder(SHIPPED_CONFIG)));

    test('it loads, only its file changes, and the checks read the new words', () => {
      const body = 'Bonjour,\n\nVotre dossier est étudié : {{delay}}.\n\n{{agent}}';
      const edited = editRules(shipped, { kind: 'template', id: 'c2s-suivi', body, valid_until: '2028-03-31' });
      expect(edited.file).toBe('replies/c2s-suivi.md');
      const changed = [...edited.files].filter(([file, text]) => shipped.get(file) !== text).map(([file]) => file);
      expect(changed).toEqual(['replies/c2s-suivi.md']);
      const checked = checkRules(edited.files);
      expect(checked.rulebook?.templates.find(({ id }) => id === 'c2s-suivi')).toMatchObject({
        body,
        valid_until: '2028-03-31',
      });
      const asks = editRules(shipped, {
        kind: 'template',
        id: 'c2s-suivi',
        body: 'Envoyez-nous votre numéro de sécurité sociale.',
      });
      expect(checkRules(asks.files).rulebook).toBeUndefined();
      expect(() => editRules(shipped, { kind: 'template', id: 'aucun', body })).toThrow('no aucun');
    });
  });
});
