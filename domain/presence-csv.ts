import { readCell, readCsv, writeCsv, type CsvRow } from './csv.ts';
import { parseDay } from './days.ts';
import { AiguillageError } from './errors.ts';
import { CHANNELS, type Channel, type Half, type PresenceCell } from './presence.ts';

/** The presence grid as a spreadsheet: one line a person and half-day. All that is wrong is told at once. */

/** One fault, with its place as the spreadsheet shows it. */
export interface CsvProblem {
  /** Of the file, from 1; the heading is line 1. */
  readonly line: number;
  /** Heading of the column, or empty for the whole line. */
  readonly column: string;
  readonly what: string;
  readonly value: string;
  readonly expected: string;
}

/** A line as it is to be written; `login` is resolved against `people`. */
export type PresenceLine = Omit<PresenceCell, 'agent_id'> & { readonly agent_id: string; readonly login: string };

/** What the lines are checked against. */
export interface PresenceNames {
  /** Account id by login, lower case. */
  readonly people: ReadonlyMap<string, string>;
  /** Motifs and pôles a skill may name. */
  readonly skills: ReadonlySet<string>;
}

const COLUMNS = ['identifiant', 'jour', 'demi-journée', 'canal', 'compétences'] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['identifiant', 'jour', 'demi-journée', 'canal'];
/** What people write over the columns, folded. */
const HEADINGS: Readonly<Record<string, Column>> = {
  identifiant: 'identifiant',
  login: 'identifiant',
  agent: 'identifiant',
  jour: 'jour',
  date: 'jour',
  'demi journee': 'demi-journée',
  periode: 'demi-journée',
  canal: 'canal',
  activite: 'canal',
  competences: 'compétences',
};
const HALF_WORDS: Readonly<Record<string, Half>> = {
  am: 'am',
  matin: 'am',
  matinee: 'am',
  pm: 'pm',
  'apres midi': 'pm',
};
const CHANNEL_WORDS: Readonly<Record<string, Channel>> = {
  courriel: 'courriel',
  courriels: 'courriel',
  mail: 'courriel',
  mails: 'courriel',
  telephone: 'telephone',
  tel: 'telephone',
  accueil: 'accueil',
  absent: 'absent',
  absente: 'absent',
};
/** « aucune » takes all skills away for the half-day; an empty cell leaves those of the account. */
const NO_SKILL = 'aucune';

export const PRESENCE_LINES_MAX = 20_000;
const PROBLEMS_MAX = 500;
const VALUE_CHARS_MAX = 40;
const SKILLS_MAX = 50;

/** Lines of a grid; none of them when there is one problem, so that half a file never replaces a plan. */
export function readPresence(
  text: string,
  names: PresenceNames,
): { readonly lines: readonly PresenceLine[]; readonly problems: readonly CsvProblem[] } {
  const rows = readCsv(text);
  const problems: CsvProblem[] = [];
  const places = headings(rows[0], problems);
  if (rows.length > PRESENCE_LINES_MAX + 1)
    problems.push(fault(1, '', 'trop de lignes', String(rows.length - 1), `au plus ${PRESENCE_LINES_MAX}`));
  if (problems.length > 0) return { lines: [], problems };
  const lines: PresenceLine[] = [];
  const seen = new Map<string, number>();
  for (const row of rows.slice(1)) {
    const line = readLine(row, places, names, problems);
    if (line === undefined) continue;
    const key = `${line.agent_id} ${line.day} ${line.half}`;
    const first = seen.get(key);
    if (first !== undefined)
      problems.push(
        fault(row.line, '', 'demi-journée écrite deux fois', line.login, `une ligne ; déjà ligne ${first}`),
      );
    seen.set(key, first ?? row.line);
    lines.push(line);
  }
  return { lines: problems.length > 0 ? [] : lines, problems: problems.slice(0, PROBLEMS_MAX) };
}

/** The grid as CSV that {@link readPresence} reads back, and that no spreadsheet runs. */
export function writePresence(lines: readonly Omit<PresenceLine, 'agent_id'>[]): string {
  const words = (skills: readonly string[] | null): string =>
    skills === null ? '' : skills.length === 0 ? NO_SKILL : skills.join(' ');
  const rows = lines.map(({ login, day, half, channel, skills }) => [
    login,
    day,
    half === 'am' ? 'matin' : 'après-midi',
    channel,
    words(skills),
  ]);
  return writeCsv([COLUMNS, ...rows]);
}

function headings(row: CsvRow | undefined, problems: CsvProblem[]): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>();
  const expected = COLUMNS.join(', ');
  if (row === undefined) {
    problems.push(fault(1, '', 'le fichier est vide', '', `une ligne de titres : ${expected}`));
    return places;
  }
  row.cells.forEach((cell, i) => {
    const column = HEADINGS[plain(readCell(cell))];
    if (column === undefined) problems.push(fault(row.line, readCell(cell), 'colonne inconnue', cell, expected));
    else if (places.has(column)) problems.push(fault(row.line, column, 'colonne en double', cell, expected));
    else places.set(column, i);
  });
  for (const column of REQUIRED)
    if (!places.has(column)) problems.push(fault(row.line, column, 'colonne manquante', '', expected));
  return places;
}

function readLine(
  row: CsvRow,
  places: ReadonlyMap<Column, number>,
  names: PresenceNames,
  problems: CsvProblem[],
): PresenceLine | undefined {
  const cell = (column: Column): string => readCell(row.cells[places.get(column) ?? -1] ?? '');
  const before = problems.length;
  const refuse = (column: Column, what: string, expected: string): void => {
    problems.push(fault(row.line, column, what, cell(column), expected));
  };
  if (row.cells.length > places.size && row.cells.slice(places.size).some((each) => each.trim() !== ''))
    problems.push(fault(row.line, '', 'trop de cellules', String(row.cells.length), `${places.size} cellules`));
  const login = cell('identifiant').normalize('NFKC').toLowerCase();
  const agent_id = names.people.get(login);
  if (agent_id === undefined) refuse('identifiant', 'compte inconnu', 'l’identifiant d’un compte actif');
  const day = readDay(cell('jour'));
  if (day === undefined) refuse('jour', 'jour illisible', 'AAAA-MM-JJ ou JJ/MM/AAAA');
  const half = HALF_WORDS[plain(cell('demi-journée'))];
  if (half === undefined) refuse('demi-journée', 'demi-journée inconnue', 'matin ou après-midi');
  const channel = CHANNEL_WORDS[plain(cell('canal'))];
  if (channel === undefined) refuse('canal', 'canal inconnu', CHANNELS.join(', '));
  const skills = readSkills(cell('compétences'));
  for (const skill of skills ?? [])
    if (!names.skills.has(skill))
      problems.push(
        fault(row.line, 'compétences', 'compétence inconnue', skill, 'des motifs ou des pôles, séparés par un espace'),
      );
  if ((skills?.length ?? 0) > SKILLS_MAX) refuse('compétences', 'trop de compétences', `au plus ${SKILLS_MAX}`);
  if (problems.length > before) return undefined;
  return { agent_id: agent_id!, login, day: day!, half: half!, channel: channel!, skills };
}

function readSkills(cell: string): readonly string[] | null {
  if (cell === '') return null;
  if (plain(cell) === NO_SKILL) return [];
  return [...new Set(cell.split(/[\s|]+/).filter((each) => each !== ''))];
}

/** "YYYY-MM-DD"; French spreadsheets turn it into "DD/MM/YYYY". */
function readDay(cell: string): string | undefined {
  const french = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(cell);
  const text = french === null ? cell : `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}`;
  try {
    parseDay(text);
    return text;
  } catch (error) {
    if (error instanceof AiguillageError) return undefined;
    throw error;
  }
}

function plain(text: string): string {
  const bare = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return bare.replace(/[\s’'_-]+/g, ' ').trim();
}

function fault(line: number, column: string, what: string, value: string, expected: string): CsvProblem {
  const shown = value.length > VALUE_CHARS_MAX ? `${value.slice(0, VALUE_CHARS_MAX - 1)}…` : value;
  return { line, column, what, value: shown, expected };
}
