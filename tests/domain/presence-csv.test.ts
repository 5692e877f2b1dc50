import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCsv, writeCell } from '../../domain/csv.ts';
import { readPresence, writePresence, type PresenceLine } from '../../domain/presence-csv.ts';

const names = {
  people: new Map([
    ['ana@cpam.example', 'a1'],
    ['ben@cpam.example', 'b2'],
    ['=cmd@cpam.example', 'c3'],
  ]),
  skills: new Set(['c2s-demande', 'pole-gdb']),
};
const HEAD = 'identifiant;jour;demi-journée;canal;compétences';

describe('the grid as CSV', () => {
  test('is read with the words people use', () => {
    const text = [
      '\uFEFFLogin;Date;Demi journee;Canal;Competences',
      'ANA@cpam.example;24/11/2026;Matin;Téléphone;c2s-demande pole-gdb',
      '"ben@cpam.example"; 2026-11-24 ;après-midi;ABSENT;aucune',
      '',
      'ben@cpam.example;2026-11-24;AM;mail;',
    ].join('\r\n');
    expect(readPresence(text, names)).toEqual({
      problems: [],
      lines: [
        {
          ...{ agent_id: 'a1', login: 'ana@cpam.example', day: '2026-11-24', half: 'am', channel: 'telephone' },
          skills: ['c2s-demande', 'pole-gdb'],
        },
        {
          ...{ agent_id: 'b2', login: 'ben@cpam.example', day: '2026-11-24', half: 'pm', channel: 'absent' },
          skills: [],
        },
        {
          ...{ agent_id: 'b2', login: 'ben@cpam.example', day: '2026-11-24', half: 'am', channel: 'courriel' },
          skills: null,
        },
      ],
    });
  });

  test('tells all that is wrong at once, with line, column, value and expectation, and reads nothing', () => {
    const text = [
      HEAD,
      'zoe@cpam.example;2026-11-24;matin;courriel;',
      'ana@cpam.example;2026-02-30;soir;fax;c2s',
      'ana@cpam.example;2026-11-24;matin;courriel;;en trop',
      'ben@cpam.example;2026-11-25;matin;courriel;',
      'ben@cpam.example;2026-11-25;am;absent;',
    ].join('\n');
    const { lines, problems } = readPresence(text, names);
    expect(lines).toEqual([]);
    expect(problems.map(({ line, column, what, value }) => [line, column, what, value])).toEqual([
      [2, 'identifiant', 'compte inconnu', 'zoe@cpam.example'],
      [3, 'jour', 'jour illisible', '2026-02-30'],
      [3, 'demi-journée', 'demi-journée inconnue', 'soir'],
      [3, 'canal', 'canal inconnu', 'fax'],
      [3, 'compétences', 'compétence inconnue', 'c2s'],
      [4, '', 'trop de cellules', '6'],
      [6, '', 'demi-journée écrite deux fois', 'ben@cpam.example'],
    ]);
    expect(problems.every(({ expected }) => expected !== '')).toBe(true);
  });

  test.each([
    ['an empty file', '', 'le fichier est vide'],
    ['an unknown column', `${HEAD};couleur\n`, 'colonne inconnue'],
    ['a column twice', 'jour;date;identifiant;demi-journée;canal\n', 'colonne en double'],
    ['a missing column', 'identifiant;jour;canal\n', 'colonne manquante'],
  ])('refuses %s', (_, text, what) => {
    expect(readPresence(text, names).problems.map((problem) => problem.what)).toContain(what);
  });

  test('a long value is shortened where it is told', () => {
    const { problems } = readPresence(`${HEAD}\nana@cpam.example;2026-11-24;matin;${'x'.repeat(500)};`, names);
    expect(problems[0]!.value.length).toBeLessThanOrEqual(40);
  });

  const line = fc.record({
    login: fc.constantFrom(...names.people.keys()),
    day: fc.constantFrom('2026-11-24', '2026-11-25', '2026-12-01'),
    half: fc.constantFrom('am' as const, 'pm' as const),
    channel: fc.constantFrom('courriel' as const, 'telephone' as const, 'accueil' as const, 'absent' as const),
    skills: fc.option(fc.subarray([...names.skills])),
  });

  test('what is written is read back the same', () => {
    const lines = fc.uniqueArray(line, { selector: ({ login, day, half }) => `${login} ${day} ${half}` });
    fc.assert(
      fc.property(lines, (given) => {
        const back = readPresence(writePresence(given), names);
        const with_ids = given.map((one): PresenceLine => ({ ...one, agent_id: names.people.get(one.login)! }));
        expect(back).toEqual({ lines: with_ids, problems: [] });
      }),
    );
  });

  test('nothing that is written can run in a spreadsheet', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(';', ',', '\t'), (text, separator) => {
        const cell = writeCell(text, separator);
        expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
    const [row] = writePresence([
      { login: '=cmd@cpam.example', day: '2026-11-24', half: 'am', channel: 'absent', skills: null },
    ])
      .split('\r\n')
      .slice(1);
    expect(row).toBe("'=cmd@cpam.example;2026-11-24;matin;absent;");
  });

  test('any text at all is read as rows, and cells come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 4 })), (rows) => {
        const kept = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
        const text = ['a;b', ...rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'))];
        expect(
          readCsv(text.join('\n'))
            .slice(1)
            .map(({ cells }) => cells),
        ).toEqual(kept);
      }),
    );
  });
});
