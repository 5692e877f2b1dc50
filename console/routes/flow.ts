import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import { flowPicture } from '../../domain/flow.ts';
import { SYSTEM } from '../../store/database.ts';
import { countFlow, countWaitingFlow } from '../../store/flow.ts';
import { tellFigure } from '../../store/figure-told.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';
import { day } from './schemas.ts';

/** Telling a long history for the first time takes longer than a page. */
const FLOW_TIMEOUT_MS = 120_000;
const DAYS_MAX = 400;

const count = z.int().min(0);
const picture = z.object({
  n: count,
  open: count,
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['mailbox', 'motif', 'autres', 'queue', 'team', 'pool']),
      key: z.string(),
      column: z.int(),
      group: z.string(),
      n: count,
      open: count,
      motifs: z.array(z.string()),
    }),
  ),
  links: z.array(z.object({ from: z.string(), to: z.string(), n: count, open: count })),
});
export type FlowAnswer = z.infer<typeof picture>;

/** Where demands go: mailboxes, motifs, queues, teams. Counts only, no conversation and nobody's name. */
export function flowRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/flow',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: FLOW_TIMEOUT_MS,
      schema: {
        summary: 'Le chemin des demandes : boîtes, motifs, files, équipes ; d’une période, ou de ce qui attend',
        tags: ['chiffres'],
        querystring: z
          .strictObject({ from: day.optional(), to: day.optional() })
          .refine(({ from, to }) => (from === undefined) === (to === undefined), 'from et to vont ensemble'),
        response: { 200: picture },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const { motifs, queues, presence } = await deps.rulebook();
      const poles = new Map(motifs.map(({ id, pole }) => [id, pole]));
      const teams = new Map((presence?.teams ?? []).flatMap((team) => team.queues.map((queue) => [queue, team.id])));
      const source = new Map(
        queues.flatMap(({ id, contract }) => (contract === undefined ? [] : [[id, contract.from] as const])),
      );
      const cells =
        from === undefined || to === undefined
          ? await deps.store.read(SYSTEM, (tx) => countWaitingFlow(tx, source))
          : await ofPeriod(from, to);
      return flowPicture(cells, {
        pole: (motif) => poles.get(motif) ?? '',
        team: (queue) => teams.get(queue) ?? '',
      }) as FlowAnswer;
    },
  );

  async function ofPeriod(from: string, to: string) {
    const [first, last] = [parseDay(from), parseDay(to)];
    if (last < first || last - first > DAYS_MAX)
      throw new AiguillageError('BAD_INPUT', `from, to: expected up to ${DAYS_MAX} days, the first one first.`);
    await tellFigure(deps.store);
    const [start, end] = [dayStart(first, PARIS), dayStart(last + 1, PARIS)];
    return deps.store.read(SYSTEM, (tx) => countFlow(tx, new Date(start), new Date(end)));
  }
}
