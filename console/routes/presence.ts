import { z } from 'zod';
import { dayText, parseDay } from '../../domain/days.ts';
import { DEFAULT_PRESENCE, capacityOfHalf, type Staffing } from '../../domain/presence.ts';
import { readPresence, writePresence } from '../../domain/presence-csv.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { actorOf } from '../../store/agents.ts';
import { noteExport } from '../../store/audit-asked.ts';
import { loadStaffing, readCells, readClosures, readStaff, setClosure, writeCells } from '../../store/presence.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { REVIEWERS } from './roles.ts';
import { day, id, name } from './schemas.ts';

/** A month of a large platform. */
const DAYS_MAX = 31;
const CELLS_MAX = 5_000;
const CSV_CHARS_MAX = 200_000;

const half = z.enum(['am', 'pm']);
const channel = z.enum(['courriel', 'telephone', 'accueil', 'absent']);
const skills = z.array(name).max(50);
const window = z.strictObject({ from: day, to: day });
const closure = z.object({ calendar: z.string(), day: z.string(), half });
const grid = z.object({
  people: z.array(
    z.object({ id, name: z.string(), login: z.string(), queues: z.array(z.string()), skills: z.array(z.string()) }),
  ),
  /** What somebody set; where nothing is, `usual` of the person's team stands. */
  cells: z.array(z.object({ agent: id, day: z.string(), half, channel, skills: skills.nullable() })),
  closures: z.array(closure),
  teams: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      queues: z.array(z.string()),
      usual: z.array(z.object({ days: z.array(z.int()), halves: z.array(half), channel })),
    }),
  ),
  /** What it comes to: mails an open hour, by queue and half-day. */
  capacity: z.array(
    z.object({
      queue: z.string(),
      day: z.string(),
      half,
      per_open_hour: z.number(),
      source: z.enum(['present', 'declared', 'closed']),
      agents: z.number().nullable(),
    }),
  ),
});
const problem = z.object({
  line: z.int(),
  column: z.string(),
  what: z.string(),
  value: z.string(),
  expected: z.string(),
});

/** Who is there: read and changed in a minute, by cell or by spreadsheet. It moves capacity, never a deadline. */
export function presenceRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/presence',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Lire la grille de présence et la capacité qui en résulte',
        tags: ['présence'],
        querystring: window,
        response: { 200: grid },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const days = daysOf(from, to);
      const book = await deps.rulebook();
      return deps.store.read(actorOf(agentOf(request)), async (tx) => {
        const staffing = await loadStaffing(tx, book, from, to);
        const people = (await readStaff(tx)).filter(({ disabled }) => !disabled);
        const cells = await readCells(tx, from, to);
        return {
          people: people.map(({ id: who, display_name, login, queues, skills: can }) => ({
            ...{ id: who, name: display_name, login, queues: [...queues], skills: [...can] },
          })),
          cells: cells.map(({ agent_id, skills: can, ...rest }) => ({
            ...rest,
            agent: agent_id,
            skills: can === null ? null : [...can],
          })),
          closures: await readClosures(tx, from, to),
          teams: (book.presence ?? DEFAULT_PRESENCE).teams.map((team) => ({
            ...team,
            queues: [...team.queues],
            usual: team.usual.map((line) => ({ ...line, days: [...line.days], halves: [...line.halves] })),
          })),
          capacity: capacities(book, staffing, days),
        };
      });
    },
  );

  app.put(
    '/api/presence',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Changer des cases de la grille ; channel null rend la case à l’habitude de l’équipe',
        tags: ['présence'],
        body: z.strictObject({
          cells: z
            .array(z.strictObject({ agent: id, day, half, channel: channel.nullable(), skills: skills.nullish() }))
            .min(1)
            .max(CELLS_MAX),
        }),
        response: { 200: z.object({ cells: z.int() }) },
      },
    },
    async (request) => {
      const { cells } = request.body;
      if (new Set(cells.map((cell) => `${cell.agent} ${cell.day} ${cell.half}`)).size < cells.length)
        throw new Refusal('BAD_INPUT', 'Une même demi-journée est donnée deux fois.');
      await act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        const known = new Set((await readStaff(tx)).map((person) => person.id));
        if (cells.some((cell) => !known.has(cell.agent))) throw new Refusal('BAD_INPUT', 'Un compte n’existe pas.');
        const names = skillNames(book);
        if (cells.some((cell) => cell.skills?.some((skill) => !names.has(skill)) === true))
          throw new Refusal('BAD_INPUT', 'Une compétence n’est ni un motif ni un pôle des règles en vigueur.');
        const changes = cells.map(({ agent: agent_id, ...cell }) => ({ ...cell, agent_id }));
        await writeCells(tx, actorOf(agent), changes, now);
      });
      return { cells: cells.length };
    },
  );

  app.post(
    '/api/presence/import',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Remplir la grille d’un fichier CSV ; tous les problèmes sont donnés d’un coup',
        description:
          'Colonnes : identifiant, jour, demi-journée, canal, compétences. Rien n’est écrit s’il y a un problème.',
        tags: ['présence'],
        body: z.strictObject({ csv: z.string().min(1).max(CSV_CHARS_MAX) }),
        response: { 200: z.object({ written: z.int(), problems: z.array(problem) }) },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        const people = new Map(
          (await readStaff(tx)).filter(({ disabled }) => !disabled).map((person) => [person.login, person.id]),
        );
        const { lines, problems } = readPresence(request.body.csv, { people, skills: skillNames(book) });
        if (problems.length > 0) return { written: 0, problems: [...problems] };
        await writeCells(tx, actorOf(agent), lines, now);
        return { written: lines.length, problems: [] };
      }),
  );

  app.get(
    '/api/presence/export',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Rendre la grille en CSV, tel que l’import la relit',
        tags: ['présence'],
        querystring: window,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { from, to } = request.query;
      daysOf(from, to);
      const csv = await deps.store.read(actorOf(agentOf(request)), async (tx) => {
        const logins = new Map((await readStaff(tx)).map((person) => [person.id, person.login]));
        const cells = await readCells(tx, from, to);
        return writePresence(cells.map((cell) => ({ ...cell, login: logins.get(cell.agent_id) ?? '' })));
      });
      await noteExport(deps.store, agentOf(request), 'presence', { from, to }, deps.clock());
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="presence.csv"')
        .serializer((text: string) => text)
        .send(csv);
    },
  );

  app.put(
    '/api/presence/closures',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Fermer un site au dernier moment, ou le rouvrir : la capacité change, jamais un délai',
        tags: ['présence'],
        body: z.strictObject({ calendar: name, day, half: half.optional(), closed: z.boolean() }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { calendar, closed, half: only, day: on } = request.body;
      await act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        if (!book.calendars.some((site) => site.id === calendar))
          throw new Refusal('BAD_INPUT', 'Ce site n’existe pas dans les règles en vigueur.');
        const halves = only === undefined ? (['am', 'pm'] as const) : [only];
        await setClosure(tx, actorOf(agent), { calendar, day: on, halves }, closed, now);
      });
      return reply.code(204).send();
    },
  );
}

/** @throws Refusal BAD_INPUT */
function daysOf(from: string, to: string): string[] {
  const first = parseDay(from);
  const days = parseDay(to) - first + 1;
  if (days < 1 || days > DAYS_MAX)
    throw new Refusal('BAD_INPUT', `Choisissez une période de 1 à ${DAYS_MAX} jours, le premier jour d’abord.`);
  return Array.from({ length: days }, (_, i) => dayText(first + i));
}

function capacities(book: Rulebook, staffing: Staffing, days: readonly string[]): z.infer<typeof grid>['capacity'] {
  return book.queues.flatMap(({ id: queue }) =>
    days.flatMap((on) =>
      (['am', 'pm'] as const).flatMap((part) => {
        const found = capacityOfHalf(staffing, queue, on, part);
        return found === undefined ? [] : [{ queue, day: on, half: part, ...found }];
      }),
    ),
  );
}

function skillNames(book: Rulebook): ReadonlySet<string> {
  return new Set([...book.motifs.map((motif) => motif.id), ...book.queues.map((queue) => queue.id)]);
}
