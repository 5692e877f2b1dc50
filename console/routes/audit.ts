import { z } from 'zod';
import { AUDIT_KINDS, auditKind } from '../../domain/audit-kinds.ts';
import { trailCsv } from '../../domain/audit-csv.ts';
import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import { noteAsked, noteExport } from '../../store/audit-asked.ts';
import { chainState, verifyAudit } from '../../store/audit-chain.ts';
import {
  listTrail,
  peopleOfTrail,
  type TrailCursor,
  type TrailFilter,
  type TrailRow,
} from '../../store/audit-trail.ts';
import { SYSTEM } from '../../store/database.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { CHECKERS } from './roles.ts';
import { day, id, instant, iso, isoOrNull, text } from './schemas.ts';

const PAGE_MAX = 200;
const EXPORT_ROWS_MAX = 50_000;
const DAYS_MAX = 400;
const EXPORT_TIMEOUT_MS = 120_000;

const row = z.object({
  seq: z.int(),
  at: instant,
  person: z.string().nullable(),
  name: z.string().nullable(),
  kind: z.enum(AUDIT_KINDS),
  action: z.string(),
  subject: z.string(),
  ref: z.string().nullable(),
  of: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  sealed: z.boolean(),
});
const page = z.object({ rows: z.array(row), next: z.string().nullable() });
const chain = z.object({
  sealed: z.int(),
  head: z.string().nullable(),
  unsealed: z.int(),
  oldest_unsealed_at: instant.nullable(),
  /** Only when the chain was walked along. */
  check: z
    .object({
      ok: z.boolean(),
      problem_count: z.int(),
      problems: z.array(z.object({ kind: z.string(), event: z.int() })),
    })
    .nullable(),
});
export type TrailAnswer = z.infer<typeof page>;
export type ChainAnswer = z.infer<typeof chain>;

const query = z.strictObject({
  from: day,
  to: day,
  /** An account, or `system`. */
  person: z.union([id, z.literal('system')]).optional(),
  ref: text(40).optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  /** `next` of the page before. */
  before: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(100),
  format: z.enum(['json', 'csv']).default('json'),
});

/** The audit trail, for those who check it; their own looking is on it as well. */
export function auditRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/audit',
    {
      config: { roles: CHECKERS },
      handlerTimeout: EXPORT_TIMEOUT_MS,
      schema: {
        summary: 'Lire les traces : qui a lu, cherché, décidé, changé, envoyé ; la plus récente d’abord',
        description: `En CSV, les ${EXPORT_ROWS_MAX} plus récentes. La lecture est elle-même tracée.`,
        tags: ['traces'],
        querystring: query,
        response: { 200: z.union([page, z.string()]) },
      },
    },
    async (request, reply) => {
      const { from, to, before, limit, format, ...asked } = request.query;
      const [first, last] = [parseDay(from), parseDay(to)];
      if (last < first || last - first >= DAYS_MAX)
        throw new Refusal('BAD_INPUT', `Choisissez une période de 1 à ${DAYS_MAX} jours, le premier jour d’abord.`);
      const filter = { ...asked, at: [new Date(dayStart(first, PARIS)), new Date(dayStart(last + 1, PARIS))] as const };
      const about = { from, to, ...asked };
      if (format === 'csv') {
        await noteExport(deps.store, agentOf(request), 'audit', about, deps.clock());
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="traces.csv"')
          .serializer((csv: string) => csv)
          .send(trailCsv(await all(filter)));
      }
      await noteAsked(deps.store, agentOf(request), 'audit.read', about, deps.clock());
      const cursor = before === undefined ? undefined : cursorOf(before);
      const rows = await deps.store.read(SYSTEM, (tx) => listTrail(tx, { ...filter, before: cursor, limit }));
      const end = rows.at(-1);
      return {
        rows: rows.map((each) => ({ ...each, at: iso(each.at), kind: auditKind(each.action) })),
        next: rows.length < limit || end === undefined ? null : writeCursor([iso(end.at), end.seq]),
      };
    },
  );

  /** Page by page: no transaction stands open over fifty thousand rows. */
  async function all(filter: Omit<TrailFilter, 'before' | 'limit'>): Promise<TrailRow[]> {
    const rows: TrailRow[] = [];
    while (rows.length < EXPORT_ROWS_MAX) {
      const limit = Math.min(5_000, EXPORT_ROWS_MAX - rows.length);
      const more = await deps.store.read(SYSTEM, (tx) => listTrail(tx, { ...filter, before: rows.at(-1), limit }));
      rows.push(...more);
      if (more.length < limit) break;
    }
    return rows;
  }

  app.get(
    '/api/audit/people',
    {
      config: { roles: CHECKERS },
      schema: {
        summary: 'Les comptes que les traces peuvent nommer, ceux qui sont partis compris',
        tags: ['traces'],
        response: { 200: z.object({ people: z.array(z.object({ id, name: z.string(), role: z.string() })) }) },
      },
    },
    async () => ({ people: await deps.store.read(SYSTEM, peopleOfTrail) }),
  );

  app.get(
    '/api/audit/chain',
    {
      config: { roles: CHECKERS },
      handlerTimeout: EXPORT_TIMEOUT_MS,
      schema: {
        summary: 'L’état de la chaîne qui scelle les traces ; avec walk, parcourue d’un bout à l’autre',
        tags: ['traces'],
        querystring: z.strictObject({ walk: z.stringbool().default(false) }),
        response: { 200: chain },
      },
    },
    async (request) => {
      const check = request.query.walk ? await verifyAudit(deps.store, deps.clock()) : null;
      const { sealed, head, unsealed, oldest_unsealed_at } = await deps.store.read(SYSTEM, chainState);
      return {
        ...{ sealed, head, unsealed, oldest_unsealed_at: isoOrNull(oldest_unsealed_at) },
        check:
          check === null
            ? null
            : {
                ...{ ok: check.ok, problem_count: check.problem_count },
                problems: check.problems.map(({ kind, event }) => ({ kind, event })),
              },
      };
    },
  );
}

const cursorForm = z.tuple([z.iso.datetime(), z.int().min(1)]);

function cursorOf(given: string): TrailCursor {
  const [at, seq] = readCursor(cursorForm, given);
  return { at: new Date(at), seq };
}
